import { describe, expect, test } from "vitest";

import { Autosave } from "../autosave.js";
import { CustomDatasetStorage } from "../custom-dataset-storage.js";
import { BunsenError } from "../errors.js";
import { type FakeStorage, storageEach } from "./fake-storage.js";

/** Values that hardly any function takes. */
const STRANGE: unknown[] = [NaN, -1, 1.5, null, {}, [], Symbol("s"), 7n, true, new Date(0), new Float32Array(2)];

/** Objects that throw when they are read, or have no text. */
const fail = (): never => {
  throw new Error("It throws.");
};
const HOSTILE: unknown[] = [new Proxy({}, { get: fail, getPrototypeOf: fail }), Object.create(null)];

let files: FakeStorage;

storageEach((made) => (files = made));

const autosave = (): Autosave => new Autosave(() => {});
const images = (): CustomDatasetStorage => new CustomDatasetStorage();
const BYTES = new Uint8Array(3);

const calls: Record<string, (value: never) => unknown> = {
  "Autosave, what is told": (value) => new Autosave(value),
  find: (value) => autosave().find(value),
  read: (value) => autosave().read(value),
  "read, run": (run) => autosave().read({ run, step: 1, written: 1, sealed: true }),
  "read, step": (step) => autosave().read({ run: "a", step, written: 1, sealed: true }),
  "begin, link": (value) => autosave().begin(value),
  "begin, run": (value) => autosave().begin("model=lenet5", value),
  "save, step": (value) => autosave().save(value, BYTES),
  "save, checkpoint": (value) => autosave().save(1, value),
  discard: (value) => autosave().discard(value),
  "write, digest": (value) => images().write(value, BYTES),
  "write, images": (value) => images().write("0123456789abcdef", value),
  "read, digest": (value) => images().read(value),
  "remove, digest": (value) => images().remove(value),
};

describe("a value of another type is a BunsenError with a sentence, and nothing is written", () => {
  test.each(Object.entries(calls))("%s", async (_, call) => {
    for (const [at, value] of [...STRANGE, ...HOSTILE].entries()) {
      const thrown: unknown = await (async () => call(value as never))().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(thrown, `value ${at}`).toBeInstanceOf(BunsenError);
      expect(thrown).toMatchObject({ kind: "storage", message: expect.stringMatching(/^\S.*\.$/) });
    }
    expect([...files.folders.values()].flatMap((folder) => [...folder.keys()])).toEqual([]);
  });
});
