// @ts-check
// The pixels of pictures that are drawn on a canvas.

/**
 * The bytes of a picture, row by row.
 * @param {import("playwright-core").Locator} picture its canvas
 * @param {"ink" | "colour"} [kind] of each pixel the ink, which is its opacity, or red, green and blue
 * @returns {Promise<number[]>}
 */
export function bytesOf(picture, kind = "ink") {
  return picture.evaluate((element, kind) => {
    const canvas = /** @type {HTMLCanvasElement} */ (element);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from(data).filter((_, at) => (kind === "ink" ? at % 4 === 3 : at % 4 !== 3));
  }, kind);
}
