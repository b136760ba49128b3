// One image as a network is given it, by the decoder of data sets: it is cut and scaled as the images that the network learned from.

import type { ImageFit } from "../custom-dataset-keys.js";
import { messageOf } from "../errors.js";
import { withImagesModule } from "../images-module.js";

/** What an image is made into. */
export interface ImageFormat {
  readonly channels: number;
  readonly size: number;
  readonly fit: ImageFit;
}

/** Pixels `[channels, size, size]`, or why there are none, as the end of a sentence. */
export type DecodedImage = { readonly pixels: Uint8Array } | { readonly why: string };

/** Decodes the file of an image. Never throws for what the file holds. @param path its name tells what it is, where it is no image */
export async function decodeImage(path: string, bytes: Uint8Array, format: ImageFormat): Promise<DecodedImage> {
  const { channels, size, fit } = format;
  try {
    return await withImagesModule(async (images) => {
      try {
        return { pixels: images.readImage(path, bytes, size, channels === 3, fit) };
      } catch (thrown) {
        if (thrown instanceof WebAssembly.RuntimeError) throw thrown;
        return { why: messageOf(thrown) };
      }
    });
  } catch (thrown) {
    if (thrown instanceof WebAssembly.RuntimeError) return { why: "what decodes images stopped at it" };
    throw thrown;
  }
}

/** The most bytes of an image's file: those of a data set have no more. */
export const MOST_FILE_BYTES = 64 << 20;

/** Why a file could not be read from where it lies. */
export const unreadable = (thrown: unknown): string => `it could not be read: ${messageOf(thrown).replace(/\.$/, "")}`;
