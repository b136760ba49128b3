import { expect, test, vi } from "vitest";

import type { Field, ParsedLink } from "../module.js";
import { compose, PAGE_ADDRESS } from "./link.js";
import { stubPage } from "./testing.js";

const FIELDS = [
  { key: "model", group: "network", kind: { type: "layers" } },
  { key: "data", group: "data", kind: { type: "layers" } },
  { key: "own", group: "data", kind: { type: "digest" } },
  { key: "kmnist", group: "data", kind: { type: "digest" } },
  { key: "classes", group: "data", kind: { type: "layers" } },
  { key: "init", group: "training", kind: { type: "digest" } },
  { key: "batch", group: "training", kind: { type: "layers" } },
  { key: "lr", group: "training", kind: { type: "layers" } },
  { key: "seed", group: "run", kind: { type: "layers" } },
] as Field[];

const defaults = { model: "lenet5", data: "mnist", batch: "64", lr: "0.002", seed: "1" };
const parsed = (values: Record<string, string>): ParsedLink =>
  ({ values: { ...defaults, ...values }, defaults }) as unknown as ParsedLink;
const link = (values: Record<string, string>, changes: Record<string, string>): string =>
  compose(parsed(values), FIELDS, changes);

test("a link has what differs from the network's defaults, and the change, in the order of the fields", () => {
  expect(link({ lr: "0.01" }, { seed: "7" })).toBe("model=lenet5&lr=0.01&seed=7");
  // What was asked for stands there, though it is the default.
  expect(link({}, { batch: "64" })).toBe("model=lenet5&batch=64");
});

test("another network brings its own recipe, and keeps the data and the seed", () => {
  expect(link({ lr: "0.01", seed: "7", data: "digits" }, { model: "vgg-8" })).toBe("model=vgg-8&data=digits&seed=7");
  expect(link({ lr: "0.01" }, { model: "lenet5" })).toBe("model=lenet5&lr=0.01");
});

test("what names custom images goes with them", () => {
  const custom = { data: "own", own: "0123456789abcdef", classes: "3" };
  expect(link(custom, { lr: "0.01" })).toBe("model=lenet5&data=own&own=0123456789abcdef&classes=3&lr=0.01");
  expect(link(custom, { data: "mnist" })).toBe("model=lenet5&data=mnist");
});

test("the weights that a run starts from stay with its network, whatever its data, and go with it", () => {
  const init = "0123456789abcdef";
  expect(link({ init }, { data: "digits" })).toBe(`model=lenet5&data=digits&init=${init}`);
  expect(link({ init }, { init: "" })).toBe("model=lenet5&init=");
  expect(link({ init }, { model: "vgg-8" })).toBe("model=vgg-8");
});

test("before a link was taken there are the changes alone", () => {
  expect(compose(null, FIELDS, { seed: "7" })).toBe("seed=7");
});

test("a link has no escapes that mail and chat would escape again", () => {
  expect(link({}, { data: "a,b(c)-d.5" })).toBe("model=lenet5&data=a,b(c)-d.5");
  // What no value has is escaped, so that nobody takes it for damage.
  expect(link({}, { data: "a&lr=1#+%" })).toBe("model=lenet5&data=a%26lr%3D1%23%2B%25");
});

test("the digest of a data set that was given stays with it, and goes with it", () => {
  const given = { data: "kmnist", kmnist: "0123456789abcdef" };
  expect(link(given, { seed: "7" })).toBe("model=lenet5&data=kmnist&kmnist=0123456789abcdef&seed=7");
  expect(link(given, { model: "mlp" })).toBe("model=mlp&data=kmnist&kmnist=0123456789abcdef");
  expect(link(given, { data: "mnist" })).toBe("model=lenet5&data=mnist");
});

test("a story's address stays while recipes come and go, and becomes the recipe's again", () => {
  stubPage();
  location.hash = "#model=lenet5&v=1";
  expect(PAGE_ADDRESS.read()).toBe("model=lenet5&v=1");
  PAGE_ADDRESS.showStory("story=learning-rate");
  expect(location.hash).toBe("#story=learning-rate");
  expect(PAGE_ADDRESS.read()).toBe("model=lenet5&v=1");
  PAGE_ADDRESS.write("model=vit&v=1");
  expect([location.hash, PAGE_ADDRESS.read()]).toEqual(["#story=learning-rate", "model=vit&v=1"]);
  PAGE_ADDRESS.showStory(null);
  expect(location.hash).toBe("#model=vit&v=1");
  PAGE_ADDRESS.write("model=mlp&v=1");
  expect(location.hash).toBe("#model=mlp&v=1");
  vi.unstubAllGlobals();
});
