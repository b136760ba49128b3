import { expect, test } from "vitest";

import { pngOf } from "./png-bytes.js";

/** The chunks of a PNG file, by the rules of the format. */
function chunksOf(file: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(file.buffer);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    chunks.set(type, file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return chunks;
}

/** What zlib's format holds; it verifies the sum of it. */
async function inflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

test("every pixel is in the file as it was, also of one longer than a block", async () => {
  const [width, height] = [150, 120];
  const pixels = Uint8ClampedArray.from({ length: 4 * width * height }, (_, at) => (at * 7 + (at >> 8)) % 256);
  const chunks = chunksOf(pngOf(pixels, width, height));
  const rows = await inflated(chunks.get("IDAT")!);
  const length = 1 + 4 * width;
  expect(rows.length).toBe(height * length);
  const filters = Array.from({ length: height }, (_, y) => rows[y * length]);
  expect(filters).toEqual(new Array(height).fill(0));
  expect(Array.from(rows.filter((_, at) => at % length > 0))).toEqual(Array.from(pixels));
  expect([...chunks.get("IHDR")!]).toEqual([0, 0, 0, 150, 0, 0, 0, 120, 8, 6, 0, 0, 0]);
});

test("its end is the one that every PNG file has", () => {
  const file = pngOf(Uint8ClampedArray.of(1, 2, 3, 255), 1, 1);
  // The sum of a chunk without content is the same in each file.
  expect([...file.subarray(-12)]).toEqual([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
});
