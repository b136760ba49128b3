/** Reads a picture that a person gives to be tried. Errors are sentences. */
import { count, megabytes } from "../../format.js";
import { msg } from "../../words/msg.js";

/** The size of a file at most: more than any camera's pictures have. */
const MAX_BYTES = 30e6;
/** Each side at most, in pixels: decoded, such a square takes 400 MB. */
const MAX_SIDE = 10_000;
/** A picture is made smaller until its shorter side has so many pixels: far more than any network here takes. */
const MIN_SIDE_KEPT = 512;

/** An upright picture, with white behind what is transparent. */
export interface Picture {
  /** The file's name, or another name for a person. */
  name: string;
  /** Its size before anything was made smaller. */
  width: number;
  height: number;
  /** Its pixels, made smaller where the shorter side has more than 512. */
  image: ImageData;
}

/**
 * Reads an image file. Errors are sentences.
 * @param name how the sentences call it
 */
export async function readPicture(file: Blob, name: string): Promise<Picture> {
  if (file.type !== "" && !file.type.startsWith("image/")) {
    throw new Error(
      msg("{name} is no image: give a PNG, a JPEG, a WebP or another image that this browser shows.", { name }),
    );
  }
  if (file.size > MAX_BYTES) {
    throw new Error(
      msg("{name} was not read: it has {size}, and an image here has {most} at most.", {
        name,
        size: megabytes(file.size),
        most: megabytes(MAX_BYTES),
      }),
    );
  }
  try {
    const { width, height } = await measure(file);
    if (Math.max(width, height) > MAX_SIDE) throw new TooLargeError(name, width, height);
    const scale = scaleOf(width, height);
    const scaled = (side: number): number => Math.max(1, Math.round(side * scale));
    const smaller = { resizeWidth: scaled(width), resizeHeight: scaled(height), resizeQuality: "high" } as const;
    const bitmap = await createImageBitmap(file, scale < 1 ? smaller : {});
    try {
      return { name, width, height, image: pixelsOf(bitmap, bitmap.width, bitmap.height) };
    } finally {
      bitmap.close();
    }
  } catch (thrown) {
    if (thrown instanceof TooLargeError) throw thrown;
    throw new Error(
      msg("{name} cannot be read as an image: it may be damaged, or of a kind that this browser does not show.", {
        name,
      }),
      { cause: thrown },
    );
  }
}

/** The current frame of a camera. */
export function pictureOf(video: HTMLVideoElement): Picture {
  const { videoWidth: width, videoHeight: height } = video;
  const scale = scaleOf(width, height);
  const image = pixelsOf(video, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  return { name: msg("The photograph"), width, height, image };
}

class TooLargeError extends Error {
  constructor(name: string, width: number, height: number) {
    super(
      msg("{name} was not read: it has {size} pixels, and an image here has {most} at most on each side.", {
        name,
        size: `${count(width)}×${count(height)}`,
        most: count(MAX_SIDE),
      }),
    );
  }
}

/** How much smaller a picture is made, at most 1. */
function scaleOf(width: number, height: number): number {
  return Math.min(1, MIN_SIDE_KEPT / Math.min(width, height));
}

/** A picture's size, for which a browser reads no more than the file's beginning. */
async function measure(file: Blob): Promise<{ width: number; height: number }> {
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    await new Promise((loaded, failed) => {
      image.onload = loaded;
      image.onerror = failed;
      image.src = address;
    });
    const { naturalWidth: width, naturalHeight: height } = image;
    if (width === 0 || height === 0) throw new Error("it has no pixels");
    return { width, height };
  } finally {
    URL.revokeObjectURL(address);
    image.src = "";
  }
}

function pixelsOf(source: CanvasImageSource, width: number, height: number): ImageData {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error(msg("This browser gives no canvas to read images with."));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
