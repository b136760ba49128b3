import { signal } from "@preact/signals-core";

import { isCustom } from "../../../../crate/js/custom-dataset-keys.js";
import { messageOf } from "../../../../crate/js/errors.js";
import type { Bench } from "../../bench/bench.js";
import { className, megabytes, wholePercent } from "../../format.js";
import { roundedText } from "../../rounded-weights.js";
import { dataOf } from "../../runs/same-data.js";
import { letterOf } from "../../runs/short-names.js";
import { isLocked } from "../../state/run-state.js";
import { MOST_CHECKPOINT_BYTES } from "../../state/runs.js";
import type { Line } from "./lines.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** A picture that goes on being drawn is asked about when it rests. */
const REST_MS = 300;
/** A larger network would take the page's memory twice. */
const MOST_BYTES = 32e6;

/** Beside a run whose network is too large to answer; empty where it is not. @param bytes of its checkpoint */
export function tooLargeSentence(bytes: number): string {
  if (bytes <= MOST_BYTES) return "";
  return msg("Too large to answer a drawn picture: {size}, and {most} is the most.", {
    size: megabytes(bytes),
    most: megabytes(MOST_BYTES),
  });
}

/** What a network makes of the picture: a probability for each class, and to how many bits its weights are rounded, where they are. */
export interface Answer {
  probabilities: Float32Array;
  rounded: number | null;
}

/** What a run makes of the picture, or why it makes nothing of it, as the end of a sentence. */
export type KeptAnswer = Answer | string;

/** What the runs that are drawn make of the picture that a person gave: one after the other, and no more once it is another. */
export class KeptAnswers {
  readonly #bench: Bench;
  readonly #answers = signal<ReadonlyMap<string, KeptAnswer>>(new Map());
  #asked = "";
  #picture: Float32Array | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** By the runs' ids. */
  get all(): ReadonlyMap<string, KeptAnswer> {
    return this.#answers.value;
  }

  /** Asks these runs, unless they were asked about this picture. */
  ask(picture: Float32Array | null, lines: readonly Line[]): void {
    const { runs, run, engine } = this.#bench.state;
    // While a GPU trains, loading another network would take it away from that.
    const waits = engine.engine?.kind === "gpu" && isLocked(run);
    const asked = lines.map((line) => `${line.run.id} ${runs.checkpoints.get(line.run.id)?.step}`).join() + waits;
    if (picture === this.#picture && asked === this.#asked) return;
    if (picture !== this.#picture) this.#answers.value = new Map();
    this.#picture = picture;
    this.#asked = asked;
    clearTimeout(this.#timer);
    if (!picture) return;
    const isCurrent = (): boolean => picture === this.#picture && asked === this.#asked;
    this.#timer = setTimeout(() => void this.#askAll(picture, lines, waits, isCurrent), REST_MS);
  }

  /** Asks nothing more, and frees the networks. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#picture = null;
    this.#asked = "";
    void this.#bench.connection.requestOrThrow("forgetKept", {}).catch(() => {});
  }

  async #askAll(
    picture: Float32Array,
    lines: readonly Line[],
    waits: boolean,
    isCurrent: () => boolean,
  ): Promise<void> {
    for (const line of lines) {
      // The run at hand answers by itself.
      if (line.progress !== null) continue;
      const answer = await this.#ask(picture, line, waits);
      if (!isCurrent()) return;
      if (answer !== undefined) this.#answers.value = new Map([...this.#answers.value, [line.run.id, answer]]);
    }
  }

  async #ask(pixels: Float32Array, { run }: Line, waits: boolean): Promise<KeptAnswer | undefined> {
    const { connection, runs, state } = this.#bench;
    const { recipe, data } = state.stores;
    const values = recipe.current.parsed?.values;
    if (!values || dataOf(values) !== dataOf(run.values)) return msg("it is on other data");
    const kept = state.stores.runs.current.checkpoints.get(run.id);
    const listed = state.stores.runs.current.list.find(({ id }) => id === run.id);
    if (!kept || !listed) {
      return run.isFromFile
        ? msg("it came as a file, which has no weights")
        : msg("its weights are not kept: those of all runs take {size} at most", {
            size: megabytes(MOST_CHECKPOINT_BYTES),
          });
    }
    if (kept.bytes > MOST_BYTES)
      return msg("its network is too large to be asked here ({size})", { size: megabytes(kept.bytes) });
    if (waits) return msg("it is asked when the run that trains on the GPU stands");
    const key = `${run.id} ${kept.step}`;
    const normalization = isCustom(run.values) ? data.current.normalization : null;
    const asked = { key, link: run.link, pixels, normalization };
    try {
      let answer = await connection.requestOrThrow("keptAnswer", { ...asked, checkpoint: null });
      if (answer?.type === "unknown") {
        const { bytes } = await runs.readCheckpoint(listed);
        answer = await connection.requestOrThrow("keptAnswer", { ...asked, checkpoint: bytes });
      }
      if (!answer || answer.type === "unknown") return undefined;
      return answer.type === "answer" ? answer : answer.message;
    } catch (thrown) {
      return messageOf(thrown).replace(/\.$/, "");
    }
  }
}

/** "A says 3 (98 %)", "B does not answer: …". */
export function answerText(slot: number, answer: KeptAnswer, data: { classes: readonly string[] }): string {
  if (typeof answer === "string")
    return msg("{run} does not answer: {why}", { run: letterOf(slot), why: translated(answer) });
  let best = 0;
  const { probabilities, rounded } = answer;
  probabilities.forEach((probability, label) => {
    if (probability > probabilities[best]!) best = label;
  });
  const share = wholePercent(probabilities[best] ?? NaN);
  return msg("{run} says {class} ({share})", {
    run: letterOf(slot),
    class: className(data, best),
    share: rounded === null ? share : `${share}, ${roundedText(rounded)}`,
  });
}
