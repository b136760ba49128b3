// How long one of our engines takes to an accuracy on the test split, from nothing.
import type { BunsenCandidate } from "./candidates.js";
import type { MeasuredWorker } from "./measured-worker.js";
import { timeRow, type TimedAccuracy, type TimeRow } from "./report.js";
import type { Session } from "./session.js";
import type { BunsenMethods } from "./workers/methods.js";

/** What is waited for; the run ends at the last. */
export const GOALS: readonly number[] = [0.98, 0.99];

/** Scored at this step, then every so many, and at the recipe's end. */
export const FIRST_SCORE = 200;
export const SCORE_EVERY = 100;

/** Steps that are asked for at once. */
const PULL = 20;

/** How many parts of a session such a row is. */
export const PARTS = 20;

/** Fills a row of its own, which `add` is given as soon as there is one. */
export async function timeToAccuracy(
  session: Session,
  candidate: BunsenCandidate,
  recipe: string,
  add: (row: TimeRow) => void,
): Promise<void> {
  const begun = performance.now();
  const row = timeRow(candidate);
  add(row);
  let worker: MeasuredWorker<BunsenMethods> | undefined;
  let advanced = 0;
  const advanceTo = (share: number): void => {
    session.advance(share * PARTS - advanced);
    advanced = share * PARTS;
  };
  await session.attempt(row, async () => {
    session.setProgress(`${candidate.name}: opening, and fetching the data`);
    worker = session.open<BunsenMethods>(candidate);
    const { plan, engine } = await worker.request("open", candidate.options(recipe));
    row.openSeconds = (performance.now() - begun) / 1000;
    row.label = engine.label;
    row.planned = plan.steps;
    let trainSeconds = 0;
    while (row.step < plan.steps && row.goals.length < GOALS.length) {
      const until = nextScore(row.step, plan.steps);
      while (row.step < until) {
        const part = await worker.request("advance", Math.min(PULL, until - row.step));
        if (part.steps === 0) throw new Error(`The run ended after ${row.step} steps of ${plan.steps}.`);
        row.step += part.steps;
        trainSeconds += part.seconds;
        session.setProgress(`${candidate.name}: step ${row.step} of at most ${plan.steps}${lastScore(row)}`);
        advanceTo(row.step / plan.steps);
      }
      const { accuracy } = await worker.request("evaluate", null);
      const score: TimedAccuracy = {
        accuracy,
        step: row.step,
        seconds: (performance.now() - begun) / 1000,
        trainSeconds,
      };
      row.scores.push(score);
      for (const goal of GOALS.slice(row.goals.length))
        if (accuracy >= goal) row.goals.push({ ...score, accuracy: goal });
    }
  });
  session.close(worker);
  advanceTo(1);
}

/** The next step after this one at which the network is scored. */
export function nextScore(step: number, last: number): number {
  const next = step < FIRST_SCORE ? FIRST_SCORE : (Math.floor(step / SCORE_EVERY) + 1) * SCORE_EVERY;
  return Math.min(next, last);
}

function lastScore({ scores }: TimeRow): string {
  const accuracy = scores.at(-1)?.accuracy;
  return accuracy === undefined ? "" : `, ${(100 * accuracy).toFixed(2)} % on the test images`;
}
