import { count } from "../../format.js";
import type { GivenFile } from "../../protocol.js";
import { msg } from "../../words/msg.js";

/** More files than any data set here has: a dropped disk is refused before all of it is listed. */
const MAX_FILES = 100_000;

/** The files of an input: of a chosen folder with their paths in it. */
export function ofInput(input: HTMLInputElement): GivenFile[] {
  const files = Array.from(input.files ?? [], (file) => ({ path: file.webkitRelativePath || file.name, file }));
  // So that the same file can be chosen again.
  input.value = "";
  return files;
}

/** All files that were dropped, those in folders too. To be called while the event is handled: later the transfer is empty. */
export function ofDrop(transfer: DataTransfer): Promise<GivenFile[]> {
  const items = Array.from(transfer.items).filter(({ kind }) => kind === "file");
  const entries = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return gather(entries);
}

async function gather(entries: { entry: FileSystemEntry | null; file: File | null }[]): Promise<GivenFile[]> {
  const files: GivenFile[] = [];
  for (const { entry, file } of entries) {
    if (entry) await walk(entry, files);
    else if (file) files.push({ path: file.name, file });
  }
  return files;
}

async function walk(entry: FileSystemEntry, into: GivenFile[]): Promise<void> {
  if (into.length > MAX_FILES)
    throw new Error(msg("There are more than {most} files in it.", { most: count(MAX_FILES) }));
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    into.push({ path: entry.fullPath.replace(/^\//, ""), file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // A folder is read in batches, until one is empty.
    for (;;) {
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (batch.length === 0) return;
      for (const inner of batch) await walk(inner, into);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
