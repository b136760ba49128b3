import { expect, test } from "vitest";

import { DEFAULT_CLOSING } from "../closing/default.js";
import { STORIES } from "../registry.js";
import { LIMITS, OWN_STORY, type Story } from "../story.js";
import { SKIPS } from "../testing.js";
import { checkRecipes, type CheckedRecipe } from "./check.js";
import { readStoryLink } from "./read.js";
import { isStoryLink, MOST_CHARACTERS } from "./recognize.js";
import { storyLink, withSeed } from "./write.js";

const OWN: Story = {
  ...SKIPS,
  id: OWN_STORY,
  question: "Do skips help, or “not”?",
  recipes: [
    { id: "plain", name: "plain", link: "model=resnet-8&skip=off&data=digits&lr=0.1&v=1" },
    { id: "skips", name: "with skips (ours)", link: "model=resnet-8&data=digits&lr=0.2&v=1" },
  ],
  seeds: [1, 2, 3],
  closing: ["{compare skips plain | They help by {difference}. | They harm. | Neither.}", "Without {test plain}."],
};
const LINK = storyLink(OWN)!;

function read(link: string): { story: Story; notices: readonly string[] } {
  const answer = readStoryLink(link, STORIES);
  if (answer.type === "refused") throw new Error(answer.message);
  return answer;
}

function refusal(link: string): string {
  const answer = readStoryLink(link, STORIES);
  return answer.type === "refused" ? answer.message : "it was read";
}

/** The link with something changed. */
const changed = (found: string | RegExp, replaced: string): string => {
  const link = LINK.replace(found, replaced);
  expect(link).not.toBe(LINK);
  return link;
};

test("a story of the registry is named by its id alone", () => {
  for (const story of STORIES) {
    const link = storyLink(story)!;
    expect(link).toBe(`story=${story.id}`);
    expect(read(`#${link}`)).toEqual({ type: "story", story, notices: [] });
  }
});

test("a person's own story is in its link with all that it says, in characters that nothing changes", () => {
  expect(LINK).toBe(
    "story=own&title=Skips&question=Do-skips-help,-or-(201c)not(201d,3f)&about=Look-at-the-loss." +
      "&closing=(7b)compare-skips-plain-(7c)-They-help-by-(7b)difference(7d).-(7c)-They-harm.-(7c)-Neither.(7d,a)Without-(7b)test-plain(7d)." +
      "&seeds=1,2,3&recipes=plain,skips&all.model=resnet-8&all.data=digits&all.v=1" +
      "&name.plain=plain&plain.skip=off&plain.lr=0.1&name.skips=with-skips-(28)ours(29)&skips.lr=0.2&format=1",
  );
  expect(LINK).toMatch(/^[A-Za-z0-9=&,.()-]*$/);
  const { story, notices } = read(LINK);
  expect(notices).toEqual([]);
  expect(story).toEqual({
    ...OWN,
    // In an order that the module puts right.
    recipes: [
      { id: "plain", name: "plain", link: "model=resnet-8&data=digits&v=1&skip=off&lr=0.1" },
      { id: "skips", name: "with skips (ours)", link: "model=resnet-8&data=digits&v=1&lr=0.2" },
    ],
  });
  expect(storyLink(story)?.length).toBe(LINK.length);
});

test("every story of the registry can be made one's own, and comes back as it was", () => {
  for (const story of STORIES) {
    const link = storyLink({ ...story, id: OWN_STORY });
    expect(link, story.id).not.toBeNull();
    const { story: back, notices } = read(link!);
    expect(notices, story.id).toEqual([]);
    const pairs = (one: Story) => one.recipes.map(({ link }) => link.split("&").sort());
    expect({ ...back, recipes: pairs(back) }).toEqual({ ...story, id: OWN_STORY, recipes: pairs(story) });
  }
});

test("a recipe that is what all have in common is one, too", () => {
  const [plain, skips] = OWN.recipes;
  const story = { ...OWN, recipes: [plain!, { ...skips!, link: "model=resnet-8&data=digits&v=1" }] };
  expect(read(storyLink(story)!).story.recipes[1]?.link).toBe("model=resnet-8&data=digits&v=1");
});

test("a recipe's link is no story's", () => {
  expect(isStoryLink(`#${LINK}`)).toBe(true);
  expect(isStoryLink("story=learning-rate")).toBe(true);
  expect(isStoryLink("#model=lenet5&data=digits&v=1")).toBe(false);
  expect(isStoryLink("")).toBe(false);
  expect(isStoryLink("history=1")).toBe(false);
});

test.each([
  ["&amp;", (link: string) => link.replaceAll("&", "&amp;")],
  ["&#38;", (link: string) => link.replaceAll("&", "&#38;")],
  ["escapes", (link: string) => encodeURIComponent(link)],
  ["escapes of escapes", (link: string) => encodeURIComponent(encodeURIComponent(link))],
  ["a quoted mail", (link: string) => link.replace("&recipes", "\r\n> &recipes")],
  ["hyphens of a word processor", (link: string) => link.replaceAll("-", "\u2011")],
  ["what nobody sees", (link: string) => link.replace("digits", "di\u00adgi\u200bts")],
  ["Markdown's escapes", (link: string) => link.replaceAll("(", "\\(").replaceAll("&", "\\&")],
  ["punctuation around it", (link: string) => `<${link}>.`],
  ["what counts visitors", (link: string) => `${link}&utm_source=mail&fbclid=x-y`],
  ["a highlighted text", (link: string) => `${link}:~:text=Skips`],
])("a link is read as it was meant: %s", (_, damage) => {
  const { story, notices } = read(damage(LINK));
  expect(story).toEqual(read(LINK).story);
  expect(notices).toEqual(["This link was changed on its way, and was read as it was meant."]);
});

test("a whole address is a link, and nothing is said of it", () => {
  expect(read(`https://example.org/v/0.1.0/#${LINK}`)).toEqual(read(LINK));
});

test.each([
  [
    "story=skip",
    "There is no story “skip” here. There are: Watch it learn, Learning rate, Depth without skips, What VGG's linear layers are worth, " +
      "Why auxiliary classifiers, ViT with little data, Fifty images, A split network, Yours.",
  ],
  ["story=", /^There is no story “” here/],
  [`story=${"x".repeat(1_000)}`, /^There is no story “x{40}…” here/],
  [`story=own&title=${"x".repeat(MOST_CHARACTERS)}`, "This story link has 4,016 characters, and 4,000 are the most."],
  [`story=${"x".repeat(100_000)}`, "This story link has 100,006 characters, and 4,000 are the most."],
  [
    "story=own&title=a b;c&format=1",
    "This story link was changed on its way, near “=own&title=a b;c&format=”. Ask for it again.",
  ],
  ["story=own&title=a&title=b&format=1", "This story link says “title” twice, so that nobody knows which is meant."],
  ["story=own&format=1", "This story link has no recipe that can be read."],
])("%s is refused, with a sentence", (link, message) => {
  expect(refusal(link)).toMatch(message);
});

test("a link that was cut, or is of another version, is refused", () => {
  expect(refusal(LINK.slice(0, -9))).toBe("The end of this story link is missing. Ask for the whole link.");
  expect(refusal(LINK.slice(0, 120))).toBe("The end of this story link is missing. Ask for the whole link.");
  expect(refusal(changed("format=1", "format=2"))).toBe(
    "This story link is of version 2, and only version 1 is known here. Open it with a newer Bunsen.",
  );
  expect(refusal(changed("format=1", "format=x"))).toMatch(/^The end/);
});

test("a recipe that is missing leaves the others", () => {
  const { story, notices } = read(changed("&name.skips=with-skips-(28)ours(29)&skips.lr=0.2", ""));
  expect(notices).toEqual([
    "Recipe “skips” is missing in this link: the others are here.",
    "A closing sentence is left out: “skips” is no recipe of this story.",
  ]);
  expect(story.recipes.map(({ id }) => id)).toEqual(["plain"]);
  expect(story.closing).toEqual(["Without {test plain}."]);
});

test("of too many recipes the first are taken", () => {
  const five = {
    ...OWN,
    recipes: ["a", "b", "c", "d", "e"].map((id) => ({ id, name: id, link: `model=mlp&lr=0.${id}` })),
    closing: [],
  };
  const { story, notices } = read(storyLink(five)!);
  expect(notices).toEqual(["A story has 4 recipes at most, and this link has 5: the first 4 are taken."]);
  expect(story.recipes.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  expect(story.closing).toBe(DEFAULT_CLOSING);
});

test("ids that no recipe may have are left out", () => {
  const { story, notices } = read(changed("recipes=plain,skips", "recipes=plain,skips,All,9,plain,name"));
  expect(notices).toEqual(["Some recipes of this link have names that it cannot have: they are left out."]);
  expect(story.recipes).toHaveLength(2);
});

test("the seeds are the story's, and where they are none, seed 1 is taken", () => {
  const seeds = (text: string) => read(changed("seeds=1,2,3", text));
  expect(seeds("seeds=x").notices).toEqual(["“x” is no list of seeds, which are whole numbers: seed 1 is taken."]);
  expect(seeds("seeds=x").story.seeds).toEqual([1]);
  expect(seeds("seeds=1,1,-2,7").story.seeds).toEqual([1, 7]);
  expect(seeds("seeds=1,1,-2,7").notices).toEqual([
    "Some seeds of this link are no whole numbers, or are there twice: they are left out.",
  ]);
  expect(seeds("seeds=1,2,3,4,5,6,7").notices).toEqual([
    "A story has 5 seeds at most, and this link has 7: the first 5 are taken.",
  ]);
  expect(read(changed("&seeds=1,2,3", "")).story.seeds).toEqual([1]);
  const { story, notices } = read(changed("plain.lr=0.1", "plain.lr=0.1&plain.seed=9"));
  expect(notices).toEqual(["The seed of “plain” is left out: the story says the seeds of all."]);
  expect(story.recipes[0]?.link).not.toContain("seed");
});

test("texts that are too long are cut, and a name of 10,000 characters is too long for a link", () => {
  const long = {
    ...OWN,
    title: "t".repeat(80),
    recipes: [{ ...OWN.recipes[0]!, name: "n".repeat(100) }, OWN.recipes[1]!],
  };
  const { story, notices } = read(storyLink(long)!);
  expect(notices).toEqual([
    "The name of recipe plain has 100 characters, and is cut after 30.",
    "The title has 80 characters, and is cut after 60.",
  ]);
  expect([story.title, story.recipes[0]?.name]).toEqual([`${"t".repeat(60)}…`, `${"n".repeat(30)}…`]);
  expect(
    storyLink({ ...OWN, recipes: [{ ...OWN.recipes[0]!, name: "n".repeat(10_000) }, OWN.recipes[1]!] }),
  ).toBeNull();
});

test("texts that were changed on their way are left out, and the story stands", () => {
  const { story, notices } = read(changed("title=Skips", "title=Sk(ips").replace("closing=(7b)", "closing=(7b"));
  expect(notices).toEqual([
    "The title was changed on its way: it is left out.",
    "The closing sentence was changed on its way: another one stands in its place.",
  ]);
  expect(story.title).toBe("A story");
  expect(story.closing).toBe(DEFAULT_CLOSING);
  expect(story.recipes).toHaveLength(2);
});

test("a closing sentence that cannot be filled is left out, and one that is too long", () => {
  const sentence = (text: string) => read(storyLink({ ...OWN, closing: [text, "Without {test plain}."] })!);
  expect(sentence("It is {difference}.").notices).toEqual([
    "A closing sentence is left out: “{difference}” stands outside of a choice that has one.",
  ]);
  expect(sentence("It is {difference}.").story.closing).toEqual(["Without {test plain}."]);
  expect(sentence("x".repeat(LIMITS.closing)).notices).toEqual([
    "The closing sentence has more than 1,500 characters: another one stands in its place.",
  ]);
});

test("what is invisible or turns the text around it is shown as what it is, and markup is text", () => {
  const { story } = read(storyLink({ ...OWN, title: "a\u202eb", question: "<b>bold</b>" })!);
  expect([story.title, story.question]).toEqual(["a[U+202E]b", "<b>bold</b>"]);
});

test("a link to one of Bunsen's stories says nothing else", () => {
  const { story, notices } = read("story=Learning-rate&all.data=mnist&v=1");
  expect(story.id).toBe("learning-rate");
  expect(notices).toEqual([
    "A link to one of Bunsen's own stories says nothing but its name: all.data, v was left out.",
  ]);
});

test("whatever becomes of a link on its way, it is read or refused, with sentences", () => {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pieces = [
    "&",
    "=",
    "(",
    ")",
    ".",
    "..",
    "%",
    "%2",
    "%26",
    "{",
    "}",
    "|",
    "\n",
    " ",
    "\ud800",
    "all.",
    "format=9",
  ];
  let read = 0;
  for (let trial = 0; trial < 2_000; trial++) {
    let link = LINK;
    for (let times = 1 + random(3); times > 0; times--) {
      const at = random(link.length);
      link = link.slice(0, at) + (random(2) ? pieces[random(pieces.length)]! : "") + link.slice(at + random(8));
    }
    const answer = readStoryLink(link, STORIES);
    if (answer.type === "refused") {
      expect(answer.message).toMatch(/^[A-Z].*\.$/s);
      continue;
    }
    read++;
    for (const notice of answer.notices) expect(notice).toMatch(/^[A-Z“].*\.$/s);
    expect(answer.story.recipes.length).toBeGreaterThan(0);
    expect(answer.story.closing.length).toBeGreaterThan(0);
    expect(storyLink(answer.story)).not.toBeNull();
  }
  expect(read).toBeGreaterThan(200);
});

const module =
  (refused: string[]) =>
  (link: string): Promise<CheckedRecipe> =>
    Promise.resolve(
      refused.some((text) => link.includes(text))
        ? { type: "refused", message: "Learning rate: this has to be a number." }
        : {
            type: "recipe",
            link: link.replace("&v=1", ""),
            notices: link.includes("heads") ? ["heads was left out."] : [],
          },
    );

test("recipes that the module refuses are left out, with its reason, and their sentences too", async () => {
  const answer = await checkRecipes(OWN, module(["lr=0.2"]));
  expect(answer).toEqual({
    type: "story",
    story: {
      ...OWN,
      recipes: [{ ...OWN.recipes[0], link: "model=resnet-8&skip=off&data=digits&lr=0.1" }],
      closing: ["Without {test plain}."],
    },
    notices: ["“with skips (ours)” is left out: Learning rate: this has to be a number."],
  });
  expect(await checkRecipes(OWN, module(["lr=0.1", "lr=0.2"]))).toEqual({
    type: "refused",
    message:
      "None of this story's recipes can be trained. “plain” is left out: Learning rate: this has to be a number. " +
      "“with skips (ours)” is left out: Learning rate: this has to be a number.",
  });
});

test("what the module ignores of a recipe is said, and equal recipes are one", async () => {
  const [plain, skips] = OWN.recipes;
  const recipes = [
    { ...plain!, link: "model=mlp&heads=5&v=1" },
    { ...skips!, link: "model=mlp&heads=5" },
  ];
  const answer = await checkRecipes({ ...OWN, recipes }, module([]));
  expect(answer.type === "story" && answer.notices).toEqual([
    "“plain”: heads was left out.",
    "“with skips (ours)”: heads was left out.",
    "“plain” and “with skips (ours)” are the same recipe: the second is left out.",
  ]);
  expect(answer.type === "story" && answer.story.closing).toEqual(["Without {test plain}."]);
});

test("a recipe is trained with a seed of the story", () => {
  expect(withSeed("model=lenet5&seed=4&v=1", 2)).toBe("model=lenet5&seed=2&v=1");
  expect(withSeed("model=stack&layers=res(conv8x3p1),fc10&v=1", 2)).toBe(
    "model=stack&layers=res(conv8x3p1),fc10&v=1&seed=2",
  );
});
