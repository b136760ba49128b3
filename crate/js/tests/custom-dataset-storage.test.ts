import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { CustomDatasetStorage } from "../custom-dataset-storage.js";
import { shortDigest } from "../digest.js";
import { FakeStorage } from "./fake-storage.js";

const FOLDER = "bunsen-own-v1";
const BYTES = new Uint8Array([1, 2, 3]);

let files: FakeStorage;
let storage: CustomDatasetStorage;
let digest: string;

beforeEach(async () => {
  files = new FakeStorage();
  files.install();
  storage = new CustomDatasetStorage();
  digest = await shortDigest(BYTES);
  await storage.write(digest, BYTES);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("images are read as they were written, and those that are not there are none", async () => {
  expect(await storage.read(digest)).toEqual(BYTES);
  expect(await storage.read("0123456789abcdef")).toBeUndefined();
});

test("images that cannot be read stay, and that is an error with a sentence", async () => {
  files.readErrors.set(`${digest}.images`, "NotReadableError");
  await expect(storage.read(digest)).rejects.toMatchObject({
    kind: "storage",
    message: expect.stringContaining("They are left there"),
  });
  expect(files.names(FOLDER)).toEqual([`${digest}.images`]);
  files.readErrors.clear();
  expect(await storage.read(digest)).toEqual(BYTES);
});

test("images that were read whole and have another digest are set aside, not removed", async () => {
  files.put(FOLDER, `${digest}.images`, new Uint8Array([1, 2]));
  await expect(storage.read(digest)).rejects.toMatchObject({
    kind: "storage",
    message: "The images in the browser's storage are damaged. They are set aside: give the folder again.",
  });
  expect(files.names(FOLDER)).toEqual([`${digest}.images.bad`]);
  expect(await storage.list()).toEqual([{ digest, bytes: 2 }]);
  // The same images may be kept anew, and all of it can be forgotten.
  await storage.write(digest, BYTES);
  expect(await storage.read(digest)).toEqual(BYTES);
  expect(await storage.list()).toEqual([{ digest, bytes: 5 }]);
  await storage.remove(digest);
  expect(files.names(FOLDER)).toEqual([]);
});

test("more than 512 MB are not kept, and that is an error with the numbers", async () => {
  files.put(FOLDER, "0123456789abcdef.images", new Uint8Array(512e6 - 3));
  // The same images once more are no more than there were.
  await storage.write(digest, BYTES);
  files.put(FOLDER, "0123456789abcdef.images", new Uint8Array(512e6 - 2));
  const refused = {
    kind: "storage",
    message:
      "With these images 513 MB would be kept, and 512 MB are the most: they are not kept, and end with this page. Remove others first.",
  };
  await expect(storage.write(digest, BYTES)).rejects.toMatchObject(refused);
  await expect(storage.write("fedcba9876543210", new Uint8Array(8e6))).rejects.toThrow(
    "With these images 521 MB would be kept, and 512 MB are the most",
  );
  expect((await storage.list()).map((stored) => stored.digest).sort()).toEqual(["0123456789abcdef", digest].sort());
});
