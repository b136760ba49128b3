import { expect, test } from "vitest";

import { hostNote } from "./host-note.js";

test("a page that has all says nothing", () => {
  expect(hostNote({ origin: "https://bunsen.example", isSecureContext: true })).toBe("");
});

test("over plain http it says what https adds", () => {
  const note = hostNote({ origin: "http://school.example", isSecureContext: false });
  for (const word of ["https", "keep", "camera", "clipboard", "WebGPU"]) expect(note).toContain(word);
});

test("without an origin it says that nothing is kept, and no more", () => {
  const note = hostNote({ origin: "null", isSecureContext: false });
  expect(note).toContain("nothing is kept");
  expect(note).not.toContain("https");
});
