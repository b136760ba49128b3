// @ts-check
// The sentence of a refusal.

import assert from "node:assert/strict";
import { asRead } from "./as-read.mjs";

/** @typedef {import("./page.mjs").Bench} Bench */

/** The alert of a page, once it says that. @param {Bench} bench @param {RegExp} about */
export const told = async (bench, about) => {
  // What is on the page has room around it.
  const inner = new RegExp(about.source.replace(/^\^|\$$/g, ""));
  const alert = bench.page.getByRole("alert").filter({ hasText: asRead(inner) });
  await alert.waitFor({ timeout: 120_000 });
  const text = (await alert.innerText()).trim();
  assert.match(text, about);
  return text;
};
