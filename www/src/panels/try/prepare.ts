/** What a network gets of a picture: what the images that it is trained on went through. */
import { normalize, SIDE } from "./normalize.js";
import type { DataInfo } from "../../module.js";
import { unitPixels } from "../../pixels.js";
import { standingOut } from "./contrast.js";
import type { Picture } from "./read.js";
import { borderOf, lightOf, middle, shrink, whole } from "./shrink.js";

export const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** The side that a digit is looked for in. */
const LOOKED = 280;
/** A digit in a picture is found where it has so many of those pixels at least, and enlarged as a drawing is not. */
const SMALLEST = 14;

/** What a person can choose of it. */
export interface Choices {
  /** What is light becomes ink, and what is dark paper: for data in one channel. */
  inverted: boolean;
  /** All of the picture, not its middle alone: for what is no digit. */
  whole: boolean;
}

/** What became of a picture. */
export interface Prepared {
  /** Channels × height × width values from 0 to 1; null where the picture shows nothing that the network could be given. */
  pixels: Float32Array | null;
  /** A sentence of what was done, or of what is wrong. */
  said: string;
}

type Shape = Pick<DataInfo, "name" | "classes" | "channels" | "height" | "width">;

/** Whether the images are MNIST's kind: digits that were cut out, scaled and centred. */
export function isDigits({ classes, channels, height, width }: Shape): boolean {
  const digits = classes.length === DIGITS.length && classes.every((name, at) => name === DIGITS[at]);
  return digits && channels === 1 && height === SIDE && width === SIDE;
}

/** What is chosen unless a person chooses: a dark border means that what counts is light. */
export function guessChoices({ image }: Picture, data: Shape | null): Choices {
  // Own images in grey are never inverted, whatever they show.
  const guessed = data?.channels === 1 && data.name !== "own";
  return { inverted: guessed && lightOf(...borderOf(image)) < 128, whole: false };
}

export function prepare(picture: Picture, data: Shape, choices: Choices): Prepared {
  const { channels, height, width } = data;
  const fits = picture.width === width && picture.height === height;
  if (isDigits(data) && !fits) return prepareDigit(picture, choices);
  const { image } = picture;
  const box = (choices.whole ? whole : middle)(image, width, height);
  const colours = shrink(image, box, width, height, borderOf(image));
  const bytes = channels === 1 ? ink(colours, choices.inverted) : colours;
  return { pixels: unitPixels(bytes), said: sayShrunk(picture, data, choices) };
}

function prepareDigit(picture: Picture, choices: Choices): Prepared {
  const { image } = picture;
  const square = shrink(image, whole(image, LOOKED, LOOKED), LOOKED, LOOKED, borderOf(image));
  const found = standingOut(ink(square, choices.inverted), LOOKED);
  const pixels = found && normalize(found, LOOKED, SMALLEST);
  const kind = choices.inverted ? "lighter" : "darker";
  const said = pixels
    ? `Of ${size(picture)} pixels, what is ${kind} than its surroundings was taken for the digit, scaled to 20 pixels and laid into ` +
      `${SIDE}×${SIDE} by its centre of mass, as MNIST's digits are.`
    : `Nothing in this picture is clearly ${kind} than its surroundings: choose “Invert”, or a picture of a digit on plain paper.`;
  return { pixels, said };
}

function sayShrunk(picture: Picture, { channels, height, width }: Shape, { inverted, whole }: Choices): string {
  const to = `${width}×${height}`;
  const colour = channels === 1 ? `in grey, with what is ${inverted ? "light" : "dark"} as ink` : "in colour";
  if (picture.width === width && picture.height === height)
    return `It has the network's own size, ${to}, and is given as it is, ${colour}.`;
  const square = picture.width * height === picture.height * width;
  if (whole && !square) {
    return `All of its ${size(picture)} pixels were fitted into ${to}, ${colour}; what is left over is of its border's colour.`;
  }
  const part = square ? "All" : "The middle";
  const way = Math.min(picture.width, picture.height) < Math.min(width, height) ? "enlarged" : "shrunk";
  return `${part} of its ${size(picture)} pixels ${square ? "were" : "was"} ${way} to ${to}, ${colour}.`;
}

function size({ width, height }: Picture): string {
  return `${width}×${height}`;
}

/** As all data in one channel are here: 0 is paper, 255 is ink. Unless inverted, that is what is dark. */
function ink(colours: Float32Array, inverted: boolean): Float32Array {
  const plane = colours.length / 3;
  return Float32Array.from({ length: plane }, (_, at) => {
    const light = Math.floor(lightOf(colours[at]!, colours[plane + at]!, colours[2 * plane + at]!) + 0.5);
    return inverted ? light : 255 - light;
  });
}
