// The files that are to be answered, in their order: those of folders, and those in zips.

import type { BytesLike, InputFile } from "../api.js";
import { requireText } from "../arguments.js";
import { BunsenError, messageOf } from "../errors.js";
import { readBytes } from "../images-module.js";
import { sizeInWords } from "../number-format.js";
import { MOST_FILE_BYTES, unreadable } from "./decode.js";
import { compareText } from "./order.js";
import { zipFiles } from "./zip-reader.js";
import { isZip } from "./zip-start.js";

/** A file that is read when its turn comes; its promise rejects with why it cannot be. */
export interface ListedFile {
  readonly path: string;
  read(): Promise<Uint8Array>;
}

/** More than any folder of images has: as many as a zip of a data set may hold. */
const MOST_FILES = 200_000;

/** All files, those that operating systems add to folders left out. */
export async function listFiles(files: readonly InputFile[] | BytesLike): Promise<ListedFile[]> {
  const given = Array.isArray(files)
    ? ([...files] as InputFile[])
    : [{ path: nameOf(files as BytesLike), bytes: files }];
  for (const { path } of given) requireText(path, "the path of an image", "data");
  const sorted = (given as InputFile[]).sort(({ path: a }, { path: b }) => compareText(a, b));
  const listed: ListedFile[] = [];
  for (const { path, bytes } of sorted) {
    if (isHidden(path)) continue;
    if (!(await beginsAsZip(bytes))) {
      listed.push({ path, read: () => readFile(bytes) });
      continue;
    }
    const prefix = sorted.length > 1 ? `${path.replace(/\.zip$/i, "")}/` : "";
    listed.push(...(await entriesOf(path, bytes, prefix)));
  }
  if (listed.length > MOST_FILES) {
    const [found, most] = [listed.length, MOST_FILES].map((count) => count.toLocaleString("en"));
    throw new BunsenError("data", `These are ${found} files, and at most ${most} are answered at once: give fewer.`);
  }
  return listed;
}

/** The files of a zip; of one that cannot be opened itself, so that why not is told among the others. */
async function entriesOf(path: string, bytes: BytesLike, prefix: string): Promise<ListedFile[]> {
  try {
    const files = await zipFiles(path, bytes);
    const shown = files.filter((file) => !isHidden(file.path));
    const listed = shown.map(({ path: name, read }) => ({ path: prefix + name, read }));
    return listed.sort((a, b) => compareText(a.path, b.path));
  } catch (thrown) {
    return [{ path, read: () => Promise.reject(new Error(messageOf(thrown).replace(/\.$/, ""))) }];
  }
}

function nameOf(file: BytesLike): string {
  return "name" in file && typeof file.name === "string" ? file.name : "The file";
}

async function beginsAsZip(bytes: BytesLike): Promise<boolean> {
  return isZip(await readBytes(bytes.slice(0, 4)).catch(() => new Uint8Array()));
}

async function readFile(bytes: BytesLike): Promise<Uint8Array> {
  const size = bytes instanceof Uint8Array ? bytes.length : bytes.size;
  if (size > MOST_FILE_BYTES) {
    const [found, most] = [sizeInWords(size), sizeInWords(MOST_FILE_BYTES)];
    throw new Error(`it has ${found}, and the file of an image has ${most} at most`);
  }
  return readBytes(bytes).catch((thrown: unknown) => {
    throw new Error(unreadable(thrown), { cause: thrown });
  });
}

const SYSTEM_FILES: readonly string[] = ["Thumbs.db", "desktop.ini"];

/** Whether it is one of the files that operating systems add to folders. */
function isHidden(path: string): boolean {
  const parts = path.split(/[/\\]/).filter((part) => part !== "." && part !== "..");
  return parts.some((part) => part.startsWith(".") || part === "__MACOSX") || SYSTEM_FILES.includes(parts.at(-1) ?? "");
}
