// @ts-check
// Data of 3 GB, given to the page, to the package and to its command: each is refused with a sentence, before it is read, and nothing of it
// stays. The files take no room on the disk, for all but their beginnings is a hole.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { labelsOf, table } from "./support/arrays.mjs";
import { launch, visitor } from "./support/browser.mjs";
import { shapes } from "./support/own-images.mjs";
import { Bench } from "./support/page.mjs";
import { load, pkg } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";
import { stored } from "./support/storage.mjs";
import { zip } from "./support/zip.mjs";

const BYTES = 3 * 2 ** 30;
const OF_ARRAYS =
  "cannot be used: it has 3.2 GB, and 268 MB are the most of a file of arrays. Give fewer images: 50000 of 32×32 pixels in colour are the most, or 195918 of 28×28 in grey.";
const OF_AN_IMAGE = "it has 3.2 GB, and the file of an image has 67 MB at most";
const NO_IMAGE =
  "There is no image to be used in it: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class, or files of arrays with labels (IDX, npz, CSV).";
const MILLION = 1_048_576;

/** An IDX of a million images of 32×32 pixels in colour, without them. */
const idx = Buffer.from([0, 0, 8, 4, 0, 16, 0, 0, 0, 0, 0, 3, 0, 0, 0, 32, 0, 0, 0, 32]);
const npy = Buffer.from("\x93NUMPY\x01\x00", "latin1");

/** @type {string} */ let folder;

/** Writes a file of 3 GB that begins so. @param {string} path @param {Uint8Array} start */
async function write(path, start) {
  const whole = join(folder, path);
  await mkdir(dirname(whole), { recursive: true });
  const file = await open(whole, "w");
  await file.write(start);
  await file.truncate(BYTES);
  await file.close();
  return whole;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "bunsen-too-large-"));
  await write("pair/images.bin", idx);
  const labels = await open(join(folder, "pair", "labels.bin"), "w");
  await labels.write(labelsOf(20));
  await labels.close();
  await write("train.csv", table(20));
  await write("train.csv.gz", gzipSync(table(20)));
  await write("medical.npz", zip([{ path: "images.npy", bytes: npy }]));
  await write("images.npy", npy);
  await write("films/cats/film.png", Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
  await write("films/dogs/film.mp4", Buffer.from("film"));
  await write("photos.zip", Buffer.from("PK\x03\x04"));
  await write("photos.tar.gz", gzipSync(Buffer.from("photos")));
});
after(() => rm(folder, { recursive: true, force: true }));

/** What is given, and what is said of it. @type {[string, string[], RegExp | string][]} */
const OWN = [
  ["an IDX pair", ["pair/images.bin", "pair/labels.bin"], `images.bin ${OF_ARRAYS}`],
  ["a CSV", ["train.csv"], `train.csv ${OF_ARRAYS}`],
  ["a packed CSV", ["train.csv.gz"], `train.csv.gz ${OF_ARRAYS}`],
  ["an npz", ["medical.npz"], `medical.npz ${OF_ARRAYS}`],
  ["an npy", ["images.npy"], `images.npy ${OF_ARRAYS}`],
  [
    "a zip",
    ["photos.zip"],
    /^(\S*\/)?photos\.zip cannot be read as a zip: it has no sound list of its files at its end\./,
  ],
];

describe("data of 3 GB on the page", () => {
  /** @type {Server} */ let server;
  /** @type {import("playwright-core").Browser} */ let browser;

  before(async () => {
    server = await Server.start({ data: undefined });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** @param {string} link */
  const visit = async (link) => {
    const { context } = await visitor(browser);
    const bench = new Bench(await context.newPage(), server.url);
    await bench.open(link);
    await bench.button("Choose files").waitFor();
    return { bench, page: bench.page, context };
  };

  /** @param {Bench} bench @param {string} button @param {Parameters<import("playwright-core").FileChooser["setFiles"]>[0]} files */
  const choose = async (bench, button, files) => {
    const [chooser] = await Promise.all([bench.page.waitForEvent("filechooser"), bench.button(button).click()]);
    await chooser.setFiles(files);
  };

  /** @param {string} text */
  const exactly = (text) => new RegExp(`^${text.replace(/[.()×?]/g, "\\$&")}`);

  test("is refused as one's own, and the page takes the next images", async () => {
    const { bench, page, context } = await visit("model=mlp&data=own&steps=10");
    for (const [, files, sentence] of OWN) {
      await choose(
        bench,
        "Choose files",
        files.map((file) => join(folder, file)),
      );
      await bench.alertThatMatches(typeof sentence === "string" ? exactly(sentence) : sentence);
      assert.ok(!bench.link.includes("own="), bench.link);
    }
    await choose(bench, "Choose files", [join(folder, "photos.tar.gz")]);
    await bench.alertThatMatches(
      exactly(
        `${NO_IMAGE} 1 archive was left out: photos.tar.gz. Unpack them and give the folder, or a zip: RAR, 7z and tar are not opened.`,
      ),
    );
    await choose(bench, "Choose a folder", join(folder, "films"));
    await bench.alertThatMatches(
      exactly(
        `${NO_IMAGE} 2 files were left out: films/cats/film.png (${OF_AN_IMAGE}), films/dogs/film.mp4 (${OF_AN_IMAGE}).`,
      ),
    );
    assert.deepEqual(await stored(page, "bunsen-own-v1"), []);
    await choose(bench, "Choose files", {
      name: "shapes.zip",
      mimeType: "application/zip",
      buffer: Buffer.from(shapes),
    });
    await bench.status("Your images").filter({ hasText: "3 classes, 60 images" }).waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });

  test("is refused in the place of a known data set's files", async () => {
    const { bench, page, context } = await visit("model=lenet5&data=svhn&steps=2");
    for (const [name, start, sentence] of /** @type {const} */ ([
      ["train_32x32.mat", "MATLAB 5.0 MAT-file", "and that file of SVHN has 225 MB at most"],
      ["train-images-idx3-ubyte.gz", "\x1f\x8b", "and that file of MNIST, Fashion-MNIST or KMNIST has 47 MB at most"],
      ["data_batch_3.bin", "\x06", "and that file of CIFAR-10 has 30 MB at most"],
      ["cifar-10-python.tar.gz", "\x1f\x8b", "and no archive of a known data set has more than 1.0 GB"],
      ["cifar-100-binary.tar", "cifar-100-binary/", "and no archive of a known data set has more than 1.0 GB"],
      ["gzip.zip", "PK\x03\x04", "and no archive of a known data set has more than 1.0 GB"],
    ])) {
      await choose(bench, "Choose files", await write(name, Buffer.from(start, "latin1")));
      await bench.alertThatMatches(exactly(`${name} has 3.2 GB, ${sentence}: it is another file.`));
    }
    const kept = await page.evaluate(async () => (await (await caches.open("bunsen-data-v1")).keys()).length);
    assert.equal(kept, 0);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });
});

describe("data of 3 GB under Node", () => {
  /** The command's last words, and how much memory it took. @param {string[]} words @returns {Promise<{ err: string, megabytes: number }>} */
  const refused = (...words) => {
    const tell = `data:text/javascript,process.on("exit",()=>console.error("\\n"+process.resourceUsage().maxRSS))`;
    const args = ["--import", tell, join(pkg, "command.js"), "train", ...words];
    return new Promise((done, fail) => {
      const env = { ...process.env, BUNSEN_DATA: folder };
      execFile(process.execPath, args, { cwd: folder, env }, (error, _, err) => {
        if (error?.code !== 1) return fail(new Error(`it was not refused: ${err}`));
        const [kilobytes = "", ...lines] = err.trim().split("\n").reverse();
        done({ err: lines.reverse().join("\n").trim(), megabytes: Number(kilobytes) / 1000 });
      });
    });
  };

  test("is refused by the command, which reads none of it", async () => {
    const link = "model=mlp&data=own&steps=2";
    for (const [what, [file = "", ...others], sentence] of OWN) {
      const { err, megabytes } = await refused(link, "--own", others.length > 0 ? "pair" : file);
      if (typeof sentence === "string") assert.equal(err, sentence);
      else assert.match(err, sentence);
      assert.ok(megabytes < 500, `${what} took ${megabytes} MB`);
    }
    const films = await refused(link, "--own", "films");
    assert.equal(
      films.err,
      `${NO_IMAGE} 2 files were left out: cats/film.png (${OF_AN_IMAGE}), dogs/film.mp4 (${OF_AN_IMAGE}).`,
    );
    assert.ok(films.megabytes < 500, `a folder took ${films.megabytes} MB`);
  });

  test("is refused in the folder of data", async () => {
    await write("svhn/train_32x32.mat", Buffer.from("MATLAB 5.0 MAT-file"));
    await write("mnist/train-images-idx3-ubyte.gz", Buffer.from([0x1f, 0x8b]));
    for (const [name, what, most] of [
      ["svhn", "train_32x32.mat", "225 MB"],
      ["mnist", "train-images-idx3-ubyte.gz", "47 MB"],
    ]) {
      const { err, megabytes } = await refused(`model=mlp&data=${name}&steps=2`);
      assert.ok(err.includes(`it has 3.2 GB, and the file that belongs there ${most} at most`), `${what}: ${err}`);
      assert.ok(megabytes < 500, `${name} took ${megabytes} MB`);
    }
  });

  describe("in memory, or as it pretends to be", () => {
    /** @type {import("../../pkg/index.js").Lab} */ let lab;
    before(async () => {
      lab = await (await load("index.js")).openLab();
    });
    after(() => lab.close());

    /** @param {() => unknown} work @returns {Promise<string>} */
    const refusal = async (work) => {
      try {
        await work();
      } catch (thrown) {
        assert.equal(/** @type {any} */ (thrown).kind, "data", String(thrown));
        return /** @type {Error} */ (thrown).message;
      }
      throw new Error("it was not refused");
    };

    /** A file of 3 GB whose contents nobody may ask for, but for their beginning. @param {Uint8Array} start */
    const file = (start) => {
      const blob = new Blob([/** @type {BlobPart} */ (start)]);
      Object.defineProperties(blob, {
        size: { value: BYTES },
        arrayBuffer: { value: () => Promise.reject(new Error("it was read")) },
        slice: { value: (/** @type {number} */ from, /** @type {number} */ to) => new Blob([start.slice(from, to)]) },
      });
      return blob;
    };

    test("a zip that would be read as a whole", async () => {
      const sentence =
        "has 3.2 GB, and 1.0 GB are the most of what is read into memory as a whole: give the folder, or open the lab in a worker (bunsen/worker).";
      const photos = file(Buffer.from("PK\x03\x04"));
      assert.equal(await refusal(() => lab.customDataset(photos)), `The file ${sentence}`);
      assert.equal(
        await refusal(() => lab.customDataset([{ path: "pets/photos.zip", bytes: photos }])),
        `pets/photos.zip ${sentence}`,
      );
    });

    test("a million images", async () => {
      const image = new Uint8Array();
      const files = Array.from({ length: MILLION }, (_, at) => ({ path: `pets/${at % 2}/${at}.png`, bytes: image }));
      assert.equal(
        await refusal(() => lab.customDataset(files)),
        "There are 1048576 images, and 200000 are the most that are looked at. Give a part of them.",
      );
    });

    test("packed arrays whose header claims it", async () => {
      const files = [
        { path: "images.gz", bytes: gzipSync(idx) },
        { path: "labels", bytes: new Uint8Array(labelsOf(20)) },
      ];
      assert.match(
        await refusal(() => lab.customDataset(files)),
        /^images\.gz cannot be used: it says that it holds 3\.2 GB of numbers, and 268 MB are the most/,
      );
    });

    test("arrays in memory, and the bytes of another lab's data set", async () => {
      const images = new Uint8Array();
      assert.equal(
        await refusal(() => lab.dataset({ images, shape: [MILLION, 3, 32, 32], labels: [] })),
        "These are 1048576 images, and a data set has 50000 of this size at most.",
      );
      // Nothing is written to them, so that they take no memory.
      assert.equal(
        await refusal(() => lab.addCustomDataset(new Uint8Array(BYTES), "0123456789abcdef")),
        "3,221,225,472 bytes were given where a data set of images is expected: at most 1,073,741,824 are taken.",
      );
      assert.equal(
        await refusal(() => lab.addCustomDataset(new Uint8Array(2 ** 30), "0123456789abcdef")),
        "These images have 1.0 GB, and no data set here has more than 268 MB.",
      );
    });
  });
});
