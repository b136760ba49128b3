// A known data set's own files, given by hand: verified as fetched ones are, and stored where those are stored.

import type { AddedFiles, BytesLike, FileProgress, InputFile } from "./api.js";
import type { DataSource, SourceFile } from "./cpu/bunsen.js";
import { DatasetStorage } from "./dataset-storage.js";
import { longest } from "./download.js";
import { BunsenError, messageOf } from "./errors.js";
import { randomAccess, readBytes, withImagesModule } from "./images-module.js";
import { sizeInWords } from "./number-format.js";
import { printable } from "./printable.js";

/** The module, which reads files. Throws what is wrong with them. */
export interface FileReader {
  verify(name: string, path: string, bytes: Uint8Array): void;
  /** The digest of a data set from all of its files. */
  digest(name: string, files: readonly { path: string; bytes: Uint8Array }[]): string;
}

/** The archives that data sets are published in, by their names. */
const ARCHIVES = [
  { pattern: /^cifar-?10(?!0).*\.(tar|tar\.gz|tgz)$/, sets: ["cifar10"] },
  { pattern: /^cifar-?100.*\.(tar|tar\.gz|tgz)$/, sets: ["cifar100", "cifar100-coarse"] },
  { pattern: /^(emnist.*|gzip)\.zip$/, sets: ["emnist-balanced", "emnist-letters"] },
];

/** EMNIST's has 561 MB. */
const MAX_ARCHIVE_BYTES = 1 << 30;

const sizeOf = (bytes: BytesLike): number => (bytes instanceof Uint8Array ? bytes.length : bytes.size);

const filesOf = ({ training, test }: DataSource): SourceFile[] => [...training, ...test];

const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Downloads of one file differ in dots and in compression: the name without these. */
function normalizedName(path: string): string {
  return fileName(path).toLowerCase().replace(/\.gz$/, "").replaceAll(".", "-");
}

const archiveOf = (path: string) => ARCHIVES.find(({ pattern }) => pattern.test(fileName(path).toLowerCase()));
const isHidden = (path: string): boolean => path.split("/").some((name) => name.startsWith(".") || name === "__MACOSX");

/** Whether any of these names is that of a known data set's file or archive. */
export function hasDatasetFiles(sources: readonly DataSource[], paths: readonly string[]): boolean {
  const known = new Set(sources.flatMap((source) => filesOf(source).map((file) => normalizedName(file.path))));
  return paths.some((path) => !isHidden(path) && (known.has(normalizedName(path)) || archiveOf(path)));
}

/** Whether a file is called as a zip. */
const isZip = (path: string): boolean => /\.zip$/i.test(path);

/** The files, with those of known data sets in place of the zips that hold them: Kaggle's downloads are such. Other zips stay. */
async function withoutZips(sources: readonly DataSource[], files: readonly InputFile[]): Promise<InputFile[]> {
  const most = new Map<string, number>();
  for (const file of sources.flatMap(filesOf)) {
    const name = normalizedName(file.path);
    most.set(name, Math.max(most.get(name) ?? 0, longest(file.bytes)));
  }
  const found: InputFile[] = [];
  for (const file of files) {
    const { path, bytes } = file;
    if (!isZip(path) || isHidden(path) || archiveOf(path)) {
      found.push(file);
      continue;
    }
    const inner = await withImagesModule(async (images) => {
      const archive = await randomAccess(fileName(path), bytes);
      const zip = images.Zip.open(fileName(path), archive);
      const paths = zip.paths();
      zip.free();
      // Some hold a file twice, in a folder of its name too.
      const names = new Map<string, string>();
      for (const name of paths.filter((each) => !isHidden(each)).map(fileName)) {
        if (most.has(normalizedName(name))) names.set(normalizedName(name), name);
      }
      const sizes = Float64Array.from(names.keys(), (name) => most.get(name) ?? 0);
      const unpacked = images.unzip(fileName(path), archive, [...names.values()], sizes);
      return [...names.values()].map((name, index) => ({ path: name, bytes: unpacked[index] ?? new Uint8Array() }));
    });
    found.push(...(inner.length > 0 ? inner : [file]));
  }
  return found;
}

interface VerifiedContents {
  source: DataSource;
  file: SourceFile;
  /** As they are stored. */
  bytes: Uint8Array;
  /** The digest that proves them: of the contents, or of the download that they come from. Empty where none does. */
  proof: string;
}

/**
 * Verifies all files, and then stores all: where one is wrong, none is stored. Files of no data set are ignored.
 * @param name the data set that files are of whose names and digests leave it open
 */
export async function addDatasetFiles(
  sources: readonly DataSource[],
  files: readonly InputFile[],
  reader: FileReader,
  onProgress: (progress: FileProgress) => void = () => {},
  name?: string,
): Promise<AddedFiles> {
  const verified: VerifiedContents[] = [];
  const given = await withoutZips(sources, files);
  for (const [index, file] of given.entries()) {
    if (isHidden(file.path)) continue;
    if (archiveOf(file.path)) verified.push(...(await unpackArchive(sources, file, reader, onProgress, name)));
    else verified.push(...(await verifyFile(sources, file, reader, name)));
    onProgress({ done: index + 1, total: given.length });
  }
  const [first] = verified;
  if (!first) {
    throw new BunsenError("data", "None of these files is one of a data set that is known here.", {
      code: "no-dataset-file",
    });
  }
  const { source } = first;
  const other = verified.find((file) => file.source !== source);
  if (other) {
    throw new BunsenError(
      "data",
      `These files are of ${source.title} and of ${other.source.title}: give one data set at a time.`,
    );
  }
  const all = filesOf(source);
  const complete = all.map(({ path }) => verified.find(({ file }) => file.path === path));
  // What is wrong with a data set as a whole is found before anything is stored.
  const digest =
    source.given && complete.every((file) => file !== undefined) ? await digestOf(complete, reader) : undefined;

  const storage = new DatasetStorage();
  const { readGiven, removeGiven, writeGiven } = await import("./given-dataset.js");
  const keyOf = ({ path, sha256 }: SourceFile) => ({ name: source.name, path, sha256 });
  for (const { file, bytes, proof } of verified) {
    if (source.given) await writeGiven(storage, source, file.path, { bytes, proof });
    else await storage.write(keyOf(file), bytes);
  }
  if (storage.failure) {
    const emptied = new DatasetStorage();
    for (const { file } of verified) {
      if (source.given) await removeGiven(emptied, source, file.path);
      else await emptied.remove(keyOf(file));
    }
    throw new BunsenError("storage", `${storage.failure}: the files of ${source.title} could not be kept.`);
  }
  const missing: string[] = [];
  let isProven = verified.every(({ proof }) => proof !== "");
  for (const [index, file] of all.entries()) {
    if (complete[index]) continue;
    const stored = source.given
      ? await readGiven(storage, source, file.path)
      : { bytes: await storage.read(keyOf(file)), proof: file.sha256 };
    if (!stored?.bytes) missing.push(file.path);
    else isProven &&= stored.proof !== "";
  }
  return {
    name: source.name,
    title: source.title,
    files: verified.map(({ file }) => file.path),
    missing,
    verified: isProven,
    ...(digest === undefined ? {} : { digest: digest.slice(0, 16) }),
  };
}

async function digestOf(files: readonly VerifiedContents[], reader: FileReader): Promise<string> {
  const { contentsOf } = await import("./given-dataset.js");
  const contents: { path: string; bytes: Uint8Array }[] = [];
  for (const { file, bytes } of files) contents.push({ path: file.path, bytes: await contentsOf(file, bytes) });
  return reader.digest(files[0]?.source.name ?? "", contents);
}

/**
 * Which data set's file it is: several may name theirs alike, but only one has that digest. Where none is known of a file's contents, it is of
 * the data set that a person means.
 */
async function verifyFile(
  sources: readonly DataSource[],
  { path, bytes: contents }: InputFile,
  reader: FileReader,
  name: string | undefined,
): Promise<VerifiedContents[]> {
  const candidates = sources.flatMap((source) =>
    filesOf(source)
      .filter((file) => normalizedName(file.path) === normalizedName(path))
      .map((file) => ({ source, file })),
  );
  if (candidates.length === 0) return [];
  const most = Math.max(...candidates.map(({ file }) => file.bytes));
  if (sizeOf(contents) > longest(most)) {
    const titles = [...new Set(candidates.map(({ source }) => source.title))]
      .join(", ")
      .replace(/, ([^,]*)$/, " or $1");
    throw new BunsenError(
      "data",
      `${printable(fileName(path))} has ${sizeInWords(sizeOf(contents))}, and that file of ${titles} has ${sizeInWords(most)} at most: it is another file.`,
    );
  }
  const bytes = await readBytes(contents);
  const given = candidates.filter(({ source }) => source.given);
  const digested = candidates.filter(({ source }) => !source.given);
  const meant = given.find(({ source }) => source.name === name);
  const accept = async ({ source, file }: (typeof given)[number]): Promise<VerifiedContents[]> => {
    const { contentsOf, proofOf } = await import("./given-dataset.js");
    reader.verify(source.name, file.path, await contentsOf(file, bytes));
    return [{ source, file, bytes, proof: await proofOf(source, file.path, bytes) }];
  };
  if (meant) return accept(meant);
  const reasons: string[] = [];
  for (const { source, file } of digested) {
    try {
      reader.verify(source.name, file.path, bytes);
      return [{ source, file, bytes, proof: file.sha256 }];
    } catch (thrown) {
      reasons.push(messageOf(thrown));
    }
  }
  for (const candidate of given) {
    const { proofOf } = await import("./given-dataset.js");
    const isProven = (await proofOf(candidate.source, candidate.file.path, bytes)) !== "";
    if (digested.length === 0 || isProven) return accept(candidate);
  }
  const titles = digested.map(({ source }) => `${source.title}'s`);
  const which = titles.length > 1 ? `It is neither ${titles.join(" nor ")}. ` : "";
  const others = given.map(({ source: { title } }) => `Where it is ${title}'s, choose ${title} as the data first. `);
  throw new BunsenError("data", `${which}${others.join("")}${reasons[0] ?? ""}`);
}

async function unpackArchive(
  sources: readonly DataSource[],
  { path, bytes }: InputFile,
  reader: FileReader,
  onProgress: (progress: FileProgress) => void,
  name: string | undefined,
): Promise<VerifiedContents[]> {
  const sets = archiveOf(path)?.sets ?? [];
  const wanted = name !== undefined && sets.includes(name) ? name : sets[0];
  const source = sources.find((each) => each.name === wanted);
  if (!source) return [];
  const files = filesOf(source);
  const total = sizeOf(bytes);
  if (total > MAX_ARCHIVE_BYTES) {
    throw new BunsenError(
      "data",
      `${printable(fileName(path))} has ${sizeInWords(total)}, and no archive of a known data set has more than ${sizeInWords(MAX_ARCHIVE_BYTES)}: it is another file.`,
    );
  }
  const original = source.originals.find(
    (each) => each.bytes === total && !files.some((file) => file.path === each.name),
  );
  const { contents, proof } = await withImagesModule(async (images) => {
    const archive = await randomAccess(fileName(path), bytes, (done) => onProgress({ done, total }));
    const sizes = Float64Array.from(files, (file) => file.bytes);
    // Those in a zip are packed once more, and stay so.
    const names = files.map((file) => (isZip(path) ? file.path : file.path.replace(/\.gz$/, "")));
    const unpacked = isZip(path)
      ? images.unzip(fileName(path), archive, names, sizes)
      : images.untar(fileName(path), archive, names, sizes);
    const isOriginal = original !== undefined && images.digest(archive) === original.sha256;
    return { contents: unpacked, proof: isOriginal ? original.sha256 : "" };
  });
  return files.map((file, index) => {
    const unpacked = contents[index] ?? new Uint8Array();
    reader.verify(source.name, file.path, unpacked);
    return { source, file, bytes: unpacked, proof: file.sha256 || proof };
  });
}
