import { expect, test } from "vitest";

import { printable } from "../printable.js";

test("what cannot be seen stands there by its number", () => {
  expect(printable("cats\u202egnp.1")).toBe("cats[U+202E]gnp.1");
  expect(printable("a\u0007\n\u001b[31m")).toBe("a[U+0007][U+000A][U+001B][31m");
  expect(printable("\ufeff\u2066x\u200b\u{e0041}")).toBe("[U+FEFF][U+2066]x[U+200B][U+E0041]");
  // Scripts, emoji and what they are joined by are left alone.
  for (const plain of ["ねこ", "کتاب‌ها", "👩‍👧", "שלום", "Σ é"]) expect(printable(plain)).toBe(plain);
  expect(printable("x".repeat(201))).toBe(`${"x".repeat(200)}…`);
});
