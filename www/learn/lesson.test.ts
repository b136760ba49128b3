import { expect, test } from "vitest";

import { minutesToRead } from "./lesson.js";
import { FRONT, lessonOf, RUNS, rendered, sentenceOf, WIDE } from "./testing.js";
import { readLesson } from "./lesson.js";

const block = (kind: string, body: string): string => `\`\`\`${kind}\n${body}\n\`\`\``;

test("a lesson is its front matter and its text", () => {
  const lesson = lessonOf("## One\n\nIt has {{deep.test | spread}} right.");
  expect([lesson.title, lesson.order, lesson.sources[0]?.short]).toEqual(["Depth", 5, "He et al. 2015"]);
  expect(rendered("## One\n\nIt has {{deep.test}} right.").html.replaceAll("\u00a0", " ")).toBe(
    '<h2 id="one">One</h2>\n<p>It has 20.0 % right.</p>\n',
  );
});

test("blocks are figures with captions, and details that are readable without a script", () => {
  const { html, headings } = rendered(`## What happens

\`\`\`prediction curve
ask: How does it go?
runs: shallow@1, deep@1
draw: deep@1
alt: Both fall.
reveal: It falls to {{deep@1.loss}},
  as said.
\`\`\`

\`\`\`experiment both
title: Both
runs: shallow, deep
train: deep@2
edit: lr
caption: Both.
alt: Both fall.
\`\`\`

\`\`\`question why
ask: Why?
answer: Because *so*.
\`\`\``);
  expect(headings).toEqual([{ id: "what-happens", text: "What happens" }]);
  expect(html).toContain('<details class="reveal"><summary>Show what happened</summary><figure>');
  expect(html).toContain("It falls to 1.50, as said.");
  expect(html).toContain(
    'href="../../#model=lenet5&amp;data=digits&amp;steps=4&amp;v=1&amp;seed=2&amp;check=0123456789abcdef',
  );
  expect(html).toContain("embed.html?edit=lr#model=lenet5");
  expect(html).toContain("<summary>Answer</summary><p>Because <em>so</em>.</p>");
  expect(html.match(/<title id="[\w-]+">Both fall\.<\/title>/g)).toHaveLength(2);
  expect(html).not.toMatch(/style="|onclick|<script/);
});

test("a number may be of a run, computed, a year's, a name's, cited, or what a reader is asked to enter", () => {
  const { html } = rendered(
    `In 1998 ViT-160 saw {{deep.examples}} images, {{= 5 * 100}} a day, of 28×280 pixels, and \`0.5\`.

They saw 1,281,167 images [@he2015].

${block("question a", "ask: A loss of 12 or 0.3?\nanswer: So.")}

${block("experiment b", "title: A\nruns: deep\ncaption: A\nalt: A\ntry: Train with 0.05.")}`,
  );
  expect(html).toContain("saw 10,000 images, 500 a day");
});

test("a field that a run lacks is not offered with it", () => {
  const { html } = rendered(
    block(
      "experiment a",
      "title: A\nruns: shallow, wide\ntrain: shallow\ntrain: wide\nedit: lr,widths\ncaption: A\nalt: A",
    ),
    FRONT,
    WIDE,
  );
  const rows = [...html.matchAll(/<li data-run="(\w+)@1"[^>]* data-edit="([^"]*)"/g)].map(([, run, edit]) => [
    run,
    edit,
  ]);
  expect(rows).toEqual([
    ["shallow", "lr"],
    ["wide", "lr,widths"],
  ]);
  expect(html).toContain("embed.html?edit=lr#");
  expect(html).toContain("embed.html?edit=lr,widths#");
});

test("what a work says is cited, and its HTML is text", () => {
  const { html } = rendered("They have 28.54 % wrong [@he2015, table 2]. <b>1 & 2</b>");
  expect(html).toContain('(<a href="#source-he2015">He et al. 2015</a>, table 2)');
  expect(html).toContain("&lt;b&gt;1 &amp; 2&lt;/b&gt;");
});

test("what is right of shifted images is drawn in percent, by pixels", () => {
  const { html } = rendered("```figure a\nruns: shallow\nquantity: shift\ncaption: A\nalt: A\n```");
  expect(html).toContain('data-scale="{&quot;x&quot;:[0,1],&quot;y&quot;:[0,100],&quot;isLog&quot;:false}"');
  expect(html).toContain('data-run="shallow@1" data-end="50"');
  expect(html).toContain("pixels that each test image is moved by");
});

test("minutes are of all that is read", () => {
  const alt = `alt: ${"word ".repeat(900)}`;
  expect(minutesToRead(`${"word ".repeat(900)}\n\`\`\`figure a\n${alt}\n\`\`\`\n`)).toBe(5);
  expect(minutesToRead(`${"word ".repeat(900)}\n\`\`\`question a\nanswer: ${"word ".repeat(900)}\n\`\`\`\n`)).toBe(10);
  expect(minutesToRead("")).toBe(1);
});

const QUESTION = "```question a\nask: Why?\nanswer: So.\n```";
const PREDICTION = "ask: How?\nruns: shallow, deep\nalt: Falls.\nreveal: So.";

for (const [what, text, sentence] of [
  ["a typed percentage", "It has 20 % right.", "line 8: “20 %” is neither of a run ({{name.test}}) nor computed"],
  ["a typed percentage in a block", block("question a", "ask: Is it 20%?\nanswer: So."), "line 9: “20%” is neither"],
  ["a typed decimal", "Its loss is 0.25.", "line 8: “0.25” is neither of a run"],
  ["a typed count", "It sees 1,500 images.", "“1,500” is neither of a run"],
  ["a typed number of three digits", "It has 500 images.", "“500” is neither of a run"],
  [
    "a typed number for those who do not see a picture",
    block("figure a", "runs: deep\ncaption: A\nalt: It falls to 0.5."),
    "line 11: “0.5” is neither of a run",
  ],
  ["a typed number in an answer", block("question a", "ask: A\nanswer: It is 0.5."), "line 10: “0.5” is neither"],
  [
    "a field to change that no run has",
    block("experiment a", "title: A\nruns: shallow\ntrain: shallow\nedit: lr,skip\ncaption: A\nalt: A"),
    "line 12: No run that is trained here has a “skip” to change: there are model, data, subset, lr, seed.",
  ],
  ["a source that is not there", "So it is [@she2015].", "There is no source “she2015” in the front matter."],
  ["a run that is not there", "{{wide.test}}", "There is no run “wide”: there are deep, other, shallow."],
  [
    "a block that is none",
    block("experimnt a", "title: A"),
    "There is no block “experimnt”: there are experiment, figure,",
  ],
  ["a block without a name", block("question", "ask: A\nanswer: B"), "A block has a name of its own behind “question”"],
  ["two blocks with one name", `${QUESTION}\n\n${QUESTION}`, "line 13: There are two blocks “a”."],
  [
    "a key that is none",
    block("question a", "ask: A\nanswr: B"),
    "line 10: a question has no “answr”: there are ask, answer.",
  ],
  ["a key that stands twice", block("question a", "ask: A\nask: B\nanswer: C"), "“ask” stands here a second time."],
  ["a key that is missing", block("question a", "ask: A"), "line 8: a question needs “answer”."],
  ["a key without a value", block("question a", "ask:\nanswer: B"), "line 9: “ask” has no value."],
  ["a line that is no pair", block("question a", "ask A"), "“ask A” is no “key: value”."],
  ["a line that goes on with nothing", block("question a", "  ask: A"), "This line is indented"],
  [
    "a list with an empty part",
    block("figure a", "runs: deep,,shallow\ncaption: A\nalt: A"),
    "“deep,,shallow” has an empty part.",
  ],
  ["a run's name that is none", block("figure a", "runs: Deep\ncaption: A\nalt: A"), "“Deep” is no name of a run"],
  [
    "a quantity that is none",
    block("figure a", "runs: deep\nquantity: speed\ncaption: A\nalt: A"),
    "“speed” is no quantity",
  ],
  [
    "recipes that look alike",
    block("figure a", "runs: shallow,other\ncaption: A\nalt: A"),
    "“shallow@1” and “other@1” look alike: their run files have the same “look”.",
  ],
  [
    "gradients that were not recorded",
    block("figure a", "runs: shallow\nquantity: gradient\ncaption: A\nalt: A"),
    "“shallow@1” has no gradients",
  ],
  [
    "shifted images that were not scored",
    block("figure a", "runs: deep\nquantity: shift\ncaption: A\nalt: A"),
    "“deep@1” was not asked about shifted images",
  ],
  [
    "a prediction of nothing",
    block("prediction a", PREDICTION),
    "A prediction is a curve (“draw”), or two to four choices",
  ],
  [
    "a prediction of both",
    block("prediction a", `${PREDICTION}\ndraw: deep\nchoice: A\nchoice: B`),
    "A prediction is a curve",
  ],
  [
    "a choice that is not there",
    block("prediction a", `${PREDICTION}\nchoice: A\nchoice: B\nright: 3`),
    "There is no choice 3.",
  ],
  [
    "choices of which none came true",
    block("prediction a", `${PREDICTION}\nchoice: A\nchoice: B`),
    "“right” has to say which choice",
  ],
  [
    "a curve to draw that is not shown",
    block("prediction a", `${PREDICTION.replace("shallow, deep", "shallow")}\ndraw: deep`),
    "“deep” is not among the runs of this block.",
  ],
  ["a title in the text", "# Depth", "A lesson has headings of two signs (##) alone"],
  ["two headings alike", "## A\n\n## A", "There are two headings or blocks “a”."],
  ["a picture of one's own", "![A](a.png)", "A lesson has no pictures but those of its runs."],
] as const)
  test(`refuses ${what}`, () => {
    const said = sentenceOf(() => rendered(text));
    expect(said).toMatch(/^learn\/depth\/lesson\.md, line \d+: /);
    expect(said).toContain(sentence);
  });

for (const [what, front, sentence] of [
  ["no title", FRONT.replace(/title.*\n/, ""), "line 1: the front matter needs “title”."],
  ["an order that is none", FRONT.replace("order: 5", "order: five"), "line 5: “five” is no number of a lesson."],
  ["a source without an address", `${FRONT}\nsource: a; A; B`, "A source is “key; short; in full; https://…”."],
  [
    "a source with another address",
    `${FRONT}\nsource: a; A; B; javascript:alert(1)`,
    "is no address that begins with https://.",
  ],
  ["a source that stands twice", `${FRONT}\nsource: he2015; A; B; https://a.test`, "There are two sources “he2015”."],
  ["a key that is none", `${FRONT}\nauthor: me`, "the front matter has no “author”"],
  ["braces that are not closed", FRONT.replace("Is it?", "{{deep.test"), "A pair of braces is not closed"],
  ["what does not hold", `${FRONT}\nholds: shallow.test < deep.test`, "does not hold for every seed"],
] as const)
  test(`refuses front matter with ${what}`, () => {
    const said = sentenceOf(() => lessonOf("Text.", front));
    expect(said).toMatch(/^learn\/depth\/lesson\.md/);
    expect(said).toContain(sentence);
  });

test("refuses a lesson without front matter", () => {
  expect(sentenceOf(() => readLesson("# Depth", "depth", RUNS))).toContain("It does not begin with its front matter");
});
