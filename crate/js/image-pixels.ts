// One image as a caller gives it.

import { requireFloats } from "./arguments.js";
import { BunsenError } from "./errors.js";

/** An image's pixels as networks take them. */
export function imagePixels(
  pixels: unknown,
  { channels, height, width }: { channels: number; height: number; width: number },
): Float32Array {
  const expected = channels * height * width;
  const brightness = brightnessOf(pixels);
  const values = requireFloats(brightness ?? pixels, "an image");
  if (values.length === expected) return brightness && channels === 1 ? values.map((value) => 1 - value) : values;
  const image = `An image for this network has ${expected} numbers from 0 to 1 (${channels}×${height}×${width})`;
  throw new BunsenError("run", `${image}; these are ${values.length}.`);
}

/** The numbers of an image as a file has it; undefined for one as the data set has it. */
function brightnessOf(pixels: unknown): unknown {
  return typeof pixels === "object" && pixels !== null && "brightness" in pixels ? pixels.brightness : undefined;
}
