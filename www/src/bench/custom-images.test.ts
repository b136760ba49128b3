import { beforeEach, describe, expect, test } from "vitest";

import type { ParsedLink } from "../module.js";
import type { CustomDatasetInfo, ReadFiles } from "../protocol.js";
import type { Bench } from "./bench.js";
import { benchEach } from "./bench-each.js";
import { FakeWorkers, settle } from "./testing.js";

let workers: FakeWorkers;
let bench: Bench;

const { open } = benchEach((made) => ({ workers, bench } = made));

beforeEach(() => open());

const FILES = [{ path: "cats/1.png", file: {} as File }];
const DATASET = { digest: "d", classes: [{}, {}], size: 32, channels: "colour" } as unknown as CustomDatasetInfo;

/** Files are given, and Train is pressed before they are read. */
async function takeAndTrain(read: ReadFiles): Promise<void> {
  let answer: (read: ReadFiles) => void = () => {};
  workers.last.results.readFiles = new Promise((resolve) => (answer = resolve)) as never;
  const taking = bench.customImages.take(FILES);
  await settle();
  bench.train();
  answer(read);
  await taking;
}

test("images that were read while Train was pressed are refused aloud, and are here", async () => {
  await takeAndTrain({ type: "customDataset", dataset: DATASET });
  expect(bench.state.files.unreadable).toBe(
    "Your images are read, and not used: a run is going on. Pause it, then choose them under Data.",
  );
  expect(bench.state.customDataset).toMatchObject({ dataset: DATASET, reading: null });
  expect(workers.last.commands).not.toContain("choose");
});

test("so are the files of a known data set", async () => {
  const given = { name: "mnist", title: "MNIST", files: [], missing: [], verified: true };
  await takeAndTrain({ type: "knownFiles", given });
  expect(bench.state.files.unreadable).toBe(
    "The files of MNIST are kept, and not used: a run is going on. Pause it, then choose them under Data.",
  );
  expect(bench.state.customDataset.knownFiles).toEqual(given);
});

test("without a run they are taken", async () => {
  workers.last.results.readFiles = { type: "customDataset", dataset: DATASET };
  await bench.customImages.take(FILES);
  expect(workers.last.sent.at(-1)).toMatchObject({ type: "choose" });
  expect(bench.state.recipe.draft).toMatchObject({ data: "own", own: "d" });
  expect(bench.state.files.unreadable).toBeNull();
});

test("what is asked of the storage is shown at once, and until the worker has answered the last request", async () => {
  workers.last.results.readFiles = { type: "customDataset", dataset: DATASET };
  await bench.customImages.take(FILES);
  const answers: (() => void)[] = [];
  const answered = (): Promise<null> => new Promise((resolve) => answers.push(() => resolve(null)));
  workers.last.results.storeDataset = answered() as never;
  const first = bench.customImages.store(true);
  expect(bench.state.customDataset.storing).toBe(true);
  workers.last.results.storeDataset = answered() as never;
  const second = bench.customImages.store(false);
  answers[0]?.();
  await first;
  expect(bench.state.customDataset.storing).toBe(false);
  answers[1]?.();
  await second;
  expect(bench.state.customDataset.storing).toBeNull();
});

describe("when all images that were kept are forgotten", () => {
  const STORED = { datasets: [{ digest: "d", bytes: 3 }], notice: null };

  async function forget(named: string): Promise<void> {
    bench.state.stores.customDataset.update({ dataset: DATASET, stored: STORED });
    const { recipe } = bench.state.stores;
    const parsed = { ...recipe.current.parsed, values: { own: named } } as unknown as ParsedLink;
    recipe.update({ parsed });
    workers.last.results.removeStoredDatasets = null;
    await bench.customImages.removeStored();
    expect(workers.last.requested.at(-1)).toEqual({ method: "removeStoredDatasets", params: { named } });
  }

  test("the page gives their memory back", async () => {
    await forget("");
    expect(bench.state.customDataset.dataset).toBeNull();
  });

  test("those that the recipe names stay until the page is closed", async () => {
    await forget("d");
    expect(bench.state.customDataset.dataset).toBe(DATASET);
  });
});
