// @ts-check
// What the browser's origin-private storage holds.

import { until } from "./until.mjs";

/** A whole file: its name, how many bytes it has, and its text where it is JSON. @typedef {{ name: string, bytes: number, text: string }} StoredFile */

/**
 * The whole files of a folder; those that are being written have other endings.
 * @param {import("playwright-core").Page} page @param {string} folder
 * @returns {Promise<StoredFile[]>}
 */
export function stored(page, folder) {
  return page.evaluate(async (folder) => {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle(folder, { create: true });
    /** @type {StoredFile[]} */
    const files = [];
    for await (const [name, handle] of /** @type {any} */ (directory)) {
      if (!/\.(json|images|safetensors)$/.test(name)) continue;
      // The page may remove or replace it after it was listed, and while it is read.
      try {
        const file = await handle.getFile();
        files.push({ name, bytes: file.size, text: name.endsWith(".json") ? await file.text() : "" });
      } catch (error) {
        if (!["NotFoundError", "NotReadableError"].includes(/** @type {DOMException} */ (error).name)) throw error;
      }
    }
    return files;
  }, folder);
}

/**
 * Waits until a folder is as it should be.
 * @param {import("playwright-core").Page} page @param {string} folder @param {(files: StoredFile[]) => boolean} are
 */
export function storedUntil(page, folder, are) {
  return until(() => stored(page, folder), are, { what: `the files that ${folder} should have` });
}
