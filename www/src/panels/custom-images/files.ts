import type { GivenFile } from "../../protocol.js";

/** More than any data set here is made of: whoever drops a whole disk is told so before all of it is listed. */
const MOST_FILES = 100_000;

/** The files of an input: of a chosen folder with their paths in it. */
export function ofInput(input: HTMLInputElement): GivenFile[] {
  const files = Array.from(input.files ?? [], (file) => ({ path: file.webkitRelativePath || file.name, file }));
  // So that the same can be chosen again.
  input.value = "";
  return files;
}

/** All files of what was dropped, folders walked through. Called while the drop is being handled: later it is empty. */
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
  if (into.length > MOST_FILES) throw new Error(`There are more than ${MOST_FILES.toLocaleString("en")} files in it.`);
  if (isFile(entry)) {
    const file = await new Promise<File>((give, fail) => entry.file(give, fail));
    into.push({ path: entry.fullPath.replace(/^\//, ""), file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // A folder is handed out in parts.
    for (;;) {
      const part = await new Promise<FileSystemEntry[]>((give, fail) => reader.readEntries(give, fail));
      if (part.length === 0) return;
      for (const inner of part) await walk(inner, into);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
