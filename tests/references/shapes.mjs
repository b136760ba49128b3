// @ts-check
// Draws images/tests/shapes.zip: three classes of small pictures in all three formats, as a browser encodes them (JPEG and
// lossy WebP). Run it once: node tests/references/shapes.mjs

import { writeFile } from "node:fs/promises";
import { launch } from "../browser/support/browser.mjs";
import { zip } from "../browser/support/zip.mjs";

const OF_EACH = 20;
const browser = await launch();
const page = await browser.newPage();
const drawn = await page.evaluate(async (count) => {
  let state = 7;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const kinds = ["image/png", "image/jpeg", "image/webp"];
  const names = ["circles", "squares", "triangles"];
  /** @type {{ path: string, bytes: number[] }[]} */ const files = [];
  for (let at = 0; at < names.length * count; at++) {
    const shape = at % names.length;
    const canvas = document.createElement("canvas");
    canvas.width = 40 + Math.floor(30 * random());
    canvas.height = 40 + Math.floor(30 * random());
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.fillStyle = `hsl(${360 * random()} 40% 85%)`;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = `hsl(${360 * random()} 80% 35%)`;
    const [x, y, r] = [canvas.width / 2 + 8 * random() - 4, canvas.height / 2 + 8 * random() - 4, 10 + 7 * random()];
    pen.beginPath();
    if (shape === 0) pen.arc(x, y, r, 0, 7);
    else if (shape === 1) pen.rect(x - r, y - r, 2 * r, 2 * r);
    else
      for (const turn of [0, 1, 2])
        pen.lineTo(x + 1.3 * r * Math.sin(2.094 * turn), y - 1.3 * r * Math.cos(2.094 * turn));
    pen.fill();
    const kind = kinds[Math.floor(at / names.length) % kinds.length] ?? "";
    const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ done) => canvas.toBlob(done, kind, 0.8));
    if (blob?.type !== kind) throw new Error(`this browser does not write ${kind}`);
    const bytes = Array.from(new Uint8Array(await blob.arrayBuffer()));
    files.push({ path: `shapes/${names[shape]}/${Math.floor(at / 3)}.${kind.slice(6)}`, bytes });
  }
  return files;
}, OF_EACH);
await browser.close();
const members = drawn.map(({ path, bytes }) => ({ path, bytes: Uint8Array.from(bytes) }));
await writeFile(new URL("../../images/tests/shapes.zip", import.meta.url), zip(members));
