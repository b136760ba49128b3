// @ts-check
// Images of one's own that tests give: the circles, squares and triangles of the images crate.

import { readFile } from "node:fs/promises";
import { members } from "./zip.mjs";

const SHAPES = new URL("../../../images/tests/shapes.zip", import.meta.url);
/** The zip's digests, by size and channels. */
export const DIGESTS = new URL("../../../images/tests/shapes.txt", import.meta.url);
/** The zip's images, 32×32 in colour. */
export const OWN = "5f0d1d7ae9600587";
/** A run on them. */
export const TRAINING = `model=lenet5&data=own&own=${OWN}&classes=3&batch=16&steps=120`;

/** The zip. */
export const shapes = await readFile(SHAPES);
/** Its files: no two of them are alike. */
export const images = members(shapes);
/** One of them. @param {number} at */
export const image = (at) => images[at % images.length]?.bytes ?? new Uint8Array();
