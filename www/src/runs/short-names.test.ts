import { expect, test } from "vitest";

import { shortened } from "./short-names.js";

test("a name that nothing bounds is cut, between letters", () => {
  expect(shortened("a".repeat(10_000))).toBe(`${"a".repeat(59)}…`);
  expect(shortened("🔥".repeat(10_000))).toBe(`${"🔥".repeat(59)}…`);
  expect(shortened("learning rate 0.02")).toBe("learning rate 0.02");
});

test("a name that would turn or break the text around it shows how", () => {
  expect(shortened("plain\u202e%")).toBe("plain[U+202E]%");
  expect(shortened("one\ntwo\u200b")).toBe("one[U+000A]two[U+200B]");
  // Letters from right to left are a name like any other.
  expect(shortened("مرحبا")).toBe("مرحبا");
});
