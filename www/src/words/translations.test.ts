/** The translations that are here, held to what the module says. */
import { afterEach, describe, expect, test } from "vitest";

import { refusalText } from "../panels/recipe/refusal.js";
import { useLanguage, type Catalogue } from "./catalogue.js";
import { found, translated } from "./translated.js";

const TRANSLATIONS = Object.entries(import.meta.glob<Catalogue>("./*.json", { eager: true, import: "default" })).map(
  ([path, catalogue]) => ({ language: path.slice(2, -5), catalogue }),
);

/** As the module, or what loads it, says it, and what of that stays, but for the sign of decimals. */
const SAID: readonly (readonly [text: string, kept: readonly string[]])[] = [
  ["one of adam, adamw, sgd", ["adam, adamw, sgd"]],
  ["a number from 0.0000001 to 100", ["0,0000001", "100"]],
  ["a whole number from 0 to 60000 with MNIST", ["60000", "MNIST"]],
  ["one of 1, 2, 3, 4, which divide the token width, 48", ["1, 2, 3, 4", "48"]],
  ["lr=5000 is not allowed: lr is a number from 0 to 100.", ["lr=5000"]],
  ["This link has a key that is not known here and was skipped: foo.", ["foo"]],
  ["The same run: check 9dab… matches.", ["9dab…"]],
  ["The same so far (step 12); the first 5 come from a file.", ["12", "5"]],
  ["Differs from step 3 on: expected loss 2.301, got 2.302.", ["3", "2,301", "2,302"]],
  ["The loss became NaN at step 96, so the run was stopped. A smaller learning rate usually helps.", ["NaN", "96"]],
  ["The browser's storage is full: MNIST was not kept and will be fetched again next time.", ["MNIST"]],
  ["This checkpoint cannot be used: it is another kind of file.", []],
  ["The paper's residual network of 32 layers: 464,154 parameters on colour images.", ["32"]],
  ["A warm-up of 0.05 of the run is less than half a step of 9: this run has none.", ["0,05", "9"]],
  ["The learning rate rises over all 12 steps: it never reaches 0.006. Give it a shorter warm-up.", ["12", "0,006"]],
  ["A run is scored 1000 times at most: this one every 12 steps, not every 3.", ["1000", "12", "3"]],
  ["There are 2000 test images: the run is scored on all of them.", ["2000"]],
  ["it is there at once and gives the same bits everywhere; whether a GPU would be faster is not measured", ["GPU"]],
  ["A network of your own, written in its link", []],
  ["convolution 3×3, padding 1, stride 2", ["3×3", "1", "2"]],
  // Of a person's own images.
  [
    "Your own split is kept: 6 images to train on and 4 images to test with, whatever the seed. The 3 images for validation were left out.",
    ["6", "4", "3"],
  ],
  [
    "3 raw photos were left out: a.cr2, b.cr2 and 7 more. Export them as JPEG from the camera's program, and give those.",
    ["3", "a.cr2, b.cr2", "7", "JPEG"],
  ],
  [
    "1 web page was left out: a.png. Whoever fetches an image and is not let in gets a page: fetch them again.",
    ["a.png"],
  ],
  [
    "No image is left to train on. 2 files were left out: a.txt (it is empty), b.png (it is damaged: it is cut off before its end).",
    ["a.txt (", "b.png ("],
  ],
  [
    "Each class needs at least 2 images, one to train on and one to test with; cats has 1, dogs has 1 and 3 more. Add images, or take the class out.",
    ["cats: 1, dogs: 1", "3"],
  ],
  [
    "labels.csv and the folders disagree on 2 images: cat/0.png is dog in the table, cat/1.png is dog in the table. Take the table out, or put all images into one folder.",
    ["cat/0.png", "cat/1.png", "dog"],
  ],
  [
    "There are images to test with and none to train on of cats, dogs. Put images of each class into both.",
    ["cats, dogs"],
  ],
  [
    "a/1.png and the images before it have more than 200 million pixels in 20 KB, which no photographs have. They were not unpacked further.",
    ["a/1.png", "200", "20 KB"],
  ],
  ["3 images are there already, and count once: a/1.png.", ["3", "a/1.png"]],
  [
    "cut.zip cannot be read as a zip: it has no sound list of its files at its end. It may be cut off or of another kind; pack the folder again.",
    ["cut.zip"],
  ],
];

/** English words that no translation has. */
const ENGLISH = /\b(the|is|of|with|was|and|which|from a|layers|steps?)\b/i;

describe.each(TRANSLATIONS)("in $language", ({ language, catalogue }) => {
  afterEach(() => useLanguage("en", null));

  test.each(SAID)("“%s” is said wholly in it", (english, kept) => {
    useLanguage(language, catalogue);
    const text = found(english);
    expect(text).toBeDefined();
    expect(text).not.toMatch(ENGLISH);
    for (const value of kept) expect(text).toContain(value);
  });

  test("a refusal names the field in it, and what is allowed", () => {
    useLanguage(language, catalogue);
    const label = translated("Learning rate");
    const refusal = { key: "lr", message: "lr=5000 is …", allowed: "a number from 0.0000001 to 100" };
    const fields = [{ key: "lr", label }] as unknown as Parameters<typeof refusalText>[1];
    const text = refusalText(refusal, fields, "5000");
    expect(text).toMatch(new RegExp(`^${label}: `));
    expect(text).toContain("5000");
    expect(text).not.toMatch(ENGLISH);
  });

  test("what somebody wrote is taken for no text of the module", () => {
    useLanguage(language, catalogue);
    for (const written of ["My notes of today", "at home", "a class of cats", "dogs, running, fast"])
      expect(found(written)).toBeUndefined();
  });
});
