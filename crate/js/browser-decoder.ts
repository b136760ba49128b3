// The browser's own decoder of images, for kinds that the images module does not read. Each browser has another.

import { BunsenError } from "./errors.js";

/** Upright pixels, `[height, width, 4]`. */
export interface DecodedPixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** More pixels than any image here may have: they are not drawn. */
const MOST_PIXELS = 64e6;

/** Throws where there is no browser. */
export function requireBrowserDecoder(): void {
  if (typeof createImageBitmap === "function" && typeof OffscreenCanvas === "function") return;
  throw new BunsenError(
    "data",
    "browserDecoder was given, and nothing here decodes images but the images module: it is for pages and their workers.",
  );
}

/** What this browser makes of an image; undefined where it makes nothing of it. */
export async function decodeInBrowser(file: Uint8Array): Promise<DecodedPixels | undefined> {
  const bitmap = await createImageBitmap(new Blob([file as BlobPart])).catch(() => undefined);
  if (!bitmap) return undefined;
  try {
    const { width, height } = bitmap;
    if (width * height > MOST_PIXELS) return undefined;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!context) return undefined;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  } finally {
    bitmap.close();
  }
}
