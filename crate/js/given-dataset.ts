// Known data sets whose files a person gives, for no digest of their contents is known: from the browser's storage, or from a folder of data.
// They are read as a whole, and their digest is what a link names them by.

import type { DataOptions } from "./api.js";
import type { DataSource, SourceFile, VerifiedFile } from "./cpu/bunsen.js";
import type { LoadedDataset } from "./dataset-cache.js";
import { inMemory } from "./dataset-loader.js";
import { locationsOf } from "./dataset-fetcher.js";
import { DatasetStorage, type CacheKey } from "./dataset-storage.js";
import { digestOf, hex } from "./digest.js";
import { drawnInsteadOf } from "./drawn-data.js";
import { BunsenError, messageOf } from "./errors.js";
import { inNode } from "./host.js";
import { randomAccess, withImagesModule } from "./images-module.js";
import type { Build } from "./module.js";

/** A file as it came, and the digest that is stated of the original where it is that. */
export interface GivenFile {
  readonly bytes: Uint8Array;
  /** Empty where no stated digest is of these bytes. */
  readonly proof: string;
}

/** Bytes of a record of SVHN: the class and an image of 32×32 pixels in three colours. */
const RECORD_BYTES = 1 + 3 * 32 * 32;

/** What the module reads of a file: MATLAB's files are made into records first. */
export async function contentsOf({ path, bytes: size }: SourceFile, bytes: Uint8Array): Promise<Uint8Array> {
  if (!path.endsWith(".mat")) return bytes;
  const file = await randomAccess(path, bytes);
  return withImagesModule(async (images) => images.mat(path, file, Math.round(size / RECORD_BYTES)));
}

/** The digest that is stated of a file, where these bytes have it. */
export async function proofOf({ originals }: DataSource, path: string, bytes: Uint8Array): Promise<string> {
  const original = originals.find(({ name }) => name === path);
  if (original?.bytes !== bytes.length || !globalThis.crypto?.subtle) return "";
  return hex(await digestOf(bytes)) === original.sha256 ? original.sha256 : "";
}

/** Where a file is stored: by what proves it, so that what was proven once stays so. */
const keyOf = ({ folder }: DataSource, path: string, proof: string): CacheKey => ({
  name: folder,
  path,
  sha256: proof,
});

const proofsOf = ({ originals }: DataSource): string[] => [...originals.map(({ sha256 }) => sha256), ""];

export async function readGiven(
  storage: DatasetStorage,
  source: DataSource,
  path: string,
): Promise<GivenFile | undefined> {
  for (const proof of proofsOf(source)) {
    const bytes = await storage.read(keyOf(source, path, proof));
    if (bytes) return { bytes, proof };
  }
  return undefined;
}

/** Stores a file in the place of what there was of that name. */
export async function writeGiven(
  storage: DatasetStorage,
  source: DataSource,
  path: string,
  { bytes, proof }: GivenFile,
): Promise<void> {
  await removeGiven(storage, source, path);
  await storage.write(keyOf(source, path, proof), bytes);
}

export async function removeGiven(storage: DatasetStorage, source: DataSource, path: string): Promise<void> {
  for (const proof of proofsOf(source)) await storage.remove(keyOf(source, path, proof));
}

/** The sentence about files that no stated digest is of. */
export const notVerified = (title: string): string =>
  `${title} is not verified: no digest that is stated of its originals is that of these files. The link carries the digest of what was read.`;

/** The whole data set. */
export async function loadGiven(
  { exports, guard }: Build,
  source: DataSource,
  options: DataOptions,
): Promise<LoadedDataset> {
  const storage = inNode || options.keep === false ? undefined : new DatasetStorage();
  const locations = (await locationsOf(source, options)).filter(({ isMirror }) => !isMirror);
  const notices: string[] = [];
  let isProven = true;
  let verified: VerifiedFile[] = [];
  const take = async (file: SourceFile, { bytes, proof }: GivenFile): Promise<void> => {
    const contents = await contentsOf(file, bytes);
    verified.push(guard.call(() => exports.verifyFile(source.name, file.path, contents)));
    isProven &&= proof !== "";
  };
  const find = async (file: SourceFile): Promise<void> => {
    const { path } = file;
    const stored = storage && (await readGiven(storage, source, path));
    if (stored) {
      try {
        return await take(file, stored);
      } catch {
        if (storage) await removeGiven(storage, source, path);
        notices.push(`What the browser had stored of ${source.title} was damaged (${path}).`);
      }
    }
    const reasons: string[] = [];
    for (const location of locations) {
      try {
        const { bytes } = await location.read(file, (loaded, total) =>
          report(source, file, location.label, loaded, total),
        );
        return await take(file, { bytes, proof: await proofOf(source, path, bytes) });
      } catch (thrown) {
        reasons.push(`${location.label}: ${messageOf(thrown).replace(`${path}: `, "").replace(/\.$/, "")}`);
      }
    }
    throw new BunsenError("data", missing(source, path, reasons));
  };
  const report = (of: DataSource, file: SourceFile, from: string, loaded: number, total: number): void =>
    options.onProgress?.({
      name: of.name,
      file: file.path,
      split: of.test.includes(file) ? "test" : "train",
      from,
      loaded,
      total,
      secondsLeft: undefined,
      waiting: undefined,
    });
  try {
    for (const file of [...source.training, ...source.test]) await find(file);
    const files = verified;
    // They are consumed, whatever comes of them.
    verified = [];
    const loaded = inMemory(guard.call(() => exports.Dataset.fromFiles(source.name, files)));
    if (!isProven) notices.push(notVerified(source.title));
    return { ...loaded, notices: () => notices };
  } finally {
    for (const file of verified) guard.call(() => file.free());
  }
}

function missing({ name, title, folder, home, training, test }: DataSource, path: string, reasons: string[]): string {
  const files = [...training, ...test].map((file) => file.path).join(", ");
  const why = reasons.length > 0 ? ` (${path}: ${reasons.join("; ")})` : "";
  return (
    `${title} is not here${why}, and no page can fetch it: give its files (${files}), which ${home} has. ` +
    `On the page drop them under Data; a site has them in data/${folder}/, and a program in ${folder}/ in the folder that BUNSEN_DATA names. ` +
    `data=${drawnInsteadOf(name)} needs no files.`
  );
}
