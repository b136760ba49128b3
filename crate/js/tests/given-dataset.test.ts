import { afterEach, expect, test, vi } from "vitest";
import type { DataSource } from "../cpu/bunsen.js";
import { DatasetStorage } from "../dataset-storage.js";
import { proofOf, readGiven, removeGiven, writeGiven } from "../given-dataset.js";

/** The SHA-256 of "abc". */
const STATED = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const source = {
  folder: "set",
  originals: [{ name: "labels.gz", bytes: 3, sha256: STATED }],
} as unknown as DataSource;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

afterEach(() => vi.unstubAllGlobals());

test("the stated digest of a download proves its bytes, and no others", async () => {
  expect(await proofOf(source, "labels.gz", bytes("abc"))).toBe(STATED);
  expect(await proofOf(source, "labels.gz", bytes("abd"))).toBe("");
  expect(await proofOf(source, "labels.gz", bytes("abcd"))).toBe("");
  // It says nothing of another file.
  expect(await proofOf(source, "images.gz", bytes("abc"))).toBe("");
});

test("what was proven stays so in the storage, until other files take its place", async () => {
  const stored = new Map<string, Uint8Array>();
  const cache = {
    match: async (key: string) => {
      const found = stored.get(key);
      return found && new Response(found as BodyInit, { headers: { "content-length": String(found.length) } });
    },
    put: async (key: string, response: Response) => void stored.set(key, new Uint8Array(await response.arrayBuffer())),
    delete: async (key: string) => stored.delete(key),
  };
  vi.stubGlobal("caches", { open: async () => cache });
  const storage = new DatasetStorage();
  await writeGiven(storage, source, "labels.gz", { bytes: bytes("abc"), proof: STATED });
  expect((await readGiven(storage, source, "labels.gz"))?.proof).toBe(STATED);
  await writeGiven(storage, source, "labels.gz", { bytes: bytes("other"), proof: "" });
  const other = await readGiven(storage, source, "labels.gz");
  expect([other?.proof, new TextDecoder().decode(other?.bytes)]).toEqual(["", "other"]);
  expect(stored.size).toBe(1);
  await removeGiven(storage, source, "labels.gz");
  expect(await readGiven(storage, source, "labels.gz")).toBeUndefined();
});
