import { dirname } from "node:path";
import { BunsenError, messageOf } from "../errors.js";
import { loss } from "../number-format.js";
import { openLab } from "../index.js";
import type { Lab, Run, Verdict } from "../api.js";
import { withCustomDataset } from "./custom-dataset.js";
import { bytesOf, throwNamingOption } from "./initial-weights.js";
import { endNow, interrupted, onInterruption, unlessInterrupted } from "./interruption.js";
import { Progress } from "./progress.js";
import { RunFolder } from "./run-folder.js";
import { requireLink } from "../links.js";
import { withMirrors } from "../score-words.js";
import { parseArguments, type CommandArguments } from "./arguments.js";

/** Nothing that was compared differs: of a run that goes on from a checkpoint file, its first steps are compared with nothing. */
const AS_PROMISED: readonly Verdict["kind"][] = ["same", "same-in-part", "within", "from-file"];

/** Trains a link to its end, evaluates it after each of its plan's score steps, and writes the run file and the weights. */
export async function train(args: string[]): Promise<number> {
  const parsed = parseArguments(args, ["out", "own", "resume", "weights"]);
  const lab = await openLab({ engine: "cpu", workers: parsed.workers });
  try {
    const { link, ...start } = await readStart(lab, parsed);
    const said = new Set<string>();
    sayNew(lab.parse(link).notices, said);
    const out = parsed.out ?? (parsed.resume && dirname(parsed.resume));
    const folder = await RunFolder.prepare(out, parsed.resume);
    try {
      const complete = await withCustomDataset(lab, link, parsed.own);
      const run = await lab
        .start(complete, start)
        .catch((thrown: unknown) => throwNamingOption(thrown, parsed.weights));
      return await trainInto(folder, run, said);
    } finally {
      await folder.removeEmpty();
    }
  } finally {
    lab.close();
  }
}

/** What is trained: the link, from its start, from weights or from a checkpoint, which holds the link too. */
async function readStart(
  lab: Lab,
  { positionals, resume, weights }: CommandArguments,
): Promise<{ link: string; checkpoint?: Uint8Array; weights?: Uint8Array }> {
  const [link, ...others] = positionals;
  if (others.length > 0 || (link === undefined && resume === undefined)) {
    throw new BunsenError("recipe", "train takes one link: quote it.");
  }
  const start = {
    ...(resume !== undefined && { checkpoint: await bytesOf(resume, "checkpoint") }),
    ...(weights !== undefined && { weights: await bytesOf(weights, "file") }),
  };
  if (link !== undefined) return { link: requireLink(link), ...start };
  return { link: start.checkpoint ? lab.readCheckpoint(start.checkpoint).link : "", ...start };
}

/** Prints the notices that were not printed before. */
function sayNew(notices: readonly string[], said: Set<string>): void {
  for (const notice of notices) {
    if (!said.has(notice)) console.error(notice);
    said.add(notice);
  }
}

/** Trains a run and writes it. @param said the notices that were printed */
async function trainInto(folder: RunFolder, run: Run, said: Set<string>): Promise<number> {
  console.log(`${run.plan.link}\n${run.data.title}, ${run.plan.steps} steps of ${run.plan.batch}`);
  sayNew(run.notices, said);
  // The training sees it, and ends at the end of a step.
  onInterruption(() => {});
  const trainer = new Trainer(folder, run);
  let ended: boolean;
  try {
    ended = await trainer.train();
  } catch (thrown) {
    console.error(messageOf(thrown));
    await trainer.saveCheckpoint();
    return 1;
  }
  const interruption = await interrupted();
  if (!ended && interruption) {
    console.error(interruption.sentence);
    await trainer.saveCheckpoint();
    process.exit(interruption.status);
  }
  sayNew(run.notices, said);
  try {
    await folder.write("run", await run.runFile());
    await folder.write("weights", await run.weights());
  } catch (thrown) {
    console.error(messageOf(thrown));
    await trainer.saveCheckpoint();
    return 1;
  }
  await folder.removeCheckpoint();
  console.log(`check ${await run.check()}`);
  const checkedLink = await run.checkedLink();
  console.log(checkedLink ?? whyNoCheckedLink(run));
  console.log(`Written to ${folder.path}: run.bunsen.json, weights.safetensors.`);
  const verdict = run.verdict();
  if (verdict) console.log(verdict.text);
  onInterruption((by) =>
    endNow({ ...by, sentence: `${by.sentence} The run had come to its end: it is in ${folder.path}.` }),
  );
  const isAsPromised = !verdict || AS_PROMISED.includes(verdict.kind);
  return isAsPromised && trainer.isScored ? 0 : 1;
}

/** Why a run that has ended has no checked link. */
function whyNoCheckedLink(run: Run): string {
  const steps = run.plan.computedFrom;
  return run.checkedLinkObstacle() === "from-file"
    ? `There is no checked link: ${steps === 1 ? "step 1 comes" : `steps 1 to ${steps} come`} from a file.`
    : "There is no checked link: another engine computed a part of the run.";
}

/** How long one call should take: a signal and the progress bar wait until it ends. */
const CALL_MS = 250;
const MOST_STEPS_PER_CALL = 10;

/** How often the checkpoint is renewed. */
const CHECKPOINT_INTERVAL_MS = 60_000;

class Trainer {
  readonly #folder: RunFolder;
  readonly #run: Run;
  readonly #progress = new Progress("training");
  #done: number;
  /** The checkpoint of this step, while the run is scored and can give none. */
  #latest: Uint8Array | undefined;
  #savedAt = performance.now();
  /** Whether the last score was had. */
  isScored = true;

  constructor(folder: RunFolder, run: Run) {
    this.#folder = folder;
    this.#run = run;
    this.#done = run.plan.done;
  }

  /** Trains to the end, or to an interruption. Gives whether the end was reached. */
  async train(): Promise<boolean> {
    const { steps, scoreSteps } = this.#run.plan;
    // It was interrupted while it was scored.
    if (this.#done === steps) return this.#score();
    for (let perCall = 1; this.#done < steps;) {
      const nextScore = scoreSteps.find((step) => step > this.#done) ?? steps;
      const startedAt = performance.now();
      const reports = await this.#run.step(Math.min(perCall, nextScore - this.#done));
      const last = reports.at(-1)?.loss ?? NaN;
      this.#done += reports.length;
      this.#progress.show(this.#done, steps, `, training loss ${loss(last)}`);
      if (await interrupted()) return false;
      const msPerStep = (performance.now() - startedAt) / Math.max(1, reports.length);
      perCall = Math.max(1, Math.min(MOST_STEPS_PER_CALL, Math.floor(CALL_MS / msPerStep)));
      if (this.#done < nextScore) await this.#saveIfDue();
      else if (!(await this.#score())) return false;
    }
    return true;
  }

  /** Scores the run and prints the score, unless that is interrupted. A score that fails is said, and ends no run. */
  async #score(): Promise<boolean> {
    this.#latest = await this.#run.checkpoint();
    const score = await unlessInterrupted(this.#run.evaluate().catch((thrown: unknown) => messageOf(thrown)));
    if (typeof score === "object" && "sentence" in score) return false;
    this.#latest = undefined;
    this.#progress.end();
    this.isScored = typeof score === "object";
    if (typeof score === "object") {
      const accuracy = `${(100 * score.accuracy).toFixed(2)} % of ${score.examples} test images${withMirrors(score)}`;
      console.log(`step ${this.#done}: ${accuracy}, test loss ${loss(score.loss)}`);
    } else {
      console.error(`step ${this.#done} has no score: ${score}`);
    }
    return true;
  }

  async #saveIfDue(): Promise<void> {
    if (performance.now() - this.#savedAt < CHECKPOINT_INTERVAL_MS) return;
    this.#savedAt = performance.now();
    // A disk that is full now need not be so when the run ends.
    await this.#folder
      .write("checkpoint", await this.#run.checkpoint())
      .catch((thrown: unknown) => console.error(messageOf(thrown)));
  }

  /** Saves what there is of a run that does not come to its end, and says how to go on with it. */
  async saveCheckpoint(): Promise<void> {
    this.#progress.end();
    if (this.#done === 0) return;
    try {
      const path = await this.#folder.writeCheckpoint(this.#latest ?? (await this.#run.checkpoint()));
      console.error(`Step ${this.#done} of ${this.#run.plan.steps} is kept. To go on: bunsen train --resume ${path}`);
    } catch (thrown) {
      console.error(`No checkpoint of step ${this.#done} could be kept: ${messageOf(thrown)}`);
    }
  }
}
