import { expect, test } from "vitest";

import { useLanguage } from "../../words/catalogue.js";
import { SKIPS } from "../testing.js";
import { knowStory, settingsText, whatDiffers } from "./known.js";
import { describe, FIELDS } from "./testing.js";

test("each run of a story has its canonical link and what it costs", async () => {
  const known = await knowStory({ ...SKIPS, seeds: [1, 2] }, FIELDS, describe);
  if (!known || "message" in known) throw new Error("It is refused.");
  expect(known.runs.map(({ link, title }) => [link, title])).toEqual([
    ["model=resnet-8&skip=off&v=1", "plain, seed 1"],
    ["model=resnet-8&v=1", "with skips, seed 1"],
    ["model=resnet-8&skip=off&v=1&seed=2", "plain, seed 2"],
    ["model=resnet-8&v=1&seed=2", "with skips, seed 2"],
  ]);
  expect(known.runs[0]?.cost?.training).toBe(6 * 1_000 * 40_000);
});

test("a recipe that is refused is left out with the reason, in the words of the controls", async () => {
  const [plain, skips] = SKIPS.recipes;
  const recipes = [plain!, { ...skips!, link: "model=resnet-8&lr=many&v=1" }];
  const known = await knowStory({ ...SKIPS, recipes }, FIELDS, describe);
  expect(known).toMatchObject({
    story: { recipes: [plain] },
    notices: ["“with skips” is left out: Learning rate: “many” is not allowed. It has to be a number."],
    runs: [{ title: "plain" }],
  });
});

test("a story of which nothing can be trained is refused, and of one that nobody can look at nothing is said", async () => {
  const recipes = [{ ...SKIPS.recipes[0]!, link: "lr=many&v=1" }];
  expect(await knowStory({ ...SKIPS, recipes }, FIELDS, describe)).toEqual({
    type: "refused",
    message:
      "None of this story's recipes can be trained. “plain” is left out: Learning rate: “many” is not allowed. It has to be a number.",
  });
  expect(await knowStory(SKIPS, FIELDS, async () => null)).toBeNull();
});

test("what differs is told in the words of the controls, and never the seed", () => {
  const plain = { model: "resnet-8", skip: "off", subset: "0", seed: "1" };
  expect(whatDiffers([plain, { ...plain, skip: "on", seed: "2" }], FIELDS)).toEqual([
    "Skip connections: Off",
    "Skip connections: on",
  ]);
  expect(whatDiffers([plain, { ...plain, subset: "500" }], FIELDS)).toEqual([
    "Training images: all",
    "Training images: 500",
  ]);
  expect(whatDiffers([plain, plain], FIELDS)).toEqual(["", ""]);
});

test("numbers among what differs are written as the page writes them", () => {
  const slow = { model: "lenet5", lr: "0.00003", subset: "2000" };
  const told = () => whatDiffers([slow, { ...slow, lr: "0.006", subset: "10000" }], FIELDS);
  expect(told()).toEqual([
    "Training images: 2,000, Learning rate: 0.00003",
    "Training images: 10,000, Learning rate: 0.006",
  ]);
  useLanguage("de", { page: {}, module: {} });
  expect(told()[0]).toBe("Training images: 2.000, Learning rate: 0,00003");
  useLanguage("en", null);
});

test("what only one of two networks has, and epochs that no run goes by, are no difference", () => {
  const one = { model: "resnet-8", skip: "on", steps: "20", epochs: "4" };
  expect(whatDiffers([one, { model: "vit", heads: "4", steps: "20", epochs: "9" } as never], FIELDS)).toEqual([
    "Network: ResNet-8",
    "Network: vit",
  ]);
});

test("layers of a network of one's own are counted", () => {
  const fields = [{ key: "layers", label: "Layers", kind: { type: "layers" } }] as never;
  const layers = ["conv8x3p1,relu,gap", "conv8x3p1,relu,res(conv8x3p1,norm,relu,conv8x3p1,norm),relu,gap"];
  expect(
    whatDiffers(
      layers.map((text) => ({ layers: text })),
      fields,
    ),
  ).toEqual(["Layers: 1 convolution", "Layers: 3 convolutions, 1 skip connection"]);
});

test("no more than three differences are told", () => {
  const one = { model: "a", subset: "1", steps: "1", lr: "1" };
  expect(whatDiffers([one, { model: "b", subset: "2", steps: "2", lr: "2" }], FIELDS)[0]).toBe(
    "Network: a, Training images: 1, Steps: 1 and 1 more",
  );
});

test("a recipe's settings are told in the words of the controls, but for its seed and version", () => {
  expect(settingsText("model=resnet-8&skip=off&subset=500&seed=3&v=1", FIELDS)).toBe(
    "ResNet-8, Skip connections: Off, Training images: 500",
  );
});
