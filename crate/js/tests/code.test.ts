import { expect, test } from "vitest";
import { forOptimizer, Unsupported } from "../code/tree.js";

test("a program has the recipe's optimizer, or is not written", () => {
  expect(forOptimizer({ sgd: "SGD" }, "sgd")).toBe("SGD");
  expect(() => forOptimizer({ sgd: "SGD" }, "lion")).toThrow(Unsupported);
});
