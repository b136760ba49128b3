// The weights files that a lab holds: a run whose link names one (`init=…`) starts from it.

import type { StartOptions } from "./api.js";
import { requireBytes } from "./arguments.js";
import { BunsenError } from "./errors.js";
import { INIT_KEY } from "./init-key.js";

/** Bytes of all together. */
const MAX_HELD_BYTES = 256e6;

/** Those that were given or asked for longest ago go first. The last one always stays. */
export class WeightsCache {
  /** By their digests, the one that was used last at the end. */
  readonly #files = new Map<string, Uint8Array>();

  /** Keeps a copy: whoever gave the file may go on to write into it. */
  add(digest: string, file: Uint8Array): void {
    this.#keep(digest, this.#files.get(digest) ?? file.slice());
  }

  /**
   * The file that a run starts from: the one that was given, else the one that its recipe names.
   * @param values the recipe's
   * @throws BunsenError of kind "weights" where the recipe names one that is not here; a checkpoint needs none
   */
  of(
    values: Readonly<Record<string, string>>,
    { weights, checkpoint }: Pick<StartOptions, "weights" | "checkpoint">,
  ): Uint8Array | undefined {
    if (weights !== undefined) {
      if (checkpoint === undefined) return requireBytes(weights, "a file of weights", "weights");
      throw new BunsenError(
        "run",
        "Both a checkpoint and weights were given: a run goes on from the one, or starts from the other.",
      );
    }
    const digest = values[INIT_KEY];
    if (!digest || checkpoint !== undefined) return undefined;
    const file = this.#files.get(digest);
    if (!file) throw new BunsenError("weights", missingWeights(digest));
    this.#keep(digest, file);
    return file;
  }

  clear(): void {
    this.#files.clear();
  }

  #keep(digest: string, file: Uint8Array): void {
    this.#files.delete(digest);
    this.#files.set(digest, file);
    let bytes = 0;
    for (const [each, { byteLength }] of [...this.#files].reverse()) {
      bytes += byteLength;
      if (bytes > MAX_HELD_BYTES && each !== digest) this.#files.delete(each);
    }
  }
}

function missingWeights(digest: string): string {
  return `This run starts from the weights of a file whose digest begins with ${digest}: give that file.`;
}
