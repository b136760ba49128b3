import { expect, test } from "vitest";

import type { Lab } from "../module.js";
import { refusalOfLink, sortLink } from "./rest-of-link.js";
import { ModuleError } from "./testing.js";

/** A lab that knows a few fields, and takes whole numbers alone. */
const lab = {
  parse(link: string) {
    const values = Object.fromEntries(new URLSearchParams(link));
    for (const [key, value] of Object.entries(values)) {
      if (!/^\d+$/.test(value)) throw new ModuleError("recipe", `${key}=${value} is not allowed.`, key, "a number");
    }
    if (values["sum"] === "13") throw new ModuleError("recipe", "Together they are too many.");
    return { link, values };
  },
  describe: (link: string) => ({ title: link }),
} as unknown as Lab;

const restOfLink = (of: Lab, link: string) => sortLink(of, link).rest;

test("the rest of a link stands without the values that are not allowed", () => {
  const rest = restOfLink(lab, "#lr=x&batch=8&steps=y&seed=7");
  expect(rest?.parsed.values).toEqual({ batch: "8", seed: "7" });
  expect(rest?.refused).toEqual({ lr: "x", steps: "y" });
  expect(rest?.description.title).toBe("batch=8&seed=7");
});

test("a check is of the whole link, so the rest has none", () => {
  const rest = restOfLink(lab, "lr=x&batch=8&check=1&marks=2");
  expect([rest?.parsed.link, rest?.refused]).toEqual(["batch=8", { lr: "x" }]);
});

test("there is no rest where no value alone is wrong, and layers are for their editor", () => {
  expect(restOfLink(lab, "sum=13&batch=8")).toBeNull();
  expect(restOfLink(lab, "layers=x&batch=8")).toBeNull();
});

test("all values that are wrong by themselves are told", () => {
  const first = { key: "lr", message: "lr=x is not allowed.", allowed: "a number" };
  const refusal = refusalOfLink(first, sortLink(lab, "lr=x&batch=8&steps=y&layers=z"));
  expect(refusal).toEqual({
    ...first,
    others: [{ key: "steps", message: "steps=y is not allowed.", allowed: "a number" }],
  });
  expect(refusalOfLink(first, sortLink(lab, "lr=x&batch=8"))).toEqual(first);
});

test("what other fields may have is not known without the network", () => {
  const { refusals } = sortLink(lab, "model=x&depth=y");
  expect(refusals.map(({ key }) => key)).toEqual(["model"]);
});
