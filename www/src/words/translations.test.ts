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
