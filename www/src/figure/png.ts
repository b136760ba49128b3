/** A figure as a PNG file: its SVG, drawn by the browser. */
import type { Svg } from "./svg.js";

/** Pixels for one of the SVG: sharp on paper and on a projector. */
const SCALE = 2;
/** Browsers draw nothing on canvases that are larger. */
const MOST_SIDE = 8_192;

export async function pngOfSvg({ text, width, height }: Svg): Promise<Uint8Array> {
  const scale = Math.min(SCALE, MOST_SIDE / width, MOST_SIDE / height);
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("The browser gives no canvas.");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("The browser makes no picture of that size.");
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
}
