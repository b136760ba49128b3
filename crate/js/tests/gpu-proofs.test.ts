import { expect, test, vi } from "vitest";

import { GpuProofs, identityOf } from "../gpu-proofs.js";
import { StorageSeal } from "../storage-seal.js";
import { FakeKeys, FakeStorage, storageEach } from "./fake-storage.js";

const FOLDER = "bunsen-gpu-proofs-v1";

let files: FakeStorage;
let keys: FakeKeys;
storageEach((storage) => {
  files = storage;
  keys = new FakeKeys();
});

const proofs = (adapter = "a card", build = "a build", seal = new StorageSeal(keys)): GpuProofs =>
  new GpuProofs(adapter, Promise.resolve(build), seal);

/** Changes the one file that is there. */
function change(edit: (text: string) => string): void {
  const [name = ""] = files.names(FOLDER);
  const text = new TextDecoder().decode(files.files(FOLDER).get(name)?.bytes);
  files.put(FOLDER, name, edit(text));
}

test("records are there at the next visit, each once", async () => {
  expect(await proofs().read()).toBe("");
  await proofs().add("first");
  await proofs().add("second choice");
  await proofs().add("first");
  expect(await proofs().read()).toBe("second choice\nfirst");
  await proofs().clear();
  expect(await proofs().read()).toBe("");
});

test("another adapter or another build has proven nothing, and one that nobody knows keeps nothing", async () => {
  await proofs().add("first");
  expect(await proofs("another").read()).toBe("");
  expect(await proofs("a card", "another").read()).toBe("");
  await proofs("a card", "").add("first");
  expect(await proofs("a card", "").read()).toBe("");
  expect(files.names(FOLDER)).toHaveLength(1);
});

test.each([
  ["a record was changed", (text: string) => text.replace("first", "other")],
  ["a record was added", (text: string) => `${text}\nother`],
  ["its end is missing", (text: string) => text.slice(0, -1)],
  ["it is empty", () => ""],
  ["it is too long", (text: string) => text + "\n".repeat(2 << 20)],
])("a file that is not what was written is not used: %s", async (_, edit) => {
  await proofs().add("first");
  expect(await proofs().read()).toBe("first");
  change(edit);
  expect(await proofs().read()).toBe("");
});

test("a file that another browser sealed, or that lay under another name, is not used", async () => {
  await proofs().add("first");
  expect(await proofs("a card", "a build", new StorageSeal(new FakeKeys())).read()).toBe("");
  const [name = ""] = files.names(FOLDER);
  await proofs("another").add("second");
  const other = files.names(FOLDER).find((each) => each !== name) ?? "";
  files.put(FOLDER, other, files.files(FOLDER).get(name)!.bytes);
  expect(await proofs("another").read()).toBe("");
});

test("without a storage, or without a seal, nothing is known and nothing is thrown", async () => {
  const none = { get: () => Promise.reject(new Error("no IndexedDB")), add: () => Promise.reject(new Error("none")) };
  const unsealed = proofs("a card", "a build", new StorageSeal(none));
  await unsealed.add("first");
  expect(files.names(FOLDER)).toEqual([]);
  vi.stubGlobal("navigator", {});
  await proofs().add("first");
  await proofs().clear();
  expect(await proofs().read()).toBe("");
});

test("the files of the last adapters and builds stay", async () => {
  for (const build of ["1", "2", "3", "4", "5", "6"]) {
    files.now += 1000;
    await proofs("a card", build).add("first");
  }
  expect(files.names(FOLDER)).toHaveLength(4);
  expect(await proofs("a card", "6").read()).toBe("first");
  expect(await proofs("a card", "1").read()).toBe("");
});

test("what an adapter is told by: all that the browser says, and the browser", () => {
  const adapter = (changes: object): GPUAdapter =>
    ({ info: { vendor: "v" }, limits: { maxBufferSize: 1 }, features: new Set(), ...changes }) as unknown as GPUAdapter;
  vi.stubGlobal("navigator", { userAgent: "1" });
  const plain = identityOf(adapter({}));
  expect(identityOf(adapter({}))).toBe(plain);
  const others = [
    { info: undefined },
    { features: undefined, info: {} },
    { info: { vendor: "v", device: "d" } },
    { limits: { maxBufferSize: 2 } },
  ];
  for (const changes of others) expect(identityOf(adapter(changes))).not.toBe(plain);
  vi.stubGlobal("navigator", { userAgent: "2" });
  expect(identityOf(adapter({}))).not.toBe(plain);
});
