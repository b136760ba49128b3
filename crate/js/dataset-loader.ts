// How a data set gets into the module's memory: generated there, or read from files that are fetched. The test files come
// after the training files, and only an evaluation waits for them.

import type { DataOptions } from "./api.js";
import type { Dataset, DataSource, SourceFile, VerifiedFile } from "./cpu/bunsen.js";
import type { LoadedDataset } from "./dataset-cache.js";
import { DatasetFetcher } from "./dataset-fetcher.js";
import type { Build } from "./module.js";

/** A synthetic data set, which the module generates from the link's seed. */
export function generateDataset({ exports }: Build, link: string): LoadedDataset {
  return inMemory(exports.Dataset.generate(link));
}

/** A data set that is complete already. */
export function inMemory(dataset: Dataset): LoadedDataset {
  return { dataset, testReady: async () => {}, hasTest: () => true, notices: () => [], free: () => dataset.free() };
}

/** A data set that must be fetched: it is there as soon as its training split is. One that a person gives is there as a whole. */
export async function fetchDataset(build: Build, source: DataSource, options: DataOptions): Promise<LoadedDataset> {
  if (source.given) return (await import("./given-dataset.js")).loadGiven(build, source, options);
  const { exports, guard } = build;
  let verified: VerifiedFile[] = [];
  const all = [...source.training, ...source.test];
  // Files that follow are appended to the first as they come: its memory is taken at once, and two copies of them are never in it.
  const room = source.training.reduce((sum, file) => sum + (file.follows ? file.bytes : 0), 0);
  const verify = (path: string, bytes: Uint8Array): void => {
    const last = verified.at(-1);
    if (last && all.find((file) => file.path === path)?.follows) {
      return guard.call(() => last.append(source.name, path, bytes));
    }
    const isFirst = path === source.training[0]?.path;
    verified.push(guard.call(() => exports.verifyFile(source.name, path, bytes, isFirst ? room : 0)));
  };
  const fetcher = await DatasetFetcher.open(source, verify, options);
  const fetchAll = async (files: readonly SourceFile[]): Promise<VerifiedFile[]> => {
    try {
      await fetcher.fetch(files);
      return verified;
    } catch (thrown) {
      // They are large, and nobody knows when the garbage collector would come by.
      for (const file of verified) guard.call(() => file.free());
      throw thrown;
    } finally {
      verified = [];
    }
  };
  const training = await fetchAll(source.training);
  const dataset = guard.call(() => exports.Dataset.fromFiles(source.name, training));

  let freed = false;
  let hasTest = false;
  const loadTest = async (): Promise<void> => {
    const test = await fetchAll(source.test);
    if (freed) {
      for (const file of test) guard.call(() => file.free());
    } else {
      guard.call(() => dataset.setTest(test));
      hasTest = true;
    }
  };
  let loading: Promise<void> | undefined;
  const testReady = (): Promise<void> => {
    const current = (loading ??= loadTest());
    current.catch(() => (loading = undefined));
    return current;
  };
  void testReady().catch(() => {}); // An evaluation reports the error.
  const free = (): void => {
    freed = true;
    dataset.free();
  };
  return { dataset, testReady, hasTest: () => hasTest, notices: () => fetcher.notices(), free };
}
