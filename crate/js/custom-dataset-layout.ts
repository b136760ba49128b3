// What the bytes of a custom data set hold: the format is described in `images/src/collection.rs`.

/** The first line, by whether a person's own folders split the images. */
const MAGIC = "bunsen images 1\n";
const SPLIT_MAGIC = "bunsen images 2\n";
/** Bytes of each file's SHA-256. */
export const HASH_BYTES = 32;

export interface Layout {
  size: number;
  channels: number;
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
  if (magic !== MAGIC && magic !== SPLIT_MAGIC) throw new RangeError("it is of no known form");
  const isSplit = magic === SPLIT_MAGIC;
  const headerBytes = HASH_BYTES + (isSplit ? 2 : 1);
  let offset = MAGIC.length;
  const readUint32 = (): number => {
    offset += 4;
    return view.getUint32(offset - 4, true);
  };
  const [size, channels, classes, images] = [readUint32(), readUint32(), readUint32(), readUint32()];
  const classNames: string[] = [];
  for (let index = 0; index < classes; index++) {
    const length = readUint32();
    classNames.push(decoder.decode(bytes.subarray(offset, offset + length)));
    offset += length;
  }
  const labels: number[] = [];
  for (let index = 0; index < images; index++) labels.push(view.getUint8(offset + index * headerBytes + HASH_BYTES));
  const pixels = offset + images * headerBytes;
  return { size, channels, classNames, labels, isSplit, headers: offset, headerBytes, pixels };
}
