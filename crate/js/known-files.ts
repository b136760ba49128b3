// A known data set's own files, given by hand: verified as fetched ones are, and kept where those are kept.

import type { DataSource, SourceFile } from "./cpu/bunsen.js";
import { BunsenError, reasonOf } from "./errors.js";
import { bytesOf, sourceOf, withImages } from "./images.js";
import type { OwnFile, OwnProgress } from "./own.js";
import { DataStorage } from "./storage.js";

/** What came of a known data set's files. */
export interface GivenFiles {
  /** The data set's name in a link. */
  name: string;
  title: string;
  /** Files that were verified and kept. */
  files: string[];
  /** Files that the data set needs besides, and that are not kept here yet. */
  missing: string[];
}

/** Checks one file of a data set; throws what is wrong with it. */
export type Check = (name: string, path: string, bytes: Uint8Array) => void;

/** The one data set that is published as an archive. */
const ARCHIVED = "cifar10";
const ARCHIVE = /^cifar-?10.*\.(tar|tar\.gz|tgz)$/;

/** Everything that a data set is made of. */
const filesOf = ({ training, test }: DataSource): SourceFile[] => [...training, ...test];

/** Names differ from place to place in dots and in how a file is packed. */
function plain(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return name.replace(/\.gz$/, "").replaceAll(".", "-");
}

const isArchive = (path: string): boolean => ARCHIVE.test(path.slice(path.lastIndexOf("/") + 1).toLowerCase());
const isHidden = (path: string): boolean => path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");

/** Whether any of these names is that of a known data set's file or archive. */
export function areKnown(sources: readonly DataSource[], paths: readonly string[]): boolean {
  const known = new Set(sources.flatMap((source) => filesOf(source).map((file) => plain(file.path))));
  return paths.some((path) => !isHidden(path) && (known.has(plain(path)) || isArchive(path)));
}

interface Verified {
  source: DataSource;
  path: string;
  sha256: string;
  bytes: Uint8Array;
}

/** Verifies all, and then keeps all: of what is wrong nothing is kept. Files that belong to no data set are passed over. */
export async function giveKnown(
  sources: readonly DataSource[],
  given: readonly OwnFile[],
  check: Check,
  onProgress: (progress: OwnProgress) => void = () => {},
): Promise<GivenFiles> {
  const verified: Verified[] = [];
  for (const [index, file] of given.entries()) {
    if (isHidden(file.path)) continue;
    if (isArchive(file.path)) verified.push(...(await fromArchive(sources, file, check, onProgress)));
    else verified.push(...verify(sources, file.path, await bytesOf(file.bytes), check));
    onProgress({ done: index + 1, total: given.length });
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
  const storage = new DataStorage();
  const kept = (path: string, sha256: string) => ({ name: source.name, path, sha256 });
  for (const { path, sha256, bytes } of verified) await storage.write(kept(path, sha256), bytes);
  if (storage.refusal) {
    for (const { path, sha256 } of verified) await new DataStorage().drop(kept(path, sha256));
    throw new BunsenError("storage", `${storage.refusal}: the files of ${source.title} could not be kept.`);
  }
  const files = verified.map(({ path }) => path);
  const missing: string[] = [];
  for (const { path, sha256 } of filesOf(source)) {
    if (!files.includes(path) && !(await storage.read(kept(path, sha256)))) missing.push(path);
  }
  return { name: source.name, title: source.title, files, missing };
}

/** Which data set's file it is: two data sets may name theirs alike, but only one has that digest. */
function verify(sources: readonly DataSource[], path: string, bytes: Uint8Array, check: Check): Verified[] {
  const named = sources.flatMap((source) =>
    filesOf(source)
      .filter((file) => plain(file.path) === plain(path))
      .map((file) => ({ source, ...file })),
  );
  const reasons: string[] = [];
  for (const { source, path: known, sha256 } of named) {
    try {
      check(source.name, known, bytes);
      return [{ source, path: known, sha256, bytes }];
    } catch (thrown) {
      reasons.push(reasonOf(thrown));
    }
  }
  const [reason] = reasons;
  if (reason === undefined) return [];
  const titles = named.map(({ source }) => `${source.title}'s`);
  const which = titles.length > 1 ? `It is neither ${titles.join(" nor ")}. ` : "";
  throw new BunsenError("data", `${which}${reason}`);
}

async function fromArchive(
  sources: readonly DataSource[],
  { path, bytes }: OwnFile,
  check: Check,
  onProgress: (progress: OwnProgress) => void,
): Promise<Verified[]> {
  const source = sources.find(({ name }) => name === ARCHIVED);
  if (!source) return [];
  const wanted = filesOf(source);
  const names = wanted.map((file) => file.path.replace(/\.gz$/, ""));
  const sizes = Float64Array.from(wanted, (file) => file.bytes);
  const total = bytes instanceof Uint8Array ? bytes.length : bytes.size;
  const contents = await withImages(async (images) => {
    const archive = await sourceOf(bytes, (done) => onProgress({ done, total }));
    return images.untar(path.slice(path.lastIndexOf("/") + 1), archive, names, sizes);
  });
  return wanted.map((file, at) => {
    const unpacked = contents[at] ?? new Uint8Array();
    check(source.name, file.path, unpacked);
    return { source, path: file.path, sha256: file.sha256, bytes: unpacked };
  });
}
