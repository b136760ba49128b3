// @ts-check
// Files of images as people have them, given to the page and to the package's command: both say the same, and have the same digest.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { idx, labelsOf, strokes } from "./support/arrays.mjs";
import { visitor } from "./support/browser.mjs";
import { image } from "./support/own-images.mjs";
import { Bench } from "./support/page.mjs";
import { pkg } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { startSite } from "./support/site.mjs";
import { until } from "./support/until.mjs";
import { zip } from "./support/zip.mjs";

/** @typedef {{ path: string, bytes: Uint8Array, name?: Buffer }} File */
/**
 * @typedef {{
 *   name: string,
 *   files: File[],
 *   classes?: string,
 *   says: (string | RegExp)[],
 *   refused?: boolean,
 * }} Case `classes`: as the page lists them; `refused`: what it says is why there is no data set
 */

/** A few images in a folder: no two folders have the same. @param {string} folder @param {number} first @param {number} [count] @returns {File[]} */
const some = (folder, first, count = 5) =>
  Array.from({ length: count }, (_, at) => ({ path: `${folder}${at}.png`, bytes: image(first + at) }));

/** @param {string} path @param {File[]} members @returns {File} */
const packed = (path, members) => ({ path, bytes: zip(members) });
/** @param {string} path @param {string} text @returns {File} */
const text = (path, text) => ({ path, bytes: Buffer.from(text) });

/** Cats and dogs in two folders. @param {string} [at] where */
const pets = (at = "") => [...some(`${at}cat/`, 0), ...some(`${at}dog/`, 20)];
/** Images whose names tell nothing: four cats, then four dogs. @param {number} first */
const numberedFrom = (first) => [...some("images/", first, 4), ...some("images/1", first + 20, 4)];
const numbered = numberedFrom(0);
const table = (/** @type {string} */ lines) => text("labels.csv", `id,label\n${lines}`);
const ofNumbered = numbered.map(({ path }, at) => `${path.slice(7, -4)},${at < 4 ? "cat" : "dog"}\n`).join("");

/** Names in Shift-JIS, without the flag that says UTF-8. */
const japanese = [
  { folder: "ねこ", name: [0x82, 0xcb, 0x82, 0xb1] },
  { folder: "いぬ", name: [0x82, 0xa2, 0x82, 0xca] },
].flatMap(({ folder, name }, at) =>
  some(`${folder}/`, 20 * at + 5).map((file) => ({
    ...file,
    name: Buffer.concat([Buffer.from(name), Buffer.from(file.path.slice(folder.length))]),
  })),
);

/** A scan whose 16 bits are used to 12. @param {number} at */
const scan = (at) => png(20, 20, (x, y) => [Math.min(4095, 180 * x + 9 * y * at)], 16);
const heic = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");

/** @type {readonly Case[]} */
const COLOUR = [
  {
    name: "a set with train, val and test",
    files: [
      packed("split.zip", [
        ...pets("d/train/"),
        ...some("d/val/cat/", 10),
        ...some("d/val/dog/", 30),
        ...some("d/test/cat/", 15, 3),
        ...some("d/test/dog/", 35, 3),
      ]),
    ],
    classes: "cat 8, dog 8",
    says: [
      "Your own split is kept: 10 images to train on and 6 images to test with, whatever the seed. The 10 images for validation were left out.",
    ],
  },
  {
    name: "test images without labels",
    files: [packed("test_class.zip", [...pets("d/train/"), ...some("d/test/", 40)])],
    classes: "cat 5, dog 5",
    says: ["5 images in d/test have no class and were left out: the trained network can be asked about them."],
  },
  {
    name: "an archive for each class",
    files: [packed("cats.zip", some("", 1)), packed("dogs.zip", some("", 21))],
    classes: "cats 5, dogs 5",
    says: [],
  },
  {
    name: "classes in the names of files",
    files: [packed("filename_label.zip", [...some("train/cat.", 2), ...some("train/dog.", 22)])],
    classes: "cat 5, dog 5",
    says: ["No folder tells the classes, so they were taken from the names of the files: cat, dog."],
  },
  {
    name: "classes in a table",
    files: [packed("csv.zip", [...numbered, table(`${ofNumbered}900,dog\n`)])],
    classes: "cat 4, dog 4",
    says: [
      "No folder tells the classes, so they were taken from labels.csv: cat, dog.",
      "labels.csv names 1 image that is not here: 900.",
    ],
  },
  {
    name: "a table of 100,000 lines",
    files: [
      packed("table.zip", [
        ...numberedFrom(8),
        table(ofNumbered + Array.from({ length: 100_000 }, (_, at) => `more-${at},cat\n`).join("")),
      ]),
    ],
    classes: "cat 4, dog 4",
    says: [/^labels\.csv names 100000 images that are not here: /],
  },
  {
    name: "a table that disagrees with the folders",
    files: [packed("disagrees.zip", [...pets(), table("cat/0.png,dog\ncat/1.png,cat\ndog/0.png,dog\n")])],
    refused: true,
    says: [
      /^labels\.csv and the folders disagree on 1 image: cat\/0\.png is dog in the table\. Take the table out, or put all images into one folder\./,
    ],
  },
  {
    name: "zips in a zip, by any name",
    files: [packed("project.tm", [packed("inner.zip", pets("x/"))])],
    classes: "cat 5, dog 5",
    says: [],
  },
  {
    name: "names of an old packer",
    files: [packed("old.zip", japanese)],
    classes: "いぬ 5, ねこ 5",
    says: [],
  },
  {
    name: "names that break lines and turn text",
    files: [packed("names.zip", [...some("ca\u202et/", 3), ...some("do\ng/", 23)])],
    classes: "ca[U+202E]t 5, do[U+000A]g 5",
    says: [],
  },
  {
    name: "scans of 12 bits in 16",
    files: [
      packed(
        "xray12.zip",
        ["normal", "pneumonia"].flatMap((name, of) =>
          [1, 2, 3, 4].map((at) => ({ path: `${name}/${at}.png`, bytes: scan(5 * of + at) })),
        ),
      ),
    ],
    classes: "normal 4, pneumonia 4",
    says: ["8 images hold 12 bits in a 16-bit file, and would be nearly black: read as 12 bits."],
  },
  {
    name: "photos of a phone that are not read",
    files: [packed("phone.zip", [...pets("y/"), ...[1, 2].map((at) => ({ path: `y/cat/${at}.heic`, bytes: heic }))])],
    classes: "cat 5, dog 5",
    says: [/^2 HEIC photos were left out: y\/cat\/1\.heic, y\/cat\/2\.heic\. Save them as JPEG, and give those/],
  },
  {
    name: "one class alone",
    files: [packed("one.zip", some("cats/", 0))],
    refused: true,
    says: [/^All 5 images lie in one folder, cats: a network that tells classes apart needs at least two folders/],
  },
  {
    name: "a zip that was cut off",
    files: [{ path: "cut.zip", bytes: zip(pets()).subarray(0, 3000) }],
    refused: true,
    says: [
      "cut.zip cannot be read as a zip: it has no sound list of its files at its end. It may be cut off or of another kind; pack the folder again.",
    ],
  },
];

/** @type {readonly Case[]} */
const GREY = [
  {
    name: "digits as pictures, white on black",
    files: [
      packed(
        "mnist_png.zip",
        Array.from({ length: 12 }, (_, at) => ({
          path: `training/${at % 2}/${at}.png`,
          bytes: png(28, 28, (x, y) => [strokes(12)[784 * at + 28 * y + x] ?? 0]),
        })),
      ),
    ],
    classes: "0 6, 1 6",
    says: [/^These images are light on dark: they were inverted, so that they are as what is drawn on the pad\./],
  },
  {
    name: "IDX files in a zip",
    files: [
      packed("idx.zip", [
        { path: "train-images.idx3-ubyte", bytes: idx([30, 28, 28], strokes(30)) },
        { path: "train-labels.idx1-ubyte", bytes: idx([30], labelsOf(30)) },
      ]),
    ],
    classes: "",
    says: [],
  },
];

const OWN = /own=([0-9a-f]{16})/;

describe("files as people have them", () => {
  const site = startSite();
  /** @type {string} */ let folder;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "bunsen-cases-"))));
  after(() => rm(folder, { recursive: true, force: true }));

  /** What the command says, and which images it takes. @param {Case} one @param {string} link */
  async function commanded({ files }, link) {
    const place = await mkdtemp(join(folder, "case-"));
    for (const { path, bytes } of files) {
      await mkdir(dirname(join(place, path)), { recursive: true });
      await writeFile(join(place, path), bytes);
    }
    const given = files.length === 1 ? join(place, files[0]?.path ?? "") : place;
    const words = ["train", `${link}&batch=4&steps=1`, "--own", given, "--out", join(place, "out"), "--workers", "1"];
    return new Promise((done) => {
      execFile(process.execPath, [join(pkg, "command.js"), ...words], (error, out, err) =>
        done({ status: error ? Number(error.code) : 0, digest: OWN.exec(out)?.[1], said: err.split("\n") }),
      );
    });
  }

  /** What the page says, and which images it takes. @param {Bench} bench @param {Case} one @param {string | undefined} last the digest before */
  async function shown(bench, one, last) {
    const { page } = bench;
    const { files, refused } = one;
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), bench.button("Choose files").click()]);
    await chooser.setFiles(
      files.map(({ path, bytes }) => ({
        name: path,
        mimeType: "application/octet-stream",
        buffer: Buffer.from(bytes),
      })),
    );
    if (refused) return { digest: undefined, classes: undefined, said: [await bench.alertText()] };
    const digest = await until(
      async () => OWN.exec(bench.link)?.[1],
      (found) => found !== undefined && found !== last,
      { timeout: 30_000, what: "the images" },
    );
    const rows = page.getByRole("table", { name: "Classes of your images" }).getByRole("row");
    const notices = page.getByRole("list", { name: "What was left out" }).getByRole("listitem");
    const read = async () => ({
      digest,
      classes: (
        await rows.evaluateAll((all) =>
          all.slice(1).map((row) =>
            [...row.children]
              .slice(0, 2)
              .map(({ textContent }) => textContent?.trim())
              .join(" "),
          ),
        )
      ).join(", "),
      said: await notices.allInnerTexts(),
    });
    // The link has the digest before the panel is drawn anew. What does not come is told by the assertions.
    const isWanted = (/** @type {Awaited<ReturnType<typeof read>>} */ { classes, said }) =>
      one.says.every((wanted) => says(said, wanted)) && (!one.classes || classes === one.classes);
    return until(read, isWanted, { timeout: 5_000, what: "what the panel says" }).catch(read);
  }

  /** @param {readonly string[]} said @param {string | RegExp} wanted */
  const says = (said, wanted) =>
    said.some((line) => (typeof wanted === "string" ? line === wanted : wanted.test(line)));

  for (const [what, link, cases] of /** @type {const} */ ([
    ["colour images", "model=lenet5&data=own", COLOUR],
    ["grey images", "model=lenet5&data=own&size=28&channels=grey", GREY],
  ])) {
    test(`${what} are the same to the page and to the command, and what is to be known is said`, async (t) => {
      const { context } = await visitor(site.browser);
      const bench = new Bench(await context.newPage(), site.server.url);
      await bench.open(link);
      /** @type {string | undefined} */ let last;
      for (const one of cases) {
        await t.test(one.name, async () => {
          const [page, command] = await Promise.all([shown(bench, one, last), commanded(one, link)]);
          for (const wanted of one.says) {
            assert.ok(says(page.said, wanted), `the page says ${page.said.join(" | ")}`);
            assert.ok(says(command.said, wanted), `the command says ${command.said.join(" | ")}`);
          }
          assert.deepEqual(
            [command.digest, command.status],
            [page.digest, one.refused ? 1 : 0],
            command.said.join("\n"),
          );
          if (one.classes) assert.equal(page.classes, one.classes);
          last = page.digest ?? last;
        });
      }
      assert.deepEqual(bench.complaints, []);
      await context.close();
    });
  }
});
