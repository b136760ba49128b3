// How long an engine takes to an accuracy on the test split, from nothing.
import { CPU, isOurs, type BunsenCandidate, type Candidate, type PeerCandidate } from "./candidates.js";
import type { MeasuredWorker } from "./measured-worker.js";
import { timeRow, type TimedAccuracy, type TimeRow } from "./report.js";
import type { Session } from "./session.js";
import type { Settings } from "./settings.js";
import { COMPARED, TOLERANCE } from "./verdict.js";
import type { Advance } from "./workers/bunsen.js";
import type { BunsenMethods, PeerMethods } from "./workers/methods.js";
import { oneCycle } from "./workers/one-cycle.js";
import type { Course } from "./workers/training.js";

/** What is waited for; the run ends at the last. */
export const GOALS: readonly number[] = [0.98, 0.99];

/** Scored at this step, then every so many, and at the recipe's end: where the recipe does not say itself when it is scored. */
export const FIRST_SCORE = 200;
export const SCORE_EVERY = 100;

/** Steps that are asked for at once. A peer's may take seconds each. */
const PULL = 20;
const PEERS_PULL = 5;

/** How many parts of a session such a row is. */
export const PARTS = 20;

/** What is trained. */
export interface TimedRecipe extends Pick<Settings, "limit"> {
  link: string;
  /** Of all its keys. */
  values: Readonly<Record<string, string>>;
}

/** A run of one engine, whichever library that is of. */
interface TimedRun {
  label: string | null;
  advance(steps: number): Promise<Advance>;
  evaluate(): Promise<{ accuracy: number }>;
}

/** Of the run, whoever trains it. */
interface Length {
  steps: number;
  /** After which it is scored; null: as `nextScore` has it. */
  scored: readonly number[] | null;
}

/** What the peers need to know beforehand: nothing of it is in their time. */
interface Preparation extends Length {
  course: Course;
  losses: readonly number[];
}

/** Fills a row of its own, which `add` is given as soon as there is one. */
export async function timeToAccuracy(
  session: Session,
  candidate: Candidate,
  recipe: TimedRecipe,
  add: (row: TimeRow) => void,
): Promise<void> {
  const row = timeRow(candidate);
  add(row);
  let advanced = 0;
  const advanceTo = (share: number): void => {
    session.advance(share * PARTS - advanced);
    advanced = share * PARTS;
  };
  await session.attempt(row, async () => {
    if (isOurs(candidate)) {
      const begun = performance.now();
      const worker = session.open<BunsenMethods>(candidate);
      await closing(session, worker, async () => {
        session.setProgress(`${candidate.name}: opening, and fetching the data`);
        const { run, length } = await openOurs(worker, candidate, recipe);
        await trainToGoals(session, row, run, length, recipe.limit, begun, advanceTo);
      });
      return;
    }
    session.setProgress(`${candidate.name}: the weights and the images that Bunsen trains with`);
    const preparation = await prepare(session, recipe);
    const begun = performance.now();
    const worker = session.open<PeerMethods>(candidate);
    const left = (): number => recipe.limit - (performance.now() - begun) / 1000;
    await closing(session, worker, async () => {
      session.setProgress(`${candidate.name}: opening, and reading the data`);
      try {
        const run = await openPeer(worker, candidate, preparation, row, left);
        await trainToGoals(session, row, run, preparation, recipe.limit, begun, advanceTo);
      } catch (thrown) {
        // What was still computing at the limit is no failure.
        if (!worker.late) throw thrown;
        row.limited = true;
      }
    });
  });
  advanceTo(1);
}

async function closing(
  session: Session,
  worker: { close(why: string): void },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } finally {
    session.close(worker);
  }
}

async function openOurs(
  worker: MeasuredWorker<BunsenMethods>,
  candidate: BunsenCandidate,
  { link, values }: TimedRecipe,
): Promise<{ run: TimedRun; length: Length }> {
  const { plan, engine } = await worker.request("open", candidate.options(link));
  const run: TimedRun = {
    label: engine.label,
    advance: (steps) => worker.request("advance", steps),
    evaluate: () => worker.request("evaluate", null),
  };
  return { run, length: { steps: plan.steps, scored: scoredSteps(values, plan.scoreSteps) } };
}

/** A run of ours tells the peers what to train on. */
async function prepare(session: Session, { link, values }: TimedRecipe): Promise<Preparation> {
  const worker = session.open<BunsenMethods>(CPU);
  try {
    const { plan } = await worker.request("open", CPU.options(link));
    const { losses, ...course } = await worker.request("course", Math.min(COMPARED, plan.steps));
    const rates = oneCycle(Number(values["lr"]), plan.steps);
    return { steps: plan.steps, scored: scoredSteps(values, plan.scoreSteps), course: { ...course, rates }, losses };
  } finally {
    session.close(worker);
  }
}

/**
 * A peer's first losses have to be ours, as those of its timed steps have to.
 *
 * @param left seconds until it is given up
 */
async function openPeer(
  worker: MeasuredWorker<PeerMethods>,
  candidate: PeerCandidate,
  { course, losses }: Preparation,
  row: TimeRow,
  left: () => number,
): Promise<TimedRun> {
  await worker.request("openTraining", candidate.trainingOptions(course), left());
  let done = 0;
  return {
    label: null,
    async advance(wanted) {
      // Each of the first losses is read back.
      const steps = done < losses.length ? 1 : Math.min(wanted, PEERS_PULL);
      const part = await worker.request("advance", steps, left());
      done += part.steps;
      if (!Number.isFinite(part.loss)) throw new Error(`Its loss at step ${done} is not a finite number.`);
      const ours = losses[done - 1];
      if (ours !== undefined) {
        row.differs = Math.max(row.differs ?? 0, Math.abs(part.loss - ours) / ours);
        if (row.differs > TOLERANCE) {
          const off = (100 * row.differs).toFixed(2);
          throw new Error(
            `Its loss at step ${done} is ${off} % off Bunsen's, from the same weights on the same images.`,
          );
        }
      }
      return part;
    },
    evaluate: () => worker.request("evaluate", null, left()),
  };
}

/** @param begun when the seconds began */
async function trainToGoals(
  session: Session,
  row: TimeRow,
  run: TimedRun,
  { steps, scored }: Length,
  limit: number,
  begun: number,
  advanceTo: (share: number) => void,
): Promise<void> {
  const seconds = (): number => (performance.now() - begun) / 1000;
  row.openSeconds = seconds();
  row.label = run.label;
  row.planned = steps;
  let trainSeconds = 0;
  // A recipe that says when it is scored is trained to its end.
  while (row.step < steps && (scored !== null || row.goals.length < GOALS.length)) {
    const until = scored?.find((step) => step > row.step) ?? nextScore(row.step, steps);
    while (row.step < until) {
      const part = await run.advance(Math.min(PULL, until - row.step));
      if (part.steps === 0) throw new Error(`The run ended after ${row.step} steps of ${steps}.`);
      row.step += part.steps;
      trainSeconds += part.seconds;
      session.setProgress(`${row.name}: step ${row.step} of at most ${steps}${lastScore(row)}`);
      advanceTo(row.step / steps);
      row.limited = seconds() > limit;
      if (row.limited) return;
    }
    const { accuracy } = await run.evaluate();
    const score: TimedAccuracy = { accuracy, step: row.step, seconds: seconds(), trainSeconds };
    row.scores.push(score);
    for (const goal of GOALS.slice(row.goals.length))
      if (accuracy >= goal) row.goals.push({ ...score, accuracy: goal });
  }
}

/** The steps after which a recipe is scored; null where it leaves them open. */
export function scoredSteps(
  values: Readonly<Record<string, string>>,
  planned: readonly number[],
): readonly number[] | null {
  return Number(values["score"] ?? 0) > 0 ? planned : null;
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
