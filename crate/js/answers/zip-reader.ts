// The files of a zip by their names, one at a time: answers are about files, which a data set does not know any more.

import { ByteBuffer, chunksOf } from "../byte-buffer.js";
import type { BytesLike } from "../api.js";
import { BunsenError } from "../errors.js";
import { randomAccess, withImagesModule } from "../images-module.js";
import { sizeInWords } from "../number-format.js";
import { MOST_FILE_BYTES } from "./decode.js";

/** Whatever a zip's size, it may unpack to so much; a larger one to ten times its size, as of data sets. */
const FREE_BYTES = 64 << 20;
const MOST_RATIO = 10;

type Reader = Awaited<ReturnType<typeof randomAccess>>;

/** A file in a zip. */
export interface ZipFile {
  readonly path: string;
  /** Unpacks it. Rejects where it is damaged, too large, or the zip unpacks to more than photographs do. */
  read(): Promise<Uint8Array>;
}

interface Entry {
  name: string;
  method: number;
  crc: number;
  packed: number;
  unpacked: number;
  header: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LISTED = 0x02014b50;
const LOCAL = 0x04034b50;

/** Opens a zip. Throws where it is damaged, encrypted, or holds paths that lead out of it. */
export async function zipFiles(name: string, file: BytesLike): Promise<ZipFile[]> {
  const access = await randomAccess(name, file);
  // The module refuses what is no sound zip, in the sentences of data sets, and tells in which code page the names are.
  const names = await withImagesModule(async (images) => {
    const zip = images.Zip.open(name, access);
    const paths = zip.paths();
    zip.free();
    return paths;
  });
  const entries = named(listOf(access), names);
  const budget = { left: Math.max(FREE_BYTES, MOST_RATIO * access.size) };
  return entries
    .filter((entry) => !entry.name.endsWith("/"))
    .map((entry) => ({ path: entry.name.replaceAll("\\", "/"), read: () => unpack(access, entry, budget) }));
}

/** The files by the names that the module tells; where its list is another, by their own. */
function named(entries: readonly Entry[], names: readonly string[]): Entry[] {
  if (entries.length !== names.length) return [...entries];
  return entries.map((entry, index) => ({ ...entry, name: names[index] ?? entry.name }));
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const large = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

/** The list of files at a zip's end. */
function listOf(access: Reader): Entry[] {
  const tail = access.read(Math.max(0, access.size - 22 - 0xffff), 22 + 0xffff);
  const view = viewOf(tail);
  let end = tail.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new BunsenError("data", "It has no list of its files at its end.");
  const count = view.getUint16(end + 10, true);
  const [bytes, offset] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  if (end >= 20 && view.getUint32(end - 20, true) === LOCATOR_64) {
    const record = viewOf(access.read(large(view, end - 12), 56));
    if (record.byteLength === 56 && record.getUint32(0, true) === END_64) {
      return entriesOf(access.read(large(record, 48), large(record, 40)), large(record, 32), 0);
    }
  }
  // Something may stand before the zip, as in one that unpacks itself.
  const shift = Math.max(0, access.size - tail.length + end - bytes - offset);
  return entriesOf(access.read(offset + shift, bytes), count, shift);
}

/** @param shift what is to be added to the offsets in the list */
function entriesOf(list: Uint8Array, count: number, shift: number): Entry[] {
  const view = viewOf(list);
  const byName = new Map<string, Entry>();
  for (let at = 0; byName.size < count && at + 46 <= list.length && view.getUint32(at, true) === LISTED;) {
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const entry = {
      name: nameOf(list.subarray(at + 46, nameEnd)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      header: view.getUint32(at + 42, true),
    };
    widen(entry, list.subarray(nameEnd, extraEnd));
    entry.header += shift;
    // Of one name the last counts, as in data sets.
    byName.set(entry.name, entry);
    at = extraEnd + view.getUint16(at + 32, true);
  }
  return [...byName.values()];
}

/** Sizes and offsets of 64 bits, which stand in an extra field where 32 are too few. */
function widen(entry: Entry, extra: Uint8Array): void {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + view.getUint16(at + 2, true));
    let next = at + 4;
    for (const key of ["unpacked", "packed", "header"] as const) {
      if (entry[key] !== 0xffffffff || next + 8 > end) continue;
      entry[key] = large(view, next);
      next += 8;
    }
  }
}

/** Names are UTF-8, and of old packers what the code page of Western Windows makes of them. */
function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

async function unpack(access: Reader, entry: Entry, budget: { left: number }): Promise<Uint8Array> {
  const { method, packed, unpacked, header } = entry;
  const most = `the file of an image has ${sizeInWords(MOST_FILE_BYTES)} at most`;
  if (Math.max(packed, unpacked) > MOST_FILE_BYTES) {
    throw new Error(`it has ${sizeInWords(Math.max(packed, unpacked))}, and ${most}`);
  }
  if (method !== 0 && method !== 8) throw new Error("it is packed in a way that is not known here");
  const local = viewOf(access.read(header, 30));
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL) throw new Error(DAMAGED);
  const from = header + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const bytes = access.read(from, packed);
  const contents = method === 0 ? bytes : await inflate(bytes, unpacked, Math.min(MOST_FILE_BYTES, budget.left));
  budget.left -= contents.length;
  if (budget.left < 0) throw new Error("the zip unpacks to more than any folder of photographs does");
  if (contents.length !== unpacked || crc32(contents) !== entry.crc) throw new Error(DAMAGED);
  return contents;
}

const DAMAGED = "it is damaged in the zip";

async function inflate(bytes: Uint8Array, expected: number, most: number): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const unpacked = new ByteBuffer();
  unpacked.reserve(Math.min(expected, most));
  try {
    for await (const chunk of chunksOf(new Response(stream))) {
      unpacked.append(chunk);
      if (unpacked.length > expected || unpacked.length > most) break;
    }
  } catch (thrown) {
    throw new Error(DAMAGED, { cause: thrown });
  }
  return unpacked.view();
}

/** The remainders of the 256 bytes. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

function crc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (REMAINDERS[(remainder ^ byte) & 255] ?? 0) ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}
