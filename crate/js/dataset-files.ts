// A known data set's own files, given by hand: verified as fetched ones are, and stored where those are stored.

import type { AddedFiles, FileProgress, InputFile } from "./api.js";
import type { DataSource, SourceFile } from "./cpu/bunsen.js";
import { DatasetStorage } from "./dataset-storage.js";
import { BunsenError, messageOf } from "./errors.js";
import { randomAccess, readBytes, withImagesModule } from "./images-module.js";

/** Verifies one file of a data set; throws what is wrong with it. */
export type Verify = (name: string, path: string, bytes: Uint8Array) => void;

/** The one data set that is published as an archive. */
const ARCHIVED = "cifar10";
const ARCHIVE = /^cifar-?10.*\.(tar|tar\.gz|tgz)$/;

const filesOf = ({ training, test }: DataSource): SourceFile[] => [...training, ...test];

const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Downloads of one file differ in dots and in compression: the name without these. */
function normalizedName(path: string): string {
  return fileName(path).toLowerCase().replace(/\.gz$/, "").replaceAll(".", "-");
}

const isArchive = (path: string): boolean => ARCHIVE.test(fileName(path).toLowerCase());
const isHidden = (path: string): boolean => path.split("/").some((name) => name.startsWith(".") || name === "__MACOSX");

/** Whether any of these names is that of a known data set's file or archive. */
export function hasDatasetFiles(sources: readonly DataSource[], paths: readonly string[]): boolean {
  const known = new Set(sources.flatMap((source) => filesOf(source).map((file) => normalizedName(file.path))));
  return paths.some((path) => !isHidden(path) && (known.has(normalizedName(path)) || isArchive(path)));
}

interface VerifiedContents {
  source: DataSource;
  path: string;
  sha256: string;
  bytes: Uint8Array;
}

/** Verifies all files, and then stores all: where one is wrong, none is stored. Files of no data set are ignored. */
export async function addDatasetFiles(
  sources: readonly DataSource[],
  files: readonly InputFile[],
  verify: Verify,
  onProgress: (progress: FileProgress) => void = () => {},
): Promise<AddedFiles> {
  const verified: VerifiedContents[] = [];
  for (const [index, file] of files.entries()) {
    if (isHidden(file.path)) continue;
    if (isArchive(file.path)) verified.push(...(await unpackArchive(sources, file, verify, onProgress)));
    else verified.push(...verifyFile(sources, file.path, await readBytes(file.bytes), verify));
    onProgress({ done: index + 1, total: files.length });
  }
  const [first] = verified;
  if (!first) throw new BunsenError("data", "None of these files is one of a data set that is known here.");
  const { source } = first;
  const other = verified.find((file) => file.source !== source);
  if (other) {
    throw new BunsenError(
      "data",
      `These files are of ${source.title} and of ${other.source.title}: give one data set at a time.`,
    );
  }
  const storage = new DatasetStorage();
  const keyOf = (path: string, sha256: string) => ({ name: source.name, path, sha256 });
  for (const { path, sha256, bytes } of verified) await storage.write(keyOf(path, sha256), bytes);
  if (storage.failure) {
    for (const { path, sha256 } of verified) await new DatasetStorage().remove(keyOf(path, sha256));
    throw new BunsenError("storage", `${storage.failure}: the files of ${source.title} could not be kept.`);
  }
  const added = verified.map(({ path }) => path);
  const missing: string[] = [];
  for (const { path, sha256 } of filesOf(source)) {
    if (!added.includes(path) && !(await storage.read(keyOf(path, sha256)))) missing.push(path);
  }
  return { name: source.name, title: source.title, files: added, missing };
}

/** Which data set's file it is: two data sets may name theirs alike, but only one has that digest. */
function verifyFile(
  sources: readonly DataSource[],
  path: string,
  bytes: Uint8Array,
  verify: Verify,
): VerifiedContents[] {
  const candidates = sources.flatMap((source) =>
    filesOf(source)
      .filter((file) => normalizedName(file.path) === normalizedName(path))
      .map((file) => ({ source, ...file })),
  );
  const reasons: string[] = [];
  for (const { source, path: known, sha256 } of candidates) {
    try {
      verify(source.name, known, bytes);
      return [{ source, path: known, sha256, bytes }];
    } catch (thrown) {
      reasons.push(messageOf(thrown));
    }
  }
  const [reason] = reasons;
  if (reason === undefined) return [];
  const titles = candidates.map(({ source }) => `${source.title}'s`);
  const which = titles.length > 1 ? `It is neither ${titles.join(" nor ")}. ` : "";
  throw new BunsenError("data", `${which}${reason}`);
}

async function unpackArchive(
  sources: readonly DataSource[],
  { path, bytes }: InputFile,
  verify: Verify,
  onProgress: (progress: FileProgress) => void,
): Promise<VerifiedContents[]> {
  const source = sources.find(({ name }) => name === ARCHIVED);
  if (!source) return [];
  if (/^cifar-?100/i.test(fileName(path))) {
    throw new BunsenError(
      "data",
      `${fileName(path)} is the archive of CIFAR-100, which has other classes than ${source.title}.`,
    );
  }
  const files = filesOf(source);
  const names = files.map((file) => file.path.replace(/\.gz$/, ""));
  const sizes = Float64Array.from(files, (file) => file.bytes);
  const total = bytes instanceof Uint8Array ? bytes.length : bytes.size;
  const contents = await withImagesModule(async (images) => {
    const archive = await randomAccess(bytes, (done) => onProgress({ done, total }));
    return images.untar(fileName(path), archive, names, sizes);
  });
  return files.map((file, index) => {
    const unpacked = contents[index] ?? new Uint8Array();
    verify(source.name, file.path, unpacked);
    return { source, path: file.path, sha256: file.sha256, bytes: unpacked };
  });
}
