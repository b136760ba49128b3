import { expect, test } from "vitest";

import { STORIES } from "../stories/registry.js";
import { TRAINED, trainedOf } from "./networks.js";
import { recipeHref, trainedText } from "./words.js";

test("a file is found by its digest alone", () => {
  expect(new Set(TRAINED.map(({ digest }) => digest)).size).toBe(TRAINED.length);
  for (const network of TRAINED) expect(trainedOf(network.digest)).toBe(network);
  for (const other of ["", undefined, "0123456789abcdef"]) expect(trainedOf(other)).toBeUndefined();
});

test("a network is told with what it was trained on, how good its file is, and the recipe's checked link", () => {
  const [network] = TRAINED;
  if (!network) throw new Error("There is none.");
  const { images, ...rest } = network;
  const fields = [
    { key: "model", kind: { type: "choice", choices: [{ value: "lenet5", label: "LeNet-5" }] } },
    { key: "data", kind: { type: "choice", choices: [{ value: "mnist", label: "MNIST" }] } },
  ] as never;
  expect(trainedText({ ...rest, images, accuracy: 0.9904 }, fields)).toBe(
    "LeNet-5, trained on MNIST: 99.04 % of 10,000 test images",
  );
  expect(recipeHref(network)).toBe(`#${network.link}&check=${network.check}`);
});

test("the stories start from files that come with the page", () => {
  const inits = STORIES.flatMap(({ recipes }) => recipes.map(({ link }) => new URLSearchParams(link).get("init")));
  const digests = inits.filter((digest) => digest !== null);
  expect(digests).toHaveLength(3);
  for (const digest of digests) expect(trainedOf(digest)).toBeDefined();
});
