import { expect, test, vi } from "vitest";

import { storageEach, type FakeStorage } from "../../../crate/js/tests/fake-storage.js";
import type { Lab } from "../module.js";
import type { WorkerEvent } from "../protocol.js";
import { WeightsFiles } from "./weights-files.js";

const FOLDER = "bunsen-weights-v1";
const BYTES = Uint8Array.of(7);
/** What the lab of these tests calls a file of that one byte. */
const DIGEST = "digest-7";

let storage: FakeStorage;
storageEach((files) => (storage = files));

const CLASSES = ["cat", "dog"];
const RECIPE = { link: `model=lenet5&init=${DIGEST}`, values: { data: "own", init: DIGEST } } as never;

/** The files of a worker, with what it posts. A file of a zero is none. */
function worker(
  keeps = true,
  shipped: (digest: string) => Promise<Uint8Array | null | undefined> = async () => undefined,
) {
  const posted: WorkerEvent[] = [];
  const readWeights = ([byte]: Uint8Array) => {
    if (byte === 0) throw new Error("It is damaged.");
    return { digest: `digest-${byte}` };
  };
  const addWeights = vi.fn(readWeights);
  const free = vi.fn();
  const load = vi.fn(async () => ({ classes: CLASSES, input: [1, 28, 28], predict: async () => "an answer", free }));
  const lab = { readWeights, addWeights, load } as unknown as Lab;
  const files = new WeightsFiles(lab, (event) => posted.push(event), keeps, shipped);
  return { files, posted, addWeights, load, free };
}

test("a file that was kept is there after a reload, and the lab holds it", async () => {
  await worker().files.keep(BYTES);
  const { files, posted, addWeights } = worker();
  expect(files.lacks({ init: DIGEST })).toBe(true);
  await files.find(3, { init: DIGEST });
  expect(files.lacks({ init: DIGEST })).toBe(false);
  expect(addWeights).toHaveBeenCalledWith(BYTES);
  expect(posted).toMatchObject([{ type: "weights", id: 3, digest: DIGEST, held: { digest: DIGEST, isKept: true } }]);
});

test("where it is not there the page is told so, and of a recipe that needs none nothing", async () => {
  const { files, posted } = worker();
  await files.find(1, { init: "" });
  expect(posted).toEqual([]);
  await files.find(2, { init: DIGEST });
  expect(posted).toEqual([{ type: "weights", id: 2, digest: DIGEST, held: null, missed: null }]);
});

test("a file that comes with the page is not asked for, and stored nowhere", async () => {
  const shipped = vi.fn(async () => BYTES);
  const { files, posted, addWeights } = worker(true, shipped);
  await files.find(1, { init: DIGEST });
  expect(shipped).toHaveBeenCalledWith(DIGEST);
  expect(addWeights).toHaveBeenCalledWith(BYTES);
  expect(files.lacks({ init: DIGEST })).toBe(false);
  expect(posted).toMatchObject([{ held: { digest: DIGEST, isKept: true, isShipped: true }, missed: null }]);
  expect(storage.names(FOLDER)).toEqual([]);
  await files.find(2, { init: DIGEST });
  expect(shipped).toHaveBeenCalledTimes(1);
});

test("one that a person gave before is not fetched", async () => {
  await worker().files.keep(BYTES);
  const shipped = vi.fn(async () => BYTES);
  const { files, posted } = worker(true, shipped);
  await files.find(1, { init: DIGEST });
  expect(posted).toMatchObject([{ held: { isShipped: false } }]);
  expect(shipped).not.toHaveBeenCalled();
});

test.each([
  ["damaged", Uint8Array.of(0)],
  ["damaged", Uint8Array.of(9)],
  ["unreachable", null],
] as const)("one that comes with the page and is %s is refused, and nothing of it is held", async (missed, bytes) => {
  const { files, posted, addWeights } = worker(true, async () => bytes);
  await files.find(1, { init: DIGEST });
  expect(posted).toEqual([{ type: "weights", id: 1, digest: DIGEST, held: null, missed }]);
  expect(addWeights).not.toHaveBeenCalled();
  expect(files.lacks({ init: DIGEST })).toBe(true);
});

test("a file that cannot be used is not kept", async () => {
  const { files } = worker();
  await expect(files.keep(Uint8Array.of(0))).rejects.toThrow("It is damaged.");
  expect(storage.names(FOLDER)).toEqual([]);
});

test.each([
  ["is damaged", 0],
  ["is another one", 9],
])("what the storage has of it is set aside where it %s, and never deleted", async (_, byte) => {
  storage.put(FOLDER, `${DIGEST}.safetensors`, Uint8Array.of(byte));
  const { files, posted } = worker();
  await files.find(1, { init: DIGEST });
  expect(posted).toMatchObject([{ held: null }]);
  expect(files.lacks({ init: DIGEST })).toBe(true);
  expect(storage.names(FOLDER)).toEqual([`${DIGEST}.safetensors.bad`]);
});

test("nothing is stored where nothing is to be kept, which the page is told", async () => {
  const { files } = worker(false);
  expect(await files.keep(BYTES)).toMatchObject({ digest: DIGEST, isKept: false });
  expect(storage.names(FOLDER)).toEqual([]);
  expect(files.lacks({ init: DIGEST })).toBe(false);
});

test("the storage is bounded: those that were stored longest ago make room", async () => {
  storage.put(FOLDER, "old.safetensors", new Uint8Array(90e6));
  storage.now++;
  storage.put(FOLDER, "newer.safetensors", new Uint8Array(60e6));
  storage.now++;
  await worker().files.keep(BYTES);
  expect(storage.names(FOLDER)).toEqual([`${DIGEST}.safetensors`, "newer.safetensors"]);
});

test("another worker takes over what the page has", async () => {
  const held = await worker(false).files.keep(BYTES);
  const { files } = worker(false);
  await files.adopt(held);
  expect(files.lacks({ init: DIGEST })).toBe(false);
});

test.each(["dataset-missing", "mirrors-not-asked"])(
  "where the data are not here (%s) the network answers by the file alone, with the classes that it names",
  async (code) => {
    const { files, posted, free } = worker();
    await files.keep(BYTES);
    expect(await files.answerAlone(4, RECIPE, code)).toBe(true);
    expect(posted).toEqual([
      {
        type: "answering",
        id: 4,
        data: expect.objectContaining({ name: "own", classes: CLASSES, channels: 1, train: 0 }),
      },
    ]);
    expect(await files.alone?.predict(new Float32Array(784))).toBe("an answer");
    files.dropAlone();
    expect(free).toHaveBeenCalledOnce();
    expect(files.alone).toBeUndefined();
  },
);

test("nothing answers for a run that failed for another reason, that starts from no file, or from one of other classes", async () => {
  const { files, posted, load } = worker();
  await files.keep(BYTES);
  expect(await files.answerAlone(1, RECIPE, undefined)).toBe(false);
  expect(await files.answerAlone(1, { link: "", values: { init: "" } } as never, "dataset-missing")).toBe(false);
  load.mockRejectedValueOnce(Object.assign(new Error("fc3.weight is 10×84"), { kind: "file" }));
  expect(await files.answerAlone(1, RECIPE, "dataset-missing")).toBe(false);
  expect(posted).toEqual([]);
  expect(files.alone).toBeUndefined();
});
