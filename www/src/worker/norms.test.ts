import { expect, test } from "vitest";

import { RunnerHarness } from "./runner-harness.js";
import { STEPS } from "./testing.js";

test("the norms of parameters are told of the first step and the last, whether anybody looks or not", async () => {
  const harness = new RunnerHarness();
  await harness.prepare();
  await harness.train();
  await harness.goOn();
  const norms = harness.events("norms");
  expect([norms[0]?.step, norms.at(-1)?.step]).toEqual([1, STEPS]);
  expect(norms[0]).toMatchObject({ id: 1, statistics: [{ name: "w" }] });
});
