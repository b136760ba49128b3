import { expect, test } from "vitest";

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
