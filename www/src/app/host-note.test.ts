import { expect, test } from "vitest";

import { embedNote, hostNote } from "./host-note.js";

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

test("an embed says what it lacks, and nothing of what it asks nobody for", () => {
  expect(embedNote({ origin: "https://bunsen.example", isSecureContext: true })).toBe("");
  expect(embedNote({ origin: "null", isSecureContext: true })).toContain("no storage");
  const note = embedNote({ origin: "http://school.example", isSecureContext: false });
  expect(note).toMatch(/https.*GPU/);
  expect(note).not.toMatch(/camera|clipboard/);
});
