// What the bytes of a custom data set hold: the format is described in `images/src/collection.rs`.

import type { ImageFit } from "./custom-dataset-keys.js";

/** The first line, by whether a person's own folders split the images. */
const MAGIC = "bunsen images 1\n";
const SPLIT_MAGIC = "bunsen images 2\n";
/** The first line where pictures were not cropped. */
const FIT_MAGIC = "bunsen images 3\n";
/** What they were made into, by a number there: the lowest bit says whether they are split. */
const FIT_BY_FLAGS: readonly (ImageFit | undefined)[] = [undefined, "pad", "squash"];
/** Bytes of each file's SHA-256. */
export const HASH_BYTES = 32;

export interface Layout {
  size: number;
  channels: number;
  /** How pictures became squares. */
  fit: ImageFit;
  /** As they were given. */
  classNames: string[];
  labels: number[];
  /** Whether the images are split already: then a header says whether its image is tested with. */
  isSplit: boolean;
  /** The offset of the images' headers: the SHA-256 of a file, the label, and that. */
  headers: number;
  headerBytes: number;
  /** The offset of the pixels. */
  pixels: number;
}

/** Throws a `RangeError` where there are fewer bytes than they say, or others. */
export function layoutOf(bytes: Uint8Array): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const magic = decoder.decode(bytes.subarray(0, MAGIC.length));
  if (![MAGIC, SPLIT_MAGIC, FIT_MAGIC].includes(magic)) throw new RangeError("it is of no known form");
  let offset = MAGIC.length;
  const readUint32 = (): number => {
    offset += 4;
    return view.getUint32(offset - 4, true);
  };
  const [size, channels, classes, images] = [readUint32(), readUint32(), readUint32(), readUint32()];
  const flags = magic === FIT_MAGIC ? readUint32() : 0;
  const fit = magic === FIT_MAGIC ? FIT_BY_FLAGS[flags >> 1] : "crop";
  if (!fit) throw new RangeError("it is of no known form");
  const isSplit = magic === SPLIT_MAGIC || (flags & 1) === 1;
  const headerBytes = HASH_BYTES + (isSplit ? 2 : 1);
  const classNames: string[] = [];
  for (let index = 0; index < classes; index++) {
    const length = readUint32();
    classNames.push(decoder.decode(bytes.subarray(offset, offset + length)));
    offset += length;
  }
  const labels: number[] = [];
  for (let index = 0; index < images; index++) labels.push(view.getUint8(offset + index * headerBytes + HASH_BYTES));
  const pixels = offset + images * headerBytes;
  return { size, channels, fit, classNames, labels, isSplit, headers: offset, headerBytes, pixels };
}
