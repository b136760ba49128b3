import { expect, test } from "vitest";

import type { StoredRun } from "../../runs/stored-run.js";
import { Curves } from "../../state/curves.js";
import { finished, SKIPS } from "../testing.js";
import { knowStory, type KnownRun } from "./known.js";
import { resultsOf } from "./results.js";
import { describe, FIELDS, shownOf } from "./testing.js";

const known = await knowStory(SKIPS, FIELDS, describe);
const { runs } = known as { runs: readonly KnownRun[] };
const [plain] = runs;
const SCORE = { step: 2, loss: 0.5, accuracy: 0.9, examples: 100 };

function stored(part: Partial<StoredRun> = {}): StoredRun {
  const curves = Curves.of({ losses: Float32Array.of(2, 1), scores: [SCORE] });
  const values = { batch: "10", seed: "1" };
  return {
    link: plain!.link,
    values,
    curves,
    scores: [SCORE],
    steps: 2,
    stepsPerEpoch: 2,
    isFromFile: false,
    ...part,
  } as StoredRun;
}

test("a run of the list is a result, with its parameters and what guessing gets", () => {
  const [result, ...others] = resultsOf(runs, null, new Map(), [stored()]);
  expect(others).toEqual([]);
  expect(result).toMatchObject({
    result: {
      recipe: "plain",
      seed: 1,
      done: 2,
      steps: 2,
      parameters: 75_290,
      chance: 0.1,
      scores: [{ accuracy: 0.9 }],
    },
    curve: { losses: [2, 1] },
  });
});

test("what a file from elsewhere says is no result, nor is a run of another recipe", () => {
  expect(resultsOf(runs, null, new Map(), [stored({ isFromFile: true }), stored({ link: "model=lenet5" })])).toEqual(
    [],
  );
});

test("the run that trains is shown, then what came to its end, then what did not", () => {
  const link = plain!.link;
  const running = { ...shownOf(finished("", 0.2, { done: 40 })), link, isRunning: true };
  const over = new Map([[link, shownOf(finished("", 0.5))]]);
  const stopped = stored({ steps: 9 });
  const accuracy = (...of: Parameters<typeof resultsOf>) => resultsOf(...of)[0]?.result.scores.at(-1)?.accuracy;
  expect(resultsOf(runs, running, over, [stopped])[0]?.result.done).toBe(40);
  expect(accuracy(runs, { ...running, isRunning: false }, over, [stopped])).toBe(0.5);
  expect(resultsOf(runs, null, new Map(), [stopped])[0]?.result).toMatchObject({ done: 2, steps: 9 });
});
