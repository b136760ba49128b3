import { describe, expect, test } from "vitest";
import { whyPeersCannot } from "./peer-recipe.js";

/** All keys of LeNet-5's quick recipe, as the module gives them. */
const QUICK = {
  aug: "",
  average: "off",
  batch: "64",
  beta1: "0.9",
  beta2: "0.999",
  bias_lr: "1",
  clip: "0",
  data: "mnist",
  epochs: "2",
  eps: "1e-8",
  freeze: "0",
  head_lr: "1",
  init: "",
  lr: "0.006",
  model: "lenet5",
  nesterov: "off",
  opt: "adam",
  schedule: "one-cycle",
  score: "937",
  seed: "1",
  shards: "4",
  smooth: "0",
  steps: "0",
  subset: "0",
  test: "0",
  tta: "off",
  val: "0",
  wd: "0",
};

describe("which recipes the other libraries can train", () => {
  test("LeNet-5's quick one, at any rate, batch, length and seed", () => {
    expect(whyPeersCannot(QUICK)).toBeNull();
    expect(whyPeersCannot({ ...QUICK, lr: "0.01", batch: "128", epochs: "3", score: "0", seed: "7" })).toBeNull();
  });

  test.each([
    ["model", "stack"],
    ["data", "fashion"],
    ["opt", "sgd"],
    ["schedule", "cosine"],
    ["smooth", "0.05"],
    ["aug", "shift"],
    ["subset", "1000"],
    ["test", "1000"],
    ["tta", "flip"],
    ["wd", "0.01"],
    ["freeze", "2"],
    ["init", "0123456789abcdef"],
    ["a_field_of_later", "on"],
  ])("not one with %s=%s, and the reason names it", (key, value) => {
    expect(whyPeersCannot({ ...QUICK, [key]: value })).toBe(
      `not with ${key}=${value}: LeNet-5 on MNIST with Adam and schedule=one-cycle alone`,
    );
  });
});
