// @ts-check
// Images that several workers decode: the collection is the one that a single thread makes of them.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { images } from "./support/own-images.mjs";
import { load } from "./support/paths.mjs";
import { png } from "./support/png.mjs";
import { startSite } from "./support/site.mjs";
import { zip } from "./support/zip.mjs";

const DECODER = "/pkg/decoder-worker-web.js";

/** An image that is no square. @param {number} number */
const oblong = (number) =>
  new Uint8Array(png(40, 24, (x, y) => [(x * (number + 3)) % 256, (y * 9) % 256, number * 20]));

/** What people have in a folder of images, in the order in which a browser may give it. */
const FILES = [
  { path: "shapes/notes.txt", bytes: new TextEncoder().encode("No image.") },
  ...images.slice(0, 20),
  { path: "shapes/circles/oblong-1.png", bytes: oblong(1) },
  { path: "shapes/circles/cut-off.png", bytes: oblong(2).slice(0, 90) },
  { path: "shapes/squares/oblong-3.png", bytes: oblong(3) },
  { path: "shapes/squares/again.png", bytes: oblong(3) },
  ...images.slice(20),
  { path: "shapes/triangles/oblong-4.png", bytes: oblong(4) },
  { path: "shapes/triangles/oblong-5.png", bytes: oblong(5) },
  { path: "shapes/.thumbnails/1.png", bytes: oblong(6) },
  { path: "shapes/triangles/text.jpg", bytes: new TextEncoder().encode("<!doctype html>") },
];

/** The same in a zip, with another zip in it and a file that was damaged on its way. */
const ZIP = zip([
  ...FILES,
  {
    path: "shapes/more.zip",
    bytes: zip([7, 10].map((number) => ({ path: `inner-${number}.png`, bytes: oblong(number) }))),
  },
  { path: "shapes/squares/damaged.png", bytes: png(32, 32, () => [9, 8, 7]) },
  { path: "shapes/squares/oblong-8.png", bytes: oblong(8) },
]);
ZIP[ZIP.indexOf("shapes/squares/damaged.png") + 60] ^= 1;

/** @type {{ way: string, given: { path: string, bytes: Uint8Array }[] | Uint8Array, samples: number }[]} */
const WAYS = [
  { way: "a folder", given: FILES, samples: 9 },
  { way: "a zip", given: ZIP, samples: 9 },
  {
    way: "a zip beside images",
    given: [
      { path: "shapes.zip", bytes: ZIP },
      ...[9, 11].map((number) => ({ path: `stars/${number}.png`, bytes: oblong(number) })),
    ],
    samples: 9,
  },
];

for (const { way, given, samples } of WAYS)
  describe(`a pool of decoders, of ${way}`, () => {
    /** What one thread makes of them. @type {any} */ let expected;
    before(async () => (expected = await taken(1)));

    /** @param {number} workers */
    async function taken(workers) {
      const lab = await (await load("index.js")).openLab({ engine: "cpu", workers });
      const collection = await lab.customDataset(given, { size: 32, channels: "colour" });
      lab.close();
      return collection;
    }

    test("gives under Node what one thread gives", async () => {
      assert.equal(expected.fitSamples.length, samples);
      assert.ok(expected.notices.length > 0);
      for (const workers of [2, 3]) assert.deepEqual(await taken(workers), expected);
    });

    describe("in a browser", () => {
      const site = startSite();
      /** @type {import("playwright-core").BrowserContext} */ let context;
      before(async () => ({ context } = await visitor(site.browser)));
      after(() => context.close());

      /** What a page's lab makes of them, and which workers that started. */
      async function takenInPage() {
        const page = await context.newPage();
        /** @type {string[]} */
        const started = [];
        page.on("worker", (worker) => started.push(new URL(worker.url()).pathname.split("/").at(-1) ?? ""));
        await page.goto(new URL("blank-for-tests.html", site.server.url).href);
        const isList = Array.isArray(given);
        const list = isList ? given : [{ path: "", bytes: given }];
        const files = list.map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes).toString("base64") }));
        const collection = await page.evaluate(
          async ({ module, files, isList }) => {
            const { openLab } = await import(module);
            const lab = await openLab({ engine: "cpu", workers: 2 });
            const ofText = (/** @type {string} */ text) => Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
            const given = files.map(({ path, bytes }) => ({ path, bytes: new Blob([ofText(bytes)]) }));
            const { digest, notices, fitSamples, images } = await lab.customDataset(isList ? given : given[0].bytes, {
              size: 32,
              channels: "colour",
            });
            lab.close();
            return {
              digest,
              notices,
              images,
              fitSamples: fitSamples.map((/** @type {Uint8Array} */ each) => [...each]),
            };
          },
          { module: new URL("pkg/index.js", site.server.url).href, files, isList },
        );
        const left = page.workers().length;
        await page.close();
        return { collection, started, left };
      }

      /** @param {any} collection */
      const assertExpected = ({ digest, notices, images, fitSamples }) => {
        assert.deepEqual({ digest, notices, images }, { ...pick(expected) });
        assert.deepEqual(
          fitSamples,
          expected.fitSamples.map((/** @type {Uint8Array} */ each) => [...each]),
        );
      };
      /** @param {any} of */
      const pick = ({ digest, notices, images }) => ({ digest, notices, images });

      test("gives the same, and ends", async () => {
        const { collection, started, left } = await takenInPage();
        assertExpected(collection);
        assert.equal(started.filter((name) => name === "decoder-worker-web.js").length, 2, started.join());
        assert.equal(left, 0);
      });

      test("gives the same where its script is not there", async () => {
        site.server.break(DECODER, (_, response) => void response.writeHead(404).end());
        const { collection } = await takenInPage();
        site.server.reset();
        assertExpected(collection);
      });

      test("gives the same where a worker ends in the middle", async () => {
        site.server.break(DECODER, (_, response) => {
          const text = `import { handle } from "./decoder-worker.js";
          let count = 0;
          self.onmessage = ({ data }) => {
            if (data.type === "decode" && ++count > 3) throw new Error("ended");
            void handle(data, (said, transfer) => self.postMessage(said, { transfer }));
          };`;
          response.writeHead(200, { "content-type": "text/javascript" }).end(text);
        });
        const { collection } = await takenInPage();
        site.server.reset();
        assertExpected(collection);
      });
    });
  });
