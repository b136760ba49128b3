import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BUNSEN } from "../code/pytorch-distributed.js";
import { forOptimizer, Unsupported } from "../code/tree.js";

test("a program has the recipe's optimizer, or is not written", () => {
  expect(forOptimizer({ sgd: "SGD" }, "sgd")).toBe("SGD");
  expect(() => forOptimizer({ sgd: "SGD" }, "lion")).toThrow(Unsupported);
});

test("a program names the package's version, which its run file has", () => {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  expect(BUNSEN).toBe((JSON.parse(text) as { version: string }).version);
});
