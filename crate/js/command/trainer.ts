// Trains a run step by step: its progress, its scores, and the checkpoint to go on from.

import { messageOf } from "../errors.js";
import { loss } from "../number-format.js";
import type { Run, Score } from "../api.js";
import { withMirrors } from "../score-words.js";
import type { Options } from "./arguments.js";
import { interrupted, unlessInterrupted } from "./interruption.js";
import type { Output } from "./output.js";
import { Progress } from "./progress.js";
import type { RunFolder } from "./run-folder.js";
import { shellWord } from "./shell.js";
import { scoreResult, type TrainResult } from "./train-result.js";

/** How long one call should take: a signal and the progress bar wait until it ends. */
const CALL_MS = 250;
const MOST_STEPS_PER_CALL = 10;

/** How often the checkpoint is renewed. */
const CHECKPOINT_INTERVAL_MS = 60_000;

/** Options that a run needs again when it goes on. */
const REPEATED = ["engine", "workers", "own", "score-on"] as const;

/** A score in words. */
export function accuracyOf(score: Score): string {
  const accuracy = `${(100 * score.accuracy).toFixed(2)} % of ${score.examples} test images${withMirrors(score)}`;
  return `${accuracy}, test loss ${loss(score.loss)}`;
}

export class Trainer {
  readonly #folder: RunFolder;
  readonly #run: Run;
  readonly #options: Options<"train">;
  readonly #output: Output;
  readonly #result: TrainResult;
  readonly #progress: Progress;
  /** The checkpoint of this step, while the run is scored and can give none. */
  #latest: Uint8Array | undefined;
  /** The checkpoint in the folder, and of which step it is. */
  #kept: { step: number; path: string } | undefined;
  #savedAt = performance.now();
  /** Whether the last score was had. */
  isScored = true;

  constructor(folder: RunFolder, run: Run, options: Options<"train">, output: Output, result: TrainResult) {
    this.#folder = folder;
    this.#run = run;
    this.#options = options;
    this.#output = output;
    this.#result = result;
    result.step = run.plan.done;
    this.#progress = new Progress("training", "step", run.plan.done);
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
      this.#result.step += reports.length;
      this.#result.loss = Number.isFinite(last) ? last : null;
      this.#progress.show(this.#done, steps, `, training loss ${loss(last)}`);
      if (await interrupted()) return false;
      const msPerStep = (performance.now() - startedAt) / Math.max(1, reports.length);
      perCall = Math.max(1, Math.min(MOST_STEPS_PER_CALL, Math.floor(CALL_MS / msPerStep)));
      if (this.#done < nextScore) await this.#saveIfDue();
      else if (!(await this.#score())) return false;
    }
    return true;
  }

  get #done(): number {
    return this.#result.step;
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
      this.#result.scores.push(scoreResult(score));
      this.#output.say(`step ${this.#done}: ${accuracyOf(score)}`);
    } else {
      this.#result.error = `step ${this.#done} has no score: ${score}`;
      console.error(this.#result.error);
    }
    return true;
  }

  /** Scores the run on the validation split, if it has one: the run file has that score, too. One that fails is said, and ends no run. */
  async validate(): Promise<void> {
    try {
      const score = await this.#run.validate();
      if (!score) return;
      const accuracy = `${(100 * score.accuracy).toFixed(2)} % of ${score.examples} validation images${withMirrors(score)}`;
      this.#output.say(`${accuracy}, loss ${loss(score.loss)}`);
    } catch (thrown) {
      this.isScored = false;
      this.#result.error = `There is no validation score: ${messageOf(thrown)}`;
      console.error(this.#result.error);
    }
  }

  async #saveIfDue(): Promise<void> {
    if (performance.now() - this.#savedAt < CHECKPOINT_INTERVAL_MS) return;
    this.#savedAt = performance.now();
    const step = this.#done;
    try {
      this.#kept = { step, path: await this.#folder.write("checkpoint", await this.#run.checkpoint()) };
    } catch (thrown) {
      // A disk that is full now need not be so when the run ends.
      console.error(messageOf(thrown));
    }
  }

  /** Saves what there is of a run that does not come to its end, and says how to go on with it. */
  async saveCheckpoint(): Promise<void> {
    this.#progress.end();
    if (this.#done === 0) return;
    try {
      const checkpoint = this.#latest ?? (await this.#run.checkpoint());
      this.#kept = { step: this.#done, path: await this.#folder.writeCheckpoint(checkpoint) };
    } catch (thrown) {
      console.error(`No checkpoint of step ${this.#done} could be kept: ${messageOf(thrown)}`);
    }
    if (!this.#kept) return;
    const { step, path } = this.#kept;
    this.#result.checkpoint = path;
    console.error(`Step ${step} of ${this.#run.plan.steps} is kept. To go on: ${this.#commandFrom(path)}`);
  }

  /** The command that goes on from a checkpoint. */
  #commandFrom(path: string): string {
    const repeated = REPEATED.flatMap((name) => {
      const value = this.#options[name];
      return value === undefined ? [] : [`--${name}`, shellWord(value)];
    });
    return ["bunsen train --resume", shellWord(path), ...repeated].join(" ");
  }
}
