import { beforeEach, expect, test } from "vitest";

import type { WorkerEvent } from "../protocol.js";
import type { ResponseMessage } from "../rpc/protocol.js";
import { Runner } from "./runner.js";
import { ModuleError, behaviour } from "./testing.js";

const MODULE = new URL("./testing.ts", import.meta.url).href;

let posted: (WorkerEvent | ResponseMessage)[];
let runner: Runner;

/** Whether the module may ask other servers for the images. */
const mayAsk = (): boolean => typeof behaviour.mirrors === "function" && behaviour.mirrors("digits");
const types = (): string[] => posted.map(({ type }) => type);

beforeEach(async () => {
  behaviour.failures.clear();
  behaviour.calls.length = 0;
  posted = [];
  runner = new Runner((message) => posted.push(structuredClone(message)));
  const recipe = { id: 1, link: "model=lenet5", runFile: null, customDataset: null };
  await runner.obey({ type: "open", module: MODULE, data: "data/", engine: "auto", ...recipe });
  // Neither this browser nor the site has the images.
  behaviour.failures.set(
    "start",
    Object.assign(new ModuleError("data", "It is not here"), { code: "mirrors-not-asked" }),
  );
  expect(mayAsk()).toBe(false);
  await runner.goOn();
});

test("a run whose images other servers have is not prepared unasked, and the page is told of whom they are asked", () => {
  expect(posted.at(-1)).toMatchObject({ type: "download", id: 1, download: { hosts: ["mirror.example"] } });
  expect(types()).not.toContain("failed");
  expect([runner.idle(), mayAsk()]).toEqual([undefined, false]);
});

test("Train asks for them", async () => {
  await runner.obey({ type: "train", goal: "end", checkpoint: null });
  expect(mayAsk()).toBe(true);
  expect(types()).toContain("started");
});

test("so does a person who wants to see them first", async () => {
  await runner.obey({ type: "getData" });
  expect(mayAsk()).toBe(true);
  expect(runner.idle()).toBeDefined();
  await runner.goOn();
  expect(types()).toContain("prepared");
  expect(types()).not.toContain("started");
});
