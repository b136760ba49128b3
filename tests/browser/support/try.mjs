// @ts-check
// The stage: how a picture is given to it, and what it shows.

import { asRead } from "./as-read.mjs";
import { bytesOf } from "./canvas.mjs";
import { png } from "./png.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ name: string, mimeType: string, buffer: Buffer }} File */

/** @param {Page} page */
export const panelOf = (page) => page.getByRole("region", { name: "Stage" });

/** @param {string} name @param {Buffer} buffer @returns {File} */
export const imageFile = (name, buffer) => ({ name, mimeType: "image/png", buffer });

/** A slanted stroke on paper that is lit from the left. @param {boolean} dark whether it is chalk on a board instead */
export function photograph(dark = false) {
  return png(640, 480, (x, y) => {
    const paper = 225 - x / 8;
    const onStroke = y > 120 && y < 330 && Math.abs(x - 250 + (y - 225) / 3) < 14;
    const grey = Math.round(onStroke ? 40 : paper);
    return [dark ? 255 - grey : grey];
  });
}

/** @param {Page} page @param {File} file */
export const choose = (page, file) => page.getByLabel("Image to try").setInputFiles(file);

/**
 * Drops files on an element.
 * @param {import("playwright-core").Locator} target
 * @param {{ name: string, type: string, content: string }[]} files content in base64
 */
export async function drop(target, files) {
  await target.evaluate((element, files) => {
    const transfer = new DataTransfer();
    for (const { name, type, content } of files) {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    for (const kind of ["dragenter", "dragover", "drop"]) {
      element.dispatchEvent(
        new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true }),
      );
    }
  }, files);
}

/** The bytes of what the network gets: of each pixel the ink, or red, green and blue. @param {Page} page @param {"ink" | "colour"} kind */
export const networkInput = (page, kind = "ink") =>
  bytesOf(panelOf(page).getByRole("img", { name: "What the network sees", exact: true }), kind);

/** What was done to the picture, once it says that. @param {Page} page @param {RegExp} about */
export async function done(page, about) {
  const status = panelOf(page).getByRole("status", { name: "What was done" });
  await status.filter({ hasText: asRead(about) }).waitFor({ timeout: 10_000 });
  return status.innerText();
}

/** The refusal, once it says that. @param {Page} page @param {string} sentence */
export const refused = (page, sentence) =>
  panelOf(page)
    .getByRole("alert")
    .filter({ hasText: asRead(sentence) })
    .waitFor({ timeout: 10_000 });
