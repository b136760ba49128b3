/** What a network gets of a picture: what the images that it is trained on went through. */
import { normalize, SIDE } from "./normalize.js";
import type { DataInfo } from "../../module.js";
import { unitPixels } from "../../pixels.js";
import { extractStrokes } from "./contrast.js";
import type { Picture } from "./read.js";
import { boxAround, centreCrop, luma, meanBorder, shrink, whole } from "./shrink.js";
import { msg } from "../../words/msg.js";

export const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** The side of the picture in which a digit is looked for, in pixels. */
const SEARCH_SIDE = 280;
/** A digit is enlarged to no more than fills its box as if it had so many of these pixels. */
const MIN_DIGIT = 14;

/** What a person can choose of it. */
export interface Options {
  /** What is light becomes ink, and what is dark paper: for data in one channel. */
  inverted: boolean;
  /** How a picture that is no square becomes one: for what is no digit. */
  fit: DataInfo["fit"];
}

/** What became of a picture. */
export interface Prepared {
  /** `[channels, height, width]`, from 0 to 1; null where the picture shows nothing that the network could be given. */
  pixels: Float32Array | null;
  /** A sentence that says what was done, or what is wrong. */
  message: string;
}

const BOXES = { crop: centreCrop, pad: boxAround, squash: whole } as const;

type Data = Pick<DataInfo, "name" | "classes" | "channels" | "height" | "width" | "fit">;

/** Whether the images are of MNIST's kind: digits that were cut out, scaled and centred. */
export function isDigits({ classes, channels, height, width }: Data): boolean {
  const digits = classes.length === DIGITS.length && classes.every((name, label) => name === DIGITS[label]);
  return digits && channels === 1 && height === SIDE && width === SIDE;
}

/** What is chosen unless a person chooses: where the border is dark, what is light is ink. */
export function defaultOptions({ image }: Picture, data: Data | null): Options {
  // A person's own images in grey are never inverted, whatever they show.
  const mayInvert = data?.channels === 1 && data.name !== "own";
  return { inverted: mayInvert && luma(...meanBorder(image)) < 128, fit: data?.fit ?? "crop" };
}

/** How all of a picture is made square: as the training images were, if all of them was taken. */
export function wholeFit({ fit }: Pick<DataInfo, "fit">): Options["fit"] {
  return fit === "squash" ? "squash" : "pad";
}

export function prepare(picture: Picture, data: Data, options: Options): Prepared {
  const { channels, height, width } = data;
  const hasSize = picture.width === width && picture.height === height;
  if (isDigits(data) && !hasSize) return prepareDigit(picture, options);
  const { image } = picture;
  const box = BOXES[options.fit](image, width, height);
  const colours = shrink(image, box, width, height, meanBorder(image));
  const bytes = channels === 1 ? inkOf(colours, options.inverted) : colours;
  return { pixels: unitPixels(bytes), message: shrunkMessage(picture, data, options) };
}

function prepareDigit(picture: Picture, { inverted }: Options): Prepared {
  const { image } = picture;
  const box = boxAround(image, SEARCH_SIDE, SEARCH_SIDE);
  const square = shrink(image, box, SEARCH_SIDE, SEARCH_SIDE, meanBorder(image));
  const strokes = extractStrokes(inkOf(square, inverted), SEARCH_SIDE);
  const pixels = strokes && normalize(strokes, SEARCH_SIDE, MIN_DIGIT);
  return { pixels, message: digitMessage(picture, inverted, pixels !== null) };
}

function digitMessage(picture: Picture, inverted: boolean, isFound: boolean): string {
  const values = { pixels: sizeText(picture), size: `${SIDE}×${SIDE}` };
  if (isFound)
    return inverted
      ? msg(
          "Of {pixels} pixels, what is lighter than its surroundings was taken for the digit, scaled to 20 pixels and laid into {size} by its centre of mass, as MNIST's digits are.",
          values,
        )
      : msg(
          "Of {pixels} pixels, what is darker than its surroundings was taken for the digit, scaled to 20 pixels and laid into {size} by its centre of mass, as MNIST's digits are.",
          values,
        );
  return inverted
    ? msg(
        "Nothing in this picture is clearly lighter than its surroundings: choose “Invert”, or a picture of a digit on plain paper.",
      )
    : msg(
        "Nothing in this picture is clearly darker than its surroundings: choose “Invert”, or a picture of a digit on plain paper.",
      );
}

function shrunkMessage(picture: Picture, { channels, height, width }: Data, { inverted, fit }: Options): string {
  const values = { size: `${width}×${height}`, colours: coloursText(channels, inverted), pixels: sizeText(picture) };
  if (picture.width === width && picture.height === height)
    return msg("It has the network's own size, {size}, and is given as it is, {colours}.", {
      size: values.size,
      colours: values.colours,
    });
  const isSquare = picture.width * height === picture.height * width;
  if (fit === "squash" && !isSquare)
    return msg("All of its {pixels} pixels were squashed into {size}, {colours}.", values);
  if (fit === "pad" && !isSquare)
    return msg(
      "All of its {pixels} pixels were fitted into {size}, {colours}; what is left over is of its border's colour.",
      values,
    );
  const isEnlarged = Math.min(picture.width, picture.height) < Math.min(width, height);
  if (isSquare)
    return isEnlarged
      ? msg("All of its {pixels} pixels were enlarged to {size}, {colours}.", values)
      : msg("All of its {pixels} pixels were shrunk to {size}, {colours}.", values);
  return isEnlarged
    ? msg("The middle of its {pixels} pixels was enlarged to {size}, {colours}.", values)
    : msg("The middle of its {pixels} pixels was shrunk to {size}, {colours}.", values);
}

function coloursText(channels: number, inverted: boolean): string {
  if (channels !== 1) return msg("in colour");
  return inverted ? msg("in grey, with what is light as ink") : msg("in grey, with what is dark as ink");
}

function sizeText({ width, height }: Picture): string {
  return `${width}×${height}`;
}

/**
 * Colours in one channel, as all data in one channel have it: 0 is paper, 255 is ink. Unless inverted, that is what is dark.
 * @param colours `[3, height, width]`, from 0 to 255
 */
function inkOf(colours: Float32Array, inverted: boolean): Float32Array {
  const plane = colours.length / 3;
  return Float32Array.from({ length: plane }, (_, pixel) => {
    const light = Math.floor(luma(colours[pixel]!, colours[plane + pixel]!, colours[2 * plane + pixel]!) + 0.5);
    return inverted ? light : 255 - light;
  });
}
