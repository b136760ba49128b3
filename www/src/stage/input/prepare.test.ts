import { expect, test } from "vitest";

import { DIGITS, defaultOptions, isDigits, prepare, wholeFit } from "./prepare.js";
import type { DataInfo } from "../../module.js";
import type { Picture } from "./read.js";

type Data = Pick<DataInfo, "name" | "classes" | "channels" | "height" | "width" | "fit">;

const MNIST: Data = { name: "mnist", classes: DIGITS, channels: 1, height: 28, width: 28, fit: "crop" };
const CIFAR: Data = { name: "cifar10", classes: ["cat", "dog"], channels: 3, height: 32, width: 32, fit: "crop" };

/** A square picture of one lightness with a square of another in its middle. */
function pictureOf(side: number, paper: number, ink: number, inkSide = side / 4): Picture {
  const data = new Uint8ClampedArray(4 * side * side).fill(255);
  const [from, to] = [(side - inkSide) / 2, (side + inkSide) / 2];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const isInk = x >= from && x < to && y >= from && y < to;
      data.fill(isInk ? ink : paper, 4 * (y * side + x), 4 * (y * side + x) + 3);
    }
  }
  return { name: "a picture", width: side, height: side, image: { data, width: side, height: side } as ImageData };
}

test("only images of MNIST's kind are digits", () => {
  expect(isDigits(MNIST)).toBe(true);
  expect(isDigits({ ...MNIST, height: 32, width: 32 })).toBe(false);
  expect(isDigits({ ...MNIST, classes: ["a", "b"] })).toBe(false);
});

test("what is light on a dark border is ink, but in colour and in a person's own images", () => {
  const dark = pictureOf(64, 20, 220);
  expect(defaultOptions(dark, MNIST).inverted).toBe(true);
  expect(defaultOptions(pictureOf(64, 220, 20), MNIST).inverted).toBe(false);
  expect(defaultOptions(dark, CIFAR).inverted).toBe(false);
  expect(defaultOptions(dark, { ...MNIST, name: "own" }).inverted).toBe(false);
});

test("a digit is found on its paper, and laid into the middle", () => {
  const { pixels, message } = prepare(pictureOf(280, 200, 60, 40), MNIST, { inverted: false, fit: "crop" });
  expect(message).toMatch(/^Of 280×280 pixels, what is darker than its surroundings was taken for the digit/);
  expect(pixels).toHaveLength(28 * 28);
  expect(pixels?.[14 * 28 + 14]).toBeCloseTo(1);
  expect(pixels?.[0]).toBe(0);
});

test("where nothing stands out, there is nothing for the network, and a sentence says so", () => {
  const { pixels, message } = prepare(pictureOf(280, 200, 195), MNIST, { inverted: false, fit: "crop" });
  expect(pixels).toBeNull();
  expect(message).toMatch(/^Nothing in this picture is clearly darker than its surroundings/);
});

test("a picture in colour keeps its channels, one for each of red, green and blue", () => {
  const { pixels, message } = prepare(pictureOf(64, 255, 0), CIFAR, { inverted: false, fit: "crop" });
  expect(pixels).toHaveLength(3 * 32 * 32);
  expect(pixels?.[0]).toBe(1);
  expect(message).toBe("All of its 64×64 pixels were shrunk to 32×32, in colour.");
});

test("what a network learned from squashed is squashed, and what it learned from with borders gets some", () => {
  const data = new Uint8ClampedArray(4 * 64 * 32).fill(255);
  data.fill(0, 0, 4 * 64 * 16);
  const wide: Picture = { ...pictureOf(64, 0, 0), height: 32, image: { data, width: 64, height: 32 } as ImageData };
  const rows = (fit: "crop" | "pad" | "squash") => {
    const options = defaultOptions(wide, { ...CIFAR, fit });
    expect(options.fit).toBe(fit);
    const { pixels, message } = prepare(wide, CIFAR, options);
    return [pixels?.[0], pixels?.[10 * 32], pixels?.[20 * 32], pixels?.[31 * 32], message];
  };
  expect(rows("squash")).toEqual([0, 0, 1, 1, "All of its 64×32 pixels were squashed into 32×32, in colour."]);
  const [top = 0, , , bottom, message] = rows("pad");
  expect(top).toBeCloseTo(0.5);
  expect(bottom).toBe(top);
  expect(message).toMatch(/^All of its 64×32 pixels were fitted into 32×32, in colour;/);
  expect([wholeFit({ fit: "crop" }), wholeFit({ fit: "squash" })]).toEqual(["pad", "squash"]);
});

test("a picture of the network's own size is given as it is, with what is dark as ink", () => {
  const { pixels, message } = prepare(pictureOf(28, 255, 0), MNIST, { inverted: false, fit: "crop" });
  expect(pixels?.[0]).toBe(0);
  expect(pixels?.[14 * 28 + 14]).toBe(1);
  expect(message).toBe(
    "It has the network's own size, 28×28, and is given as it is, in grey, with what is dark as ink.",
  );
});
