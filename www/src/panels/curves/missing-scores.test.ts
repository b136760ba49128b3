import { expect, test } from "vitest";

import type { Plan } from "../../module.js";
import { missingScoresText } from "./missing-scores.js";

const plan = { scoreSteps: [100, 200, 300, 1_400] } as Plan;

test("a test point that the recipe fixes and nobody scored is named, and no other", () => {
  const text = (step: number, scores: number[], deferredScores: number[] = [], computedFrom = 0): string =>
    missingScoresText(
      plan,
      { step, deferredScores },
      scores.map((scored) => ({ step: scored })),
      computedFrom,
    );
  expect(text(0, [])).toBe("");
  expect(text(250, [100, 200])).toBe("");
  expect(text(250, [200])).toBe("The curve has no test point at step 100: the run went on before it was scored there.");
  expect(text(1_400, [])).toMatch("no test points at steps 100, 200 and 300:");
  // It waits for the test images.
  expect(text(250, [200], [100])).toBe("");
  // It is being scored.
  expect(text(200, [100])).toBe("");
  // Those before come from a file.
  expect(text(350, [], [], 200)).toMatch("at step 300:");
});
