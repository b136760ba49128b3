// @ts-check
import { readFile } from "node:fs/promises";

/** @typedef {import("playwright-core").Page} Page */

/**
 * Saves a figure.
 * @param {Page} page @param {string} label @param {"SVG" | "PNG" | "CSV"} format
 */
export async function saved(page, label, format) {
  const opener = page.getByRole("button", { name: `Save ${label}`, exact: true });
  await opener.click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: `Save as ${format}`, exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}
