import { describe, expect, test, vi } from "vitest";

import { checkpointName } from "../../../crate/js/checkpoint-files.js";
import { StorageSeal } from "../../../crate/js/storage-seal.js";
import { FakeKeys, type FakeStorage, storageEach } from "../../../crate/js/tests/fake-storage.js";
import { added, initialRuns } from "../state/runs.js";
import { CHECKPOINTS, FOLDER } from "./folder.js";
import { RunStorage } from "./run-storage.js";
import { sealRecord } from "./sealed-record.js";
import { packRecord, unpackRecord } from "./stored-run.js";

let files: FakeStorage;

storageEach((made) => (files = made));

/** A run as the storage has it. */
function packed(id: string): Uint8Array {
  const text = JSON.stringify({
    link: "model=lenet5",
    check: id,
    steps: 1,
    engine: { label: "CPU" },
    data: { title: "Digits" },
    trace: btoa("\0\0\0\0"),
    scores: [],
    timings: { seconds: 1, steps: 1 },
  });
  const run = { id, name: id, values: {}, accuracy: null, stepsPerEpoch: 1, text, autosave: null, isFromFile: false };
  return packRecord(added(initialRuns, run, 1).list[0]!);
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("what was left unfinished long ago goes, and what is being written stays", async () => {
  files.put(FOLDER, "old.json.1.part", "{");
  files.now += 2 * 86_400_000;
  files.put(FOLDER, "new.json.2.part", "{");
  expect((await new RunStorage().load()).runs).toEqual([]);
  expect(files.names(FOLDER)).toEqual(["new.json.2.part"]);
});

test("what cannot be read is told apart, and no file is removed", async () => {
  const sound = textOf(packed("sound"));
  files.put(FOLDER, "sound.json", sound);
  files.put(FOLDER, "busy.json", packed("busy"));
  files.put(FOLDER, "moved.json", packed("moved"));
  files.put(FOLDER, "newer.json", JSON.stringify({ version: 2, anything: true }));
  files.put(FOLDER, "half.json", sound.slice(0, sound.length / 2));
  files.put(FOLDER, "another.json", JSON.stringify({ version: 1, id: 7 }));
  files.put(FOLDER, "values.json", sound.replace('"values":{}', '"values":null'));
  files.put(FOLDER, "text.json", sound.replace(/"text":".*"/, '"text":"{}"'));
  files.readErrors.set("busy.json", "NotReadableError");
  files.readErrors.set("moved.json", "NotFoundError");
  const { runs, checkpoints: _, ...unread } = await new RunStorage().load();
  expect(runs.map(({ id }) => id)).toEqual(["sound"]);
  expect(unread).toEqual({ unreadable: 1, newer: 1, damaged: 4 });
  expect(files.names(FOLDER)).toEqual([
    "another.json.bad",
    "busy.json",
    "half.json.bad",
    "moved.json",
    "newer.json",
    "sound.json",
    "text.json.bad",
    "values.json.bad",
  ]);
  // What could not be read only then is there the next time, and what is set aside is not told again.
  files.readErrors.clear();
  const again = await new RunStorage().load();
  expect(again.runs.map(({ id }) => id).sort()).toEqual(["busy", "moved", "sound"]);
  expect(again).toMatchObject({ unreadable: 0, newer: 1, damaged: 0 });
});

describe("a run", () => {
  const seal = new StorageSeal(new FakeKeys());
  const load = async () => (await new RunStorage(seal).load()).runs.map(({ id, isFromFile }) => [id, isFromFile]);

  test("is this browser's own where it is sealed as it stands, under its name", async () => {
    const sealed = await sealRecord(seal, "id.json", packed("id"));
    files.put(FOLDER, "id.json", sealed);
    expect(await load()).toEqual([["id", false]]);
    expect((await new RunStorage(seal).loadSome(new Set(["id"]))).runs).toMatchObject([{ run: { isFromFile: false } }]);
    files.put(FOLDER, "id.json", textOf(sealed).replace("Digits", "Letter"));
    expect(await load()).toEqual([["id", true]]);
    files.put(FOLDER, "id.json", packed("id"));
    expect(await load()).toEqual([["id", true]]);
    files.folders.clear();
    files.put(FOLDER, "other.json", sealed);
    expect(await load()).toEqual([["id", true]]);
  });

  test("is written with a seal only where it was trained here", async () => {
    const written: Uint8Array[] = [];
    vi.stubGlobal(
      "Worker",
      class {
        onmessage: (message: { data: unknown }) => void = () => {};
        postMessage({ id, params }: { id: number; params: { bytes: Uint8Array } }): void {
          written.push(params.bytes);
          this.onmessage({ data: { type: "response", id, result: true } });
        }
      },
    );
    const run = unpackRecord(packed("id"), true);
    const storage = new RunStorage(seal);
    await storage.write(run);
    await storage.write({ ...run, isFromFile: true });
    expect(written.map((bytes) => /"seal":"[0-9a-f]{32}"\}$/.test(textOf(bytes)))).toEqual([true, false]);
    files.put(FOLDER, "id.json", written[0]!);
    expect(await load()).toEqual([["id", false]]);
  });
});

describe("a checkpoint of a run", () => {
  const BYTES = new Uint8Array([1, 2, 3]);
  const seal = new StorageSeal(new FakeKeys());
  const storage = (): RunStorage => new RunStorage(seal);

  test("that this browser wrote is sealed, and another file is not", async () => {
    const name = await checkpointName(seal, { recipe: CHECKPOINTS, run: "id", step: 7 }, BYTES);
    files.put(FOLDER, name, BYTES);
    files.put(FOLDER, "id.json", packed("id"));
    expect((await storage().load()).checkpoints).toEqual(new Map([["id", { step: 7, bytes: 3 }]]));
    files.put(FOLDER, "other.json", packed("other"));
    files.put(FOLDER, "busy.json", packed("busy"));
    files.readErrors.set("busy.json", "NotReadableError");
    expect(await storage().loadSome(new Set(["id", "busy", "gone"]))).toMatchObject({
      there: new Set(["id", "other", "busy"]),
      runs: [{ run: { id: "id" }, checkpoint: { step: 7 } }],
    });
    expect(await storage().readCheckpoint("id")).toEqual({ step: 7, bytes: BYTES, sealed: true });
    files.folders.clear();
    files.put(FOLDER, name.replace(/\.[0-9a-f]{32}\./, "."), BYTES);
    expect(await storage().readCheckpoint("id")).toMatchObject({ sealed: false });
  });

  test("that is damaged or gone says so, and stays", async () => {
    const name = await checkpointName(seal, { recipe: CHECKPOINTS, run: "id", step: 7 }, BYTES);
    files.put(FOLDER, name, new Uint8Array([1]));
    await expect(storage().readCheckpoint("id")).rejects.toThrow("what it kept is damaged");
    await expect(storage().readCheckpoint("other")).rejects.toThrow("what it kept is gone");
    expect(files.names(FOLDER)).toEqual([name]);
    await storage().removeCheckpoint("id");
    expect(files.names(FOLDER)).toEqual([]);
  });
});

test("all of it goes when that is wished: what could not be read, and what stopped runs left, but of no run that trains", async () => {
  const autosaved = "bunsen-checkpoints-v1";
  for (const name of ["a.json", "b.json.bad", `${CHECKPOINTS}.a.2.digest.safetensors`]) files.put(FOLDER, name, "{}");
  files.put(autosaved, "recipe.stopped.2.digest.safetensors", "x");
  files.put(autosaved, "recipe.training.2.digest.safetensors", "x");
  let release = (): void => {};
  const training = new Promise<void>((resolve) => (release = resolve));
  void navigator.locks.request("bunsen-run-training", {}, () => training);
  await new RunStorage().removeAll();
  expect(files.names(FOLDER)).toEqual([]);
  expect(files.names(autosaved)).toEqual(["recipe.training.2.digest.safetensors"]);
  release();
});
