import { roundedBits } from "../../../rounded-weights.js";
import type { BunsenError, Lab, Model } from "../../../module.js";
import type { RunsRequests } from "../requests.js";

type Asked = RunsRequests["keptAnswer"]["params"];
type Answer = RunsRequests["keptAnswer"]["result"];

/** So many stay loaded: a picture that is drawn is answered again and again. */
const MOST_MODELS = 6;

/** The networks of kept runs that were asked last. Each answers beside the run at hand, of which it knows nothing. */
export class KeptModels {
  #lab: Lab | undefined;
  readonly #models = new Map<string, { model: Model; rounded: number | null }>();

  async answer(lab: Lab, { key, link, pixels, checkpoint, normalization }: Asked): Promise<Answer> {
    // A lab that was closed has freed its own.
    if (lab !== this.#lab) this.#models.clear();
    this.#lab = lab;
    let known = this.#models.get(key);
    if (!known) {
      if (!checkpoint) return { type: "unknown" };
      try {
        const model = await lab.load(link, checkpoint, normalization ? { normalization } : {});
        known = { model, rounded: roundedBits(checkpoint) };
      } catch (thrown) {
        const { kind, message } = thrown as BunsenError;
        if (kind !== "file" && kind !== "recipe") throw thrown;
        return { type: "refused", message: message.replace(/\.$/, "") };
      }
    }
    this.#keep(key, known);
    return { type: "answer", probabilities: await known.model.predict(pixels), rounded: known.rounded };
  }

  /** Frees all of them. */
  forget(): void {
    for (const { model } of this.#models.values()) model.free();
    this.#models.clear();
  }

  /** The one that was asked longest ago goes. */
  #keep(key: string, known: { model: Model; rounded: number | null }): void {
    this.#models.delete(key);
    this.#models.set(key, known);
    const [oldest] = this.#models.keys();
    if (this.#models.size <= MOST_MODELS || oldest === undefined) return;
    this.#models.get(oldest)?.model.free();
    this.#models.delete(oldest);
  }
}
