import { beforeEach, expect, test } from "vitest";

import type { WorkerEvent } from "../protocol.js";
import type { ResponseMessage } from "../rpc/protocol.js";
import { Runner } from "./runner.js";
import { STEPS, behaviour } from "./testing.js";

const MODULE = new URL("./testing.ts", import.meta.url).href;

beforeEach(() => behaviour.failures.clear());

test("the norms of parameters are told of the first step and the last, whether anybody looks or not", async () => {
  const posted: (WorkerEvent | ResponseMessage)[] = [];
  const runner = new Runner((message) => posted.push(structuredClone(message)));
  const recipe = { id: 1, link: "model=lenet5", runFile: null, customDataset: null };
  await runner.obey({ type: "open", module: MODULE, data: "data/", engine: "auto", ...recipe });
  await runner.obey({ type: "train", goal: "end", checkpoint: null });
  for (let time = 0; time < 20 && runner.idle() === 0; time++) await runner.goOn();
  const norms = posted.filter((message) => message.type === "norms");
  const steps = norms.map(({ step }) => step);
  expect([steps[0], steps.at(-1)]).toEqual([1, STEPS]);
  expect(norms[0]).toMatchObject({ id: 1, statistics: [{ name: "w" }] });
});
