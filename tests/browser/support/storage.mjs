// @ts-check
// What the browser's origin-private storage holds.

import { until } from "./until.mjs";

/** A whole file: its name, and its bytes as text. @typedef {{ name: string, text: string }} Stored */

/**
 * The whole files of a folder; those that are being written have other endings.
 * @param {import("playwright-core").Page} page @param {string} folder
 * @returns {Promise<Stored[]>}
 */
export function stored(page, folder) {
  return page.evaluate(async (folder) => {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle(folder, { create: true });
    /** @type {Stored[]} */
    const found = [];
    for await (const [name, handle] of /** @type {any} */ (directory)) {
      if (!/\.(json|images|safetensors)$/.test(name)) continue;
      // The page may have removed it since it was listed.
      const file = await handle.getFile().catch((/** @type {DOMException} */ error) => {
        if (error.name !== "NotFoundError") throw error;
      });
      if (file) found.push({ name, text: await file.text() });
    }
    return found;
  }, folder);
}

/**
 * Waits until a folder is as it should be.
 * @param {import("playwright-core").Page} page @param {string} folder @param {(files: Stored[]) => boolean} is
 */
export function storedUntil(page, folder, is) {
  return until(() => stored(page, folder), is, { what: `the files that ${folder} should have` });
}
