// @ts-check
// node tests/screenshots/moving.mjs: takes the README's moving picture anew, of the first view while LeNet-5 learns, until somebody draws a
// digit; and the still one that other sites show of a shared link.

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch, visitor } from "../browser/support/browser.mjs";
import { Bench } from "../browser/support/page.mjs";
import { countTimers, quiet } from "../browser/support/quiet.mjs";
import { Server } from "../browser/support/server.mjs";
import { animated } from "./webp.mjs";

/** @typedef {{ png: Buffer, milliseconds: number }} Shot */

const PICTURE = new URL("../../docs/bench.webp", import.meta.url);
const SOCIAL_PICTURE = fileURLToPath(new URL("../../www/public/og.png", import.meta.url));

const LINK = "model=lenet5&data=digits";
const VIEW = { width: 1280, height: 800 };
/** Of the file. */
const WIDTH = 880;
const HEIGHT = Math.round((WIDTH * VIEW.height) / VIEW.width);
const MOST_BYTES = 1_500_000;
const QUALITIES = [0.85, 0.75, 0.65, 0.5];
/** How long the first and the last picture stand, and each in between. */
const [FIRST_MS, FRAME_MS, LAST_MS] = [1_500, 220, 4_000];
/** A seven, from corner to corner: shares of the pad. */
const STROKE = /** @type {const} */ ([
  [0.26, 0.22],
  [0.5, 0.22],
  [0.74, 0.22],
  [0.6, 0.52],
  [0.46, 0.84],
]);
const MOST_FRAMES = 36;

/** @type {Shot[]} */
const shots = [];
const server = await Server.start();
const browser = await launch();
try {
  const { context } = await visitor(browser, { viewport: VIEW, colorScheme: "light" });
  await countTimers(context);
  const bench = new Bench(await context.newPage(), server.url);
  const { page } = bench;
  const take = async (/** @type {number} */ milliseconds) =>
    void shots.push({ png: await page.screenshot(), milliseconds });

  await bench.open(LINK);
  await page.getByRole("button", { name: "Train", exact: true, disabled: false }).waitFor();
  await page.mouse.move(5, 5);
  await page.waitForTimeout(2_000);
  await take(FIRST_MS);
  await page
    .getByRole("button", { name: /^Train/ })
    .first()
    .click();
  while (shots.length < MOST_FRAMES) {
    await page.waitForTimeout(100);
    await take(FRAME_MS);
    if ((await bench.pressable("Pause").count()) === 0) break;
  }
  await bench.finished({ timeout: 120_000 });
  await bench.accuracy();
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(600);
  await take(1_200);
  const pad = await page.getByRole("img", { name: /^Drawing pad/ }).boundingBox();
  if (!pad) throw new Error("The drawing pad is not to be seen.");
  for (const [at, [x, y]] of STROKE.entries()) {
    await page.mouse.move(pad.x + x * pad.width, pad.y + y * pad.height, { steps: 8 });
    if (at === 0) await page.mouse.down();
    else await page.waitForTimeout(300);
    if (at > 0) await take(FRAME_MS);
  }
  await page.mouse.up();
  await bench.probabilities();
  await page.waitForTimeout(1_000);
  await quiet(page);
  await take(LAST_MS);

  const picture = await encoded(context, shots);
  await writeFile(PICTURE, picture);
  console.log(`docs/bench.webp: ${shots.length} frames, ${picture.length.toLocaleString("en")} bytes`);

  // The size that Open Graph asks for.
  await page.setViewportSize({ width: 1200, height: 630 });
  await quiet(page);
  await page.screenshot({ path: SOCIAL_PICTURE });
} finally {
  await browser.close();
  await server.close();
}

/**
 * The file, in the best quality with which it is small enough.
 * @param {import("playwright-core").BrowserContext} context @param {Shot[]} taken
 */
async function encoded(context, taken) {
  const page = await context.newPage();
  for (const quality of QUALITIES) {
    const frames = [];
    for (const { png, milliseconds } of taken) {
      const base64 = await page.evaluate(encode, {
        png: png.toString("base64"),
        width: WIDTH,
        height: HEIGHT,
        quality,
      });
      frames.push({ webp: Buffer.from(base64, "base64"), milliseconds });
    }
    const file = animated(frames, WIDTH, HEIGHT);
    if (file.length <= MOST_BYTES) return file;
  }
  throw new Error(`The moving picture is larger than ${MOST_BYTES} bytes in any quality: take fewer frames.`);
}

/** Runs in a page, for browsers write WebP. @param {{ png: string, width: number, height: number, quality: number }} what */
async function encode({ png, width, height, quality }) {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const drawing = canvas.getContext("2d", { alpha: false });
  if (!drawing) throw new Error("The browser gives no canvas.");
  drawing.imageSmoothingQuality = "high";
  drawing.drawImage(image, 0, 0, width, height);
  return canvas.toDataURL("image/webp", quality).split(",")[1] ?? "";
}
