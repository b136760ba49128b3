/** What is said of a run while it trains: looked at after fixed steps, so that it says the same however often the page is drawn. */
import { mean, untrainedLoss, upTo, type Evidence } from "./evidence.js";
import { byChance, diverged, why, type Diverged, type Guessing } from "./rules.js";

export type Stall = Diverged | Guessing;

/** Of a run that was trained elsewhere no more looks are made up for: they would hold the page. */
const MOST_LOOKS = 20;
/** A run is looked at after every so many steps. */
export const LOOK_EVERY = 50;
/** So many steps are no success yet, but no stall either; counted from where the learning rate is at its largest. */
const PATIENCE = 200;
/** The last steps of which the batches are looked at. */
const WINDOW = 100;
/** What was told stays until it is better than chance by this much more, or the loss is below the first one by so much: else it would flicker. */
const RECOVERED = { margin: 2, loss: 0.85 };

/** Follows one run. Where its steps go back, it begins anew. */
export class StallWatch {
  #looked = 0;
  #stall: Stall | null = null;

  /** What is to be told after the last look that the run has come to; null while all goes well. */
  follow(evidence: Evidence): Stall | null {
    const { length } = evidence.loss;
    if (length < this.#looked) [this.#looked, this.#stall] = [0, null];
    const last = Math.floor(length / LOOK_EVERY) * LOOK_EVERY;
    this.#looked = Math.max(this.#looked, last - MOST_LOOKS * LOOK_EVERY);
    while (this.#looked + LOOK_EVERY <= length) {
      this.#looked += LOOK_EVERY;
      this.#stall = look(upTo(evidence, this.#looked), this.#stall);
    }
    return this.#stall;
  }
}

/** What stalls at this step; what stalled before is told on until it is over. */
function look(evidence: Evidence, before: Stall | null): Stall | null {
  if (before) return isOver(evidence) ? null : before;
  return guessesNow(evidence) ?? divergedNow(evidence);
}

/** A jump of the loss, before it is known whether the run guesses at its end. */
function divergedNow(evidence: Evidence): Diverged | null {
  return diverged({ ...evidence, scores: [] });
}

/** The batches are right no more often than by chance, long after the learning rate was at its largest. */
function guessesNow(evidence: Evidence): Guessing | null {
  const { chance, isChanceLeast, learningRate, loss } = evidence;
  const now = batches(evidence);
  let peak = 0;
  for (let at = 1; at < loss.length; at++) if (learningRate[at]! > learningRate[peak]!) peak = at;
  const waited = peak <= loss.length / 2 && loss.length >= PATIENCE;
  if (!waited || chance === null || !now || now.accuracy > byChance(chance, now.images)) return null;
  return { kind: "guessing", step: loss.length, of: "training", ...now, chance, isChanceLeast, why: why(evidence) };
}

/** Better than chance beyond doubt, and than at the first step. */
function isOver(evidence: Evidence): boolean {
  const { chance, loss } = evidence;
  const now = batches(evidence);
  const level = mean(loss, loss.length - LOOK_EVERY);
  if (!(level < RECOVERED.loss * untrainedLoss(evidence))) return false;
  return chance === null || !now || now.accuracy > chance + RECOVERED.margin * (byChance(chance, now.images) - chance);
}

/** What was right of the last batches; null where that is not known of all. */
function batches({ accuracy, batch }: Evidence): { accuracy: number; images: number } | null {
  const from = Math.max(0, accuracy.length - WINDOW);
  for (let at = from; at < accuracy.length; at++) if (Number.isNaN(accuracy[at])) return null;
  return { accuracy: mean(accuracy, from), images: (accuracy.length - from) * batch };
}
