import { expect, test } from "vitest";

import { decodeText, encodeText } from "./text.js";

test.each([
  ["lr 0.02", "lr-0.02"],
  ["Does it learn?", "Does-it-learn(3f)"],
  ["ViT-B/16, half", "ViT(2d)B(2f)16,-half"],
  ["¿Cuánto?", "(bf)Cu(e1)nto(3f)"],
  ["学习率", "(5b66,4e60,7387)"],
  ["a & b = #1 %", "a-(26)-b-(3d)-(23)1-(25)"],
  ["well... (yes)", "well.(2e)(2e)-(28)yes(29)"],
  ["😀", "(1f600)"],
  ["one\ntwo", "one(a)two"],
  ["", ""],
])("%s is %s in a link, and comes back", (text, link) => {
  expect(encodeText(text)).toBe(link);
  expect(link).toMatch(/^[A-Za-z0-9.,()-]*$/);
  expect(decodeText(link)).toBe(text);
});

test("spaces are single, and there are none at the ends", () => {
  expect(decodeText(encodeText("  a \t b  \n  c "))).toBe("a b\nc");
});

test("half a character is none", () => {
  expect(encodeText("a\ud800")).toBe("a(fffd)");
});

test.each(["a(b", "a)b", "a()", "a(g1)", "a(110000)", "a(d800)", "a(1,)", "ä", "a b", "a_b", "(1234567)"])(
  "%s is no text of a link",
  (text) => {
    expect(decodeText(text)).toBeNull();
  },
);
