// How a data set gets into the module's memory: drawn there, or made of files that are fetched. Those of the test examples
// come after those of the training examples, and nobody waits for them who does not score.

import type { Dataset, DataSource, SourceFile, VerifiedFile } from "./cpu/bunsen.js";
import { Fetching, type DataOptions } from "./data.js";
import type { Build } from "./module.js";
import type { Made } from "./shelf.js";

/** What the module draws itself, for a link. */
export function drawn({ exports }: Build, link: string): Made {
  return whole(exports.Dataset.drawn(link));
}

/** What is there at once, test examples and all. */
export function whole(dataset: Dataset): Made {
  return { dataset, whole: async () => {}, notices: () => [], free: () => dataset.free() };
}

/** What must be fetched: it is there as soon as its training examples are. */
export async function fetched({ exports, guard }: Build, source: DataSource, options: DataOptions): Promise<Made> {
  let verified: VerifiedFile[] = [];
  const verify = (path: string, bytes: Uint8Array): VerifiedFile => {
    const file = guard.call(() => exports.verifyFile(source.name, path, bytes));
    verified.push(file);
    return file;
  };
  const fetching = await Fetching.of(source, verify, options);
  const got = async (wanted: readonly SourceFile[]): Promise<VerifiedFile[]> => {
    try {
      return await fetching.files(wanted);
    } catch (thrown) {
      // They are large, and nobody knows when they would be collected.
      for (const file of verified) guard.call(() => file.free());
      throw thrown;
    } finally {
      verified = [];
    }
  };
  const training = await got(source.training);
  const dataset = guard.call(() => exports.Dataset.read(source.name, training));

  let freed = false;
  const bring = async (): Promise<void> => {
    const test = await got(source.test);
    if (freed) for (const file of test) guard.call(() => file.free());
    else guard.call(() => dataset.bringTest(test));
  };
  let bringing: Promise<void> | undefined;
  const whole = (): Promise<void> => {
    const now = (bringing ??= bring());
    now.catch(() => (bringing = undefined));
    return now;
  };
  void whole().catch(() => {}); // Whoever scores hears of it.
  const free = (): void => {
    freed = true;
    dataset.free();
  };
  return { dataset, whole, notices: () => fetching.notices(), free };
}
