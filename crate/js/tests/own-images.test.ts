import { crc32 } from "node:zlib";
import { expect, test } from "vitest";

import { FITS } from "../custom-dataset-keys.js";
import { loadPy } from "../code/load-py.js";
import { npzOf, textArray } from "../code/npz.js";
import { classNamesOf, normalizationOf, npzOfImages, type HeldImages } from "../code/own-images.js";

const PIXELS = 28 * 28;

/** Two images of each of two classes, of one grey each, in the form of a collection. @param split whether each is tested with */
function held(greys: number[], split?: boolean[]): HeldImages {
  const number = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];
  const text = (value: string) => [...new TextEncoder().encode(value)];
  const names = ["ä", "b"].flatMap((name) => [...number(text(name).length), ...text(name)]);
  const headers = greys.flatMap((grey, at) => [...Array(32).fill(grey), at % 2, ...(split ? [Number(split[at])] : [])]);
  const pixels = greys.flatMap((grey) => Array<number>(PIXELS).fill(grey));
  const magic = text(`bunsen images ${split ? 2 : 1}\n`);
  const bytes = Uint8Array.from([
    ...magic,
    ...[28, 1, 2, greys.length].flatMap(number),
    ...names,
    ...headers,
    ...pixels,
  ]);
  // The third is tested with.
  const examples: HeldImages["examples"] = (of, from, count) =>
    greys
      .map((grey, label) => ({ pixels: new Uint8Array(PIXELS).fill(grey), label: label % 2 }))
      .filter((_, at) => (of === "test") === (split ? split[at] === true : at === 2))
      .slice(from, from + count);
  return { bytes, examples };
}

/** The files of a zip: their names and what they hold. */
function filesOf(zip: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const files = new Map<string, Uint8Array>();
  for (let at = 0; view.getUint32(at, true) === 0x04034b50;) {
    const [sum, size, name] = [
      view.getUint32(at + 14, true),
      view.getUint32(at + 18, true),
      view.getUint16(at + 26, true),
    ];
    const content = zip.subarray(at + 30 + name, at + 30 + name + size);
    expect(crc32(content)).toBe(sum);
    files.set(new TextDecoder().decode(zip.subarray(at + 30, at + 30 + name)), content);
    at += 30 + name + size;
  }
  return files;
}

/** What an npy says of its numbers, and these. */
function arrayOf(npy: Uint8Array | undefined): [string, number[]] {
  const length = 10 + (npy?.[8] ?? 0) + 256 * (npy?.[9] ?? 0);
  expect(length % 64).toBe(0);
  return [new TextDecoder().decode(npy?.subarray(10, length)).trimEnd(), [...(npy?.subarray(length) ?? [])]];
}

test("an npz is a zip of npy files", () => {
  const files = filesOf(
    npzOf({ a: { type: "|u1", shape: [3], bytes: Uint8Array.of(1, 2, 3) }, b: textArray(["é", "xyz"]) }),
  );
  expect([...files.keys()]).toEqual(["a.npy", "b.npy"]);
  expect(arrayOf(files.get("a.npy"))).toEqual(["{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", [1, 2, 3]]);
  const [said, numbers] = arrayOf(files.get("b.npy"));
  expect(said).toContain("'descr': '<U3'");
  expect([...new Uint32Array(Uint8Array.from(numbers).buffer)]).toEqual([0xe9, 0, 0, 120, 121, 122]);
});

test("images are saved with their split, as the seed or the person made it", () => {
  const files = filesOf(npzOfImages(held([10, 20, 30, 40])));
  expect(arrayOf(files.get("images.npy"))[0]).toContain("(4, 1, 28, 28)");
  expect(arrayOf(files.get("labels.npy"))[1]).toEqual([0, 1, 0, 1]);
  expect(arrayOf(files.get("hashes.npy"))[1].slice(30, 34)).toEqual([10, 10, 20, 20]);
  expect(arrayOf(files.get("test.npy"))[1]).toEqual([0, 0, 1, 0]);
  expect(arrayOf(files.get("split.npy"))).toEqual(["{'descr': '|b1', 'fortran_order': False, 'shape': (), }", [0]]);
  // Equal images, of which one is tested with.
  const own = filesOf(npzOfImages(held([10, 20, 10, 20], [false, false, true, false])));
  expect(arrayOf(own.get("test.npy"))[1]).toEqual([0, 0, 1, 0]);
  expect(arrayOf(own.get("split.npy"))[1]).toEqual([1]);
});

test("mean and deviation are those of the training images", () => {
  const { mean, std } = normalizationOf(held([0, 255, 77, 0]));
  expect(mean).toEqual([Math.fround(1 / 3)]);
  expect(std).toEqual([Math.fround(Math.sqrt(2) / 3)]);
  // Of one grey: nothing can be divided by 0.
  expect(normalizationOf(held([51, 51, 51, 51])).std).toEqual([Math.fround(1 / 255)]);
  expect(classNamesOf(held([1, 2, 3, 4]))).toEqual(["ä", "b"]);
});

test("load.py has 60 lines, and the link's values", () => {
  const of = { size: 28, colour: false, digest: "0123456789abcdef", seed: "18446744073709551615", classes: 2 } as const;
  const [text = "", ...others] = FITS.map((fit) => loadPy({ ...of, fit, folder: "auto", measured: undefined }));
  for (const each of [text, ...others]) expect(each.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  expect(new Set([text, ...others]).size).toBe(3);
  const outer = loadPy({ ...of, fit: "crop", folder: "outer", measured: undefined });
  expect(text).toContain("[-1:])) for role, folder");
  expect(outer).toContain("[:1])) for role, folder");
  expect(text).toContain('SIZE, COLOUR, SEED, DIGEST = 28, False, 18446744073709551615, "0123456789abcdef"');
});
