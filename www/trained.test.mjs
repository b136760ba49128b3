// @ts-check
// The files of the trained networks that come with the page.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { metadataOf } from "../crate/js/safetensors.ts";
import { TRAINED } from "./src/trained/networks.ts";

test.each(TRAINED)("the file of $model, trained on $data, is that of its record", ({ url, digest, bytes, link }) => {
  const file = new Uint8Array(readFileSync(fileURLToPath(url)));
  expect(createHash("sha256").update(file).digest("hex").slice(0, 16)).toBe(digest);
  expect(file.length).toBe(bytes);
  expect(metadataOf(file).get("link")).toBe(link);
  expect(JSON.parse(metadataOf(file).get("classes") ?? "")).toHaveLength(10);
});

test("all files together are a few hundred kilobytes", () => {
  expect(TRAINED.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(450_000);
});
