import { beforeEach, expect, test } from "vitest";

import { RunnerHarness } from "./runner-harness.js";
import { ModuleError, behaviour } from "./testing.js";

let harness: RunnerHarness;

/** Whether the module may ask other servers for the images. */
const mayAsk = (): boolean => typeof behaviour.mirrors === "function" && behaviour.mirrors("digits") === true;

/** Neither this browser nor the site has the images. */
async function openWithoutImages(): Promise<void> {
  await harness.open();
  const missing = new ModuleError("data", "It is not here");
  behaviour.failures.set("start", Object.assign(missing, { code: "mirrors-not-asked" }));
  expect(mayAsk()).toBe(false);
  await harness.runner.goOn();
}

beforeEach(() => {
  harness = new RunnerHarness();
});

test("a run whose images other servers have is not prepared unasked, and the page is told of whom they are asked", async () => {
  await openWithoutImages();
  expect(harness.posted.at(-1)).toMatchObject({ type: "download", id: 1, download: { hosts: ["mirror.example"] } });
  expect(harness.types).not.toContain("failed");
  expect([harness.runner.idle(), mayAsk()]).toEqual([undefined, false]);
});

test("Train asks for them", async () => {
  await openWithoutImages();
  await harness.train();
  expect(mayAsk()).toBe(true);
  expect(harness.types).toContain("started");
});

test("so does a person who wants to see them first", async () => {
  await openWithoutImages();
  await harness.runner.obey({ type: "getData" });
  expect(mayAsk()).toBe(true);
  expect(harness.runner.idle()).toBeDefined();
  await harness.runner.goOn();
  expect(harness.types).toContain("prepared");
  expect(harness.types).not.toContain("started");
});

test("test images that were not asked for before are scored with once it trains", async () => {
  const missing = Promise.reject(new ModuleError("data", "They are not here"));
  missing.catch(() => {});
  behaviour.testReady = missing;
  await harness.prepare();
  behaviour.testReady = Promise.resolve();
  await harness.train();
  await harness.goOn();
  expect(harness.events("score")).toHaveLength(1);
  expect(harness.events("scoreFailed")).toEqual([]);
});
