// @ts-check
// Makes tests/references/answers/: two small networks of the images crate's shapes, files that they are asked about, and their answers as a table. The package's
// command and the native one are held to these bytes. Run it where the rules of answers change, with a package that is built:
// node tests/references/answers.mjs

import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { images } from "../browser/support/own-images.mjs";
import { load, pkg } from "../browser/support/paths.mjs";
import { png } from "../browser/support/png.mjs";
import { zip } from "../browser/support/zip.mjs";

const FOLDER = fileURLToPath(new URL("answers/", import.meta.url));
const LAYERS = "conv6x3,norm,relu,max2,conv8x3,relu,gap";

/** The classes by the names of the shapes' folders: with what tables quote, and with what file systems write in two ways. */
const CLASSES = new Map([
  ["circles", "circles"],
  ["squares", "squares, filled"],
  ["triangles", "dr\u{e9}iecke"],
]);
const own = images.map(({ path, bytes }) => {
  const [, folder = "", name = ""] = path.split("/");
  return { path: `${CLASSES.get(folder)}/${name}`, bytes };
});

/** @param {number} size @param {(x: number, y: number) => number[]} pixel @param {string} path */
const drawn = (path, size, pixel) => ({ path, bytes: png(size, size, pixel) });
/** @param {number} at @param {string} path */
const shape = (path, at) => ({ path, bytes: own[at]?.bytes ?? new Uint8Array() });
const text = (/** @type {string} */ path, /** @type {string} */ words) => ({ path, bytes: Buffer.from(words) });

/** Files in colour: every kind of name, image and answer. */
const NEW = [
  ...own.slice(0, 18).map(({ path, bytes }) => ({ path: `new/${path}`, bytes })),
  shape("new/circles/squares, filled/inner.png", 1),
  shape("new/dre\u{301}iecke/decomposed.png", 2),
  // Equal answers, in the order of code points, which is not that of UTF-16.
  ...["\u{1f600}.png", "\u{fb00}.png", "z.png", "\u{e9}.png", "Z.png"].map((name) => shape(`new/same/${name}`, 5)),
  shape('new/same/=1+1, "a".png', 5),
  shape("new/same/turned\u{202e}gnp.png", 7),
  drawn("new/blank.png", 9, () => [120, 130, 140]),
  drawn("new/nearly-blank.png", 8, (x) => [120 + (x % 5), 130, 140]),
  drawn("new/dark.png", 12, (x, y) => [x, y, x + y]),
  drawn("new/grey.png", 12, (x, y) => [12 * x + 6 * y]),
  ...Array.from({ length: 6 }, (_, at) =>
    drawn(`new/noise/${at}.png`, 16, (x, y) => [7, 11, 13].map((by) => (by * (3 * x + 5 * y + x * y + at * 29)) % 256)),
  ),
  text("new/notes.txt", "no image"),
  text("new/labels.csv", "image,label\n1.png,cats\n2.png,dogs\n"),
  text("new/list.json", '{"1.png": "cats"}'),
  text("new/photo.heic", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
  text("new/page.jpg", "<!DOCTYPE html><title>Sign in</title>"),
  text("new/empty.png", ""),
  { path: "new/cut.jpg", bytes: own[1]?.bytes.subarray(0, 300) ?? new Uint8Array() },
  { path: "new/list.npy.gz", bytes: gzipSync(Buffer.from("\x93NUMPY\x01\0")) },
  { path: "new/inner.zip", bytes: zip([shape("a.png", 3)]) },
  shape("new/.hidden/a.png", 4),
  shape("__MACOSX/new/._a.png", 4),
];

/** Drawings that are light on dark, for a network that learned from ink on paper. */
const DARK = Array.from({ length: 12 }, (_, at) =>
  drawn(`dark/${at}.png`, 20, (x, y) => {
    const far = at % 2 === 0 ? Math.hypot(x - 10, y - 10) : Math.max(Math.abs(x - 10), Math.abs(y - 10));
    return Array(3).fill(far < 4 + (at % 4) ? 230 - 5 * at : 15 + (x % 3));
  }),
);

const { openLab } = await load("index.js");
const lab = await openLab({ engine: "cpu" });
await mkdir(FOLDER, { recursive: true });
for (const [name, files, format] of /** @type {const} */ ([
  ["colour", NEW, { size: 28, channels: "colour" }],
  ["grey", DARK, { size: 28, channels: "grey" }],
])) {
  const { link } = await lab.customDataset(own, format);
  const run = await lab.start(`model=stack&layers=${LAYERS}&batch=16&lr=0.01&steps=60&${link}`);
  await run.step(60);
  const [weights, archive, table, all] = ["safetensors", "zip", "csv", "json"].map((ending) =>
    join(FOLDER, `${name}.${ending}`),
  );
  await writeFile(weights, await run.weights());
  await writeFile(archive, zip([...files]));
  run.free();
  const command = [join(pkg, "command.js"), "predict", weights, archive];
  console.log(execFileSync(process.execPath, [...command, "--csv", table], { encoding: "utf8" }));
  await writeFile(all, execFileSync(process.execPath, [...command, "--json"]));
}
lab.close();
