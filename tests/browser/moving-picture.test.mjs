// @ts-check
// The README's moving picture is put together here, and a browser reads what comes of it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { animated } from "../screenshots/webp.mjs";
import { startSite } from "./support/site.mjs";

const [WIDTH, HEIGHT] = [33, 17];
const COLOURS = ["#c03020", "#20a040", "#2040c0"];

describe("a moving picture", () => {
  const site = startSite();

  test("has its frames in their order, each as long as was asked for", async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.server.url}bench.html`);
    const frames = [];
    for (const [at, colour] of COLOURS.entries()) {
      const base64 = await page.evaluate(([colour, width, height]) => {
        const canvas = Object.assign(document.createElement("canvas"), { width, height });
        const drawing = canvas.getContext("2d", { alpha: false });
        if (!drawing) throw new Error("no canvas");
        drawing.fillStyle = colour;
        drawing.fillRect(0, 0, width, height);
        return canvas.toDataURL("image/webp", 0.9).split(",")[1] ?? "";
      }, /** @type {const} */ ([colour, WIDTH, HEIGHT]));
      frames.push({ webp: Buffer.from(base64, "base64"), milliseconds: 100 * (at + 1) });
    }
    const file = animated(frames, WIDTH, HEIGHT);
    const read = await page.evaluate(async (base64) => {
      const data = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
      const decoder = new /** @type {any} */ (globalThis).ImageDecoder({ type: "image/webp", data });
      await decoder.tracks.ready;
      const found = [];
      for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex++) {
        const { image } = await decoder.decode({ frameIndex });
        const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
        const drawing = canvas.getContext("2d");
        drawing?.drawImage(image, 0, 0);
        const [red = 0, green = 0, blue = 0] = drawing?.getImageData(5, 5, 1, 1).data ?? [];
        found.push({ size: [canvas.width, canvas.height], milliseconds: image.duration / 1_000, red, green, blue });
      }
      return { found, again: decoder.tracks.selectedTrack.repetitionCount };
    }, file.toString("base64"));
    assert.equal(read.again, Infinity, "for ever");
    assert.deepEqual(
      read.found.map(({ size, milliseconds }) => [...size, milliseconds]),
      [100, 200, 300].map((milliseconds) => [WIDTH, HEIGHT, milliseconds]),
    );
    const strongest = read.found.map(({ red, green, blue }) => [red, green, blue].indexOf(Math.max(red, green, blue)));
    assert.deepEqual(strongest, [0, 1, 2]);
    await page.close();
  });

  test("what is no WebP, or not an opaque one, is refused", () => {
    const frame = (/** @type {Buffer} */ webp) => [{ webp, milliseconds: 100 }];
    assert.throws(() => animated(frame(Buffer.from("\x89PNG and so on, no WebP")), 1, 1), /no WebP/);
    const lossless = Buffer.concat([Buffer.from("RIFF\x10\0\0\0WEBPVP8L\x04\0\0\0"), Buffer.alloc(4)]);
    assert.throws(() => animated(frame(lossless), 1, 1), /not opaque and lossy/);
  });
});
