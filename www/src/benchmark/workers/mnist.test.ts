import { expect, test } from "vitest";
import { PIXELS, readSplit } from "./mnist.js";

function file(magic: number, sizes: number[], body: Uint8Array): Uint8Array {
  const words = [magic, ...sizes];
  const bytes = new Uint8Array(4 * words.length + body.length);
  words.forEach((word, index) => new DataView(bytes.buffer).setUint32(4 * index, word));
  bytes.set(body, 4 * words.length);
  return bytes;
}

const pixels = Uint8Array.from({ length: 2 * PIXELS }, (_, index) => index % 251);
const images = file(0x803, [2, 28, 28], pixels);
const labels = file(0x801, [2], Uint8Array.of(7, 3));

test("a split is its images' pixels and its labels", () => {
  expect(readSplit(images, labels)).toEqual({ pixels, labels: Uint8Array.of(7, 3) });
});

test.each([
  ["labels where images should be", labels, labels, "A file of MNIST is none: its header is another one."],
  ["nothing at all", new Uint8Array(), labels, "A file of MNIST is none: its header is another one."],
  [
    "images of another size",
    file(0x803, [2, 32, 32], pixels),
    labels,
    "A file of MNIST is none: its header is another one.",
  ],
  ["images cut short", images.subarray(0, -1), labels, "A file of MNIST is not complete."],
  ["a label too few", images, file(0x801, [1], Uint8Array.of(7)), "MNIST has not as many labels as images."],
])("%s are refused", (_, first, second, sentence) => {
  expect(() => readSplit(first, second)).toThrow(sentence);
});
