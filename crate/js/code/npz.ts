// Arrays as an npz, NumPy's archive: a zip, not packed, with an npy of each.

/** An array. */
export interface NpyArray {
  /** NumPy's name of its type: "|u1", "<f4", "|b1", "<U7". */
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** The whole file. */
export function npzOf(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const files: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let offset = 0;
  for (const [key, array] of Object.entries(arrays)) {
    const head = npyHead(array);
    const size = head.length + array.bytes.length;
    const name = new TextEncoder().encode(`${key}.npy`);
    const sum = ~crc32(array.bytes, crc32(head, ~0));
    // Of version 2.0, without flags, stored, on the first day of 1980.
    const facts = [...uint16(20, 0, 0, 0, 0x21), ...uint32(sum, size, size), ...uint16(name.length, 0)];
    files.push(Uint8Array.of(...uint32(0x04034b50), ...facts, ...name), head, array.bytes);
    const place = [...uint16(0, 0, 0), ...uint32(0, offset)];
    list.push(Uint8Array.of(...uint32(0x02014b50), ...uint16(20), ...facts, ...place, ...name));
    offset += 30 + name.length + size;
  }
  const listed = list.reduce((sum, { length }) => sum + length, 0);
  const counts = uint16(0, 0, list.length, list.length);
  const end = Uint8Array.of(...uint32(0x06054b50), ...counts, ...uint32(listed, offset), ...uint16(0));
  return joined([...files, ...list, end]);
}

/** Texts as an array: as many characters each as the longest has, in 32 bits. */
export function textArray(texts: readonly string[]): NpyArray {
  const characters = texts.map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
  const longest = Math.max(1, ...characters.map(({ length }) => length));
  const numbers = new Uint32Array(texts.length * longest);
  characters.forEach((text, at) => numbers.set(text, at * longest));
  return { type: `<U${longest}`, shape: [texts.length], bytes: new Uint8Array(numbers.buffer) };
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** What stands before an array's numbers: what they are, filled up to 64 bytes. */
function npyHead({ type, shape }: NpyArray): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const filled = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + "\n";
  return Uint8Array.of(
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    ...uint16(filled.length),
    ...new TextEncoder().encode(filled),
  );
}

const uint16 = (...numbers: number[]): number[] => numbers.flatMap((number) => [number & 255, number >>> 8]);

const uint32 = (...numbers: number[]): number[] =>
  numbers.flatMap((number) => [number & 255, (number >>> 8) & 255, (number >>> 16) & 255, number >>> 24]);

const CRC = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The CRC-32 of zips, as far as it was before: without the last inversion. */
function crc32(bytes: Uint8Array, before: number): number {
  let value = before;
  for (const byte of bytes) value = (value >>> 8) ^ (CRC[(value ^ byte) & 255] ?? 0);
  return value;
}
