import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Autosave } from "../autosave.js";
import { shortDigest } from "../digest.js";
import { StorageSeal } from "../storage-seal.js";
import { FakeKeys, FakeStorage } from "./fake-storage.js";

const FOLDER = "bunsen-checkpoints-v1";
const LINK = "model=lenet5";
const BYTES = new Uint8Array([1, 2, 3]);

let storage: FakeStorage;
let keys: FakeKeys;

beforeEach(() => {
  storage = new FakeStorage();
  storage.install();
  keys = new FakeKeys();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const open = (): Autosave => new Autosave(() => {}, new StorageSeal(keys));

/** A checkpoint of a run that stopped, and its name. */
async function train(): Promise<string> {
  const autosave = open();
  autosave.begin(LINK);
  await autosave.save(20, BYTES);
  autosave.stop();
  await autosave.find(LINK);
  return storage.names(FOLDER)[0]!;
}

async function read() {
  const autosave = open();
  const stopped = await autosave.find(LINK);
  return stopped && autosave.read(stopped);
}

/** Puts a file in the place of the checkpoint. */
function replace(name: string, by: string, bytes: Uint8Array): void {
  storage.files(FOLDER).delete(name);
  storage.put(FOLDER, by, bytes);
}

test("what this browser wrote is sealed, in another tab too", async () => {
  await train();
  expect(await read()).toEqual({ bytes: BYTES, sealed: true });
});

test("what was altered, and named as if it had been written so, is not", async () => {
  const name = await train();
  const [recipe, run, step, , seal] = name.split(".");
  const bytes = new Uint8Array([1, 2, 4]);
  replace(name, [recipe, run, step, await shortDigest(bytes), seal, "safetensors"].join("."), bytes);
  expect(await read()).toEqual({ bytes, sealed: false });
});

test("what was given another name, of more steps or of another run, is not", async () => {
  const name = await train();
  const [recipe, run, step, digest, seal] = name.split(".");
  replace(name, [recipe, run, 40, digest, seal, "safetensors"].join("."), BYTES);
  expect(await read()).toEqual({ bytes: BYTES, sealed: false });
  storage.files(FOLDER).clear();
  storage.put(FOLDER, [recipe, "000000000001", step, digest, seal, "safetensors"].join("."), BYTES);
  expect(await read()).toEqual({ bytes: BYTES, sealed: false });
});

test("what was copied from another browser is not, with its seal or without", async () => {
  const name = await train();
  const [recipe, run, step, digest] = name.split(".");
  keys = new FakeKeys();
  expect(await read()).toEqual({ bytes: BYTES, sealed: false });
  replace(name, [recipe, run, step, digest, "safetensors"].join("."), BYTES);
  expect(await read()).toEqual({ bytes: BYTES, sealed: false });
});

test("without IndexedDB nothing is sealed, and checkpoints are kept all the same", async () => {
  const fail = async (): Promise<never> => {
    throw new DOMException("No.", "SecurityError");
  };
  const unsealed = new Autosave(() => {}, new StorageSeal({ get: fail, add: fail }));
  unsealed.begin(LINK);
  await unsealed.save(20, BYTES);
  unsealed.stop();
  expect(await read()).toEqual({ bytes: BYTES, sealed: false });
});

test("the key that another tab kept first counts", async () => {
  const [one, other] = [new StorageSeal(keys), new StorageSeal(keys)];
  const [seal, same] = await Promise.all([one.seal("name", BYTES), other.seal("name", BYTES)]);
  expect(seal).toMatch(/^[0-9a-f]{32}$/);
  expect(same).toBe(seal);
  expect(await keys.get()).toMatchObject({ extractable: false });
});
