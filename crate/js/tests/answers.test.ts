import { expect, test } from "vitest";

import type { Answer } from "../answers-api.js";
import { areLightOnDark, entropyOf, unsure } from "../answers/doubt.js";
import { byDoubt, compareText, millionths } from "../answers/order.js";
import { nothingToAnswer, unreadInWords } from "../answers/predict-all.js";
import { accuracyInWords } from "../answers/words.js";
import { csvOf, jsonOf, sixDigits } from "../answers/written.js";

const floats = (...numbers: number[]): Float32Array => Float32Array.from(numbers);

function answer(path: string, probabilities: readonly number[], more: Partial<Answer> = {}): Answer {
  const at = probabilities.indexOf(Math.max(...probabilities));
  const top = [{ name: `class ${at}`, probability: Math.fround(probabilities[at] ?? 0) }];
  const probability = top[0]?.probability ?? 0;
  return { path, answer: `class ${at}`, probability, top, probabilities: floats(...probabilities), ...more };
}

test("probabilities have six digits, and halves are rounded up, as the native command does", () => {
  expect([0, 1, 2 ** -7, 1 / 3, 0.9999996, 0.99999949].map(sixDigits)).toEqual([
    "0.000000",
    "1.000000",
    "0.007813",
    "0.333333",
    "1.000000",
    "0.999999",
  ]);
  expect(millionths(Math.fround(0.1))).toBe(100_000);
});

test("the most doubtful is first, and of equal ones the first path", () => {
  const answers = [answer("b", [0.9, 0.1]), answer("c", [0.6, 0.4]), answer("a", [0.9, 0.1])];
  expect(answers.sort(byDoubt).map(({ path }) => path)).toEqual(["c", "a", "b"]);
});

test("texts are ordered by their code points", () => {
  const sorted = ["b", "a10", "a", "\uffee", "\u{1f600}", "é", "Z"].sort(compareText);
  expect(sorted).toEqual(["Z", "a", "a10", "b", "é", "\uffee", "\u{1f600}"]);
  expect(compareText("a", "a")).toBe(0);
});

test("nearly equal probabilities, and images unlike those that were learned, are called unsure", () => {
  const normalization = { mean: [0.2], std: [0.1] };
  const image = Uint8Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? 10 : 90));
  const sure = floats(0.9, 0.05, 0.05);
  expect(unsure(sure, image, 1, normalization)).toBeUndefined();
  expect(unsure(floats(0.34, 0.33, 0.33), image, 1, normalization)).toBe("flat");
  // Its mean is 0.49, and the network learned from 0.2 ± 0.1.
  const light = image.map((byte) => byte + 75);
  expect(unsure(sure, light, 1, normalization)).toBe("out-of-range");
  expect(unsure(sure, light, 1, undefined)).toBeUndefined();
  expect(unsure(sure, image.fill(50), 1, normalization)).toBe("blank");
  // Of one colour, that is: not of one grey.
  const red = Uint8Array.from({ length: 12 }, (_, index) => (index < 4 ? 255 : 0));
  expect(unsure(sure, red, 3, undefined)).toBe("blank");
  expect(entropyOf(floats(0.5, 0.5, 0))).toBeCloseTo(Math.LN2, 6);
});

test("grey images are light on dark where nine in ten have ink all around", () => {
  const dark = Uint8Array.from({ length: 16 }, (_, index) => ([5, 6, 9, 10].includes(index) ? 0 : 255));
  const light = dark.map((byte) => 255 - byte);
  expect(
    areLightOnDark(
      Array.from({ length: 10 }, (_, index) => (index < 9 ? dark : light)),
      4,
    ),
  ).toBe(true);
  expect(
    areLightOnDark(
      Array.from({ length: 10 }, (_, index) => (index < 8 ? dark : light)),
      4,
    ),
  ).toBe(false);
  expect(areLightOnDark([], 4)).toBe(false);
});

test("a table says what a spreadsheet can read, and no name in it is a formula", () => {
  const answers = [
    answer("=cmd|' /C calc'!A0.png", [0.25, 0.75], { label: "class 1", correct: true }),
    answer('b,"\n\u202egnp.png', [0.5, 0.5], { unsure: "flat" }),
    answer(`${"x".repeat(300)}.png`, [1, 0], { label: "class 1", correct: false }),
  ];
  const lines = csvOf({ classes: ["+1", "dog, small"], answers }).split("\r\n");
  expect(lines).toEqual([
    `image,answer,probability,label,correct,'+1,"dog, small",unsure`,
    "'=cmd|' /C calc'!A0.png,class 1,0.750000,class 1,true,0.250000,0.750000,",
    '"b,""[U+000A][U+202E]gnp.png",class 0,0.500000,,,0.500000,0.500000,flat',
    `${"x".repeat(300)}.png,class 0,1.000000,class 1,false,1.000000,0.000000,`,
    "",
  ]);
});

test("what is written for programs can be read by them", () => {
  const answers = [answer('a"\n.png', [0.25, 0.75], { label: "class 0", correct: false, unsure: "blank" })];
  const unread = [{ path: "notes.txt", why: "it is no image" }];
  const text = jsonOf({ classes: ["a", "b"], answers, unread, labelled: 1, right: 0, notices: [] });
  expect(JSON.parse(text)).toEqual({
    classes: ["a", "b"],
    images: [
      {
        image: 'a"[U+000A].png',
        answer: "class 1",
        probability: 0.75,
        label: "class 0",
        correct: false,
        unsure: "blank",
        top: [{ name: "class 1", probability: 0.75 }],
      },
    ],
    unread: [{ file: "notes.txt", why: "it is no image" }],
    labelled: 1,
    right: 0,
  });
});

test("the accuracy says of how many, and is 100 % only where all are right", () => {
  const of = (right: number, labelled: number, all = labelled) =>
    accuracyInWords({ answers: Array.from({ length: all }, () => answer("a", [1])), labelled, right });
  expect(of(812, 1000)).toBe("812 of 1,000 right, 81.2 %");
  expect(of(9999, 10_000)).toBe("9,999 of 10,000 right, 99.9 %");
  expect(of(1, 10_000)).toBe("1 of 10,000 right, 0.1 %");
  expect(of(3, 3)).toBe("3 of 3 right, 100.0 %");
  expect(of(0, 2, 5)).toBe("0 of 2 right, 0.0 %; 3 of the images lie in no folder that is named as a class.");
  expect(of(0, 0, 5)).toBeUndefined();
});

test("files that could not be read are named, and counted where they are many", () => {
  const unread = Array.from({ length: 7 }, (_, index) => ({ path: `${index}\n.txt`, why: "it is no image" }));
  expect(unreadInWords(unread.slice(0, 1))).toBe("1 file could not be read: 0[U+000A].txt (it is no image).");
  expect(unreadInWords(unread)).toMatch(
    /^7 files could not be read: 0.*4\[U\+000A\]\.txt \(it is no image\) and 2 more\.$/,
  );
  expect(nothingToAnswer([])).toMatch(/^There are no files in it/);
});
