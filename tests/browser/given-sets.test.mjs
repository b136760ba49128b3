// @ts-check
// Known data sets whose files a person gives: KMNIST, EMNIST, CIFAR-100 and SVHN. The files are made here, of the original's form and size, so
// that no stated digest is theirs: the page says that they are not verified, and the link carries the digest of what was read.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { launch, visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { data, noMnist } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";
import { zip } from "./support/zip.mjs";
import { cifar100, idxFiles, svhn } from "./support/given.mjs";

describe("a data set that a person gives", () => {
  /** @type {Server} */ let server;
  /** @type {import("playwright-core").Browser} */ let browser;
  /** @type {string} */ let folder;

  before(async () => {
    server = await Server.start({ data: undefined });
    browser = await launch();
    folder = await mkdtemp(join(tmpdir(), "bunsen-given-"));
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  /** @param {string} link */
  const visit = async (link) => {
    const { context } = await visitor(browser);
    const bench = new Bench(await context.newPage(), server.url);
    await bench.open(link);
    // Neither the site nor the storage has them: the drop zone is open.
    await bench.button("Choose files").waitFor();
    return { bench, page: bench.page, context };
  };

  /** @param {Bench} bench @param {string[]} files */
  const give = async (bench, files) => {
    const [chooser] = await Promise.all([bench.page.waitForEvent("filechooser"), bench.button("Choose files").click()]);
    await chooser.setFiles(files);
  };

  /** Writes files into a folder of their own. @param {string} name @param {Record<string, Buffer>} files */
  const write = async (name, files) => {
    const inner = join(folder, name);
    await mkdir(inner, { recursive: true });
    for (const [file, bytes] of Object.entries(files)) await writeFile(join(inner, file), bytes);
    return Object.keys(files).map((file) => join(inner, file));
  };

  /** @param {import("playwright-core").Page} page */
  const stored = (page) => page.evaluate(async () => (await (await caches.open("bunsen-data-v1")).keys()).length);

  /** @param {Bench} bench @param {string} title */
  const isKept = (bench, title) =>
    bench
      .status("Files of the data set")
      .filter({ hasText: `${title}: all files are kept in this browser. They are not verified` })
      .waitFor({ timeout: 120_000 });

  /** @param {import("playwright-core").Page} page @param {string} key */
  const digestIn = (page, key) => page.evaluate((name) => new URLSearchParams(location.hash.slice(1)).get(name), key);

  test("KMNIST's are checked, kept and used, and the link says which they were", async () => {
    const { bench, page, context } = await visit("model=mlp&data=kmnist&steps=3");
    await bench.alertThatMatches(
      /^KMNIST is not here .*no page can fetch it: give its files .*codh\.rois\.ac\.jp\/kmnist/,
    );
    const files = idxFiles("train-%-ubyte.gz", "t10k-%-ubyte.gz", [60_000, 10_000], 10, 0);
    const paths = await write("kmnist", files);
    const swapped = { ...files, "train-labels-idx1-ubyte.gz": gzipSync(wrongLabels(60_000)) };
    await give(bench, await write("kmnist-swapped", swapped));
    await bench.alertThatMatches(
      /^KMNIST has 6000 images of each class here, and train-labels-idx1-ubyte\.gz has 60000 of お \(o\): /,
    );
    assert.equal(await stored(page), 0);

    await give(bench, paths);
    await isKept(bench, "KMNIST");
    await page.getByText("KMNIST: 60,000 images to train on").waitFor({ timeout: 60_000 });
    assert.equal(await stored(page), 4);
    const digest = await digestIn(page, "kmnist");
    assert.match(digest ?? "", /^[0-9a-f]{16}$/);
    await page.getByText("KMNIST is not verified: no digest that is stated").first().waitFor();
    await bench.button("Train").click();
    await bench.reach(3);

    // Who opens the link with other files is told so.
    await page.goto("about:blank");
    await bench.open(`model=mlp&data=kmnist&kmnist=0123456789abcdef&steps=3`);
    await bench.alertThatMatches(/^These are not the files that the link is of: .*the link's is 0123456789abcdef\./);
    await page.goto("about:blank");
    await bench.open(`model=mlp&data=kmnist&kmnist=${digest}&steps=3`);
    await page.getByText("KMNIST: 60,000 images to train on").waitFor({ timeout: 60_000 });
    await context.close();
  });

  test("MNIST's files are none of KMNIST's", { skip: noMnist }, async () => {
    const { bench, page, context } = await visit("model=mlp&data=kmnist&steps=3");
    await give(bench, [join(data ?? "", "mnist", "t10k-labels-idx1-ubyte.gz")]);
    await bench.alertThatMatches(
      /^t10k-labels-idx1-ubyte\.gz: this is t10k-labels-idx1-ubyte\.gz of MNIST, and no file of this data set\.$/,
    );
    assert.equal(await stored(page), 0);
    await context.close();
  });

  test("CIFAR-100's archive is unpacked, for fine and for coarse classes", async () => {
    const parts = await write("cifar-100-binary", cifar100());
    assert.equal(parts.length, 2);
    const archive = join(folder, "cifar-100-binary.tar.gz");
    execFileSync("tar", ["czf", archive, "-C", folder, "cifar-100-binary"], { env: { ...process.env, GZIP: "-1" } });
    const { bench, page, context } = await visit("model=lenet5&data=cifar100&steps=2");
    const whole = await readFile(archive);
    const cut = join(folder, "cut");
    await mkdir(cut);
    await writeFile(join(cut, "cifar-100-binary.tar.gz"), whole.subarray(0, whole.length / 2));
    await give(bench, [join(cut, "cifar-100-binary.tar.gz")]);
    await bench.alertThatMatches(
      /^cifar-100-binary\.tar\.gz cannot be read as a tar archive: .+ It may be cut off: fetch it again\.$/,
    );
    await writeFile(join(cut, "test.bin"), (await readFile(parts[1] ?? "")).subarray(0, 200 * 3074));
    await give(bench, [join(cut, "test.bin")]);
    await bench.alertThatMatches(/^test\.bin\.gz: 200 test images are in it, and 10000 are right; /);
    assert.equal(await stored(page), 0);

    await give(bench, [archive]);
    await isKept(bench, "CIFAR-100");
    await page.getByText("CIFAR-100: 50,000 images to train on").waitFor({ timeout: 60_000 });
    assert.equal(await stored(page), 2);
    await bench.button("Train").click();
    await bench.reach(2);
    await page.goto("about:blank");
    await bench.open("model=lenet5&data=cifar100-coarse&steps=2");
    await page.getByText("CIFAR-100, coarse: 50,000 images to train on").waitFor({ timeout: 60_000 });
    await context.close();
  });

  test("EMNIST's zip is read without what is not asked for", async () => {
    const files = idxFiles(
      "emnist-letters-train-%-ubyte.gz",
      "emnist-letters-test-%-ubyte.gz",
      [124_800, 20_800],
      26,
      1,
    );
    const archive = join(folder, "gzip.zip");
    await writeFile(archive, zip(Object.entries(files).map(([name, bytes]) => ({ path: `gzip/${name}`, bytes }))));
    const { bench, page, context } = await visit("model=mlp&data=emnist-letters&steps=2");
    await give(bench, [archive]);
    await isKept(bench, "EMNIST, letters");
    await page.getByText("EMNIST, letters: 124,800 images to train on").waitFor({ timeout: 60_000 });
    await bench.button("Train").click();
    await bench.reach(2);
    await page.goto("about:blank");
    await bench.open("model=mlp&data=emnist-balanced&steps=2");
    await give(bench, [archive]);
    await bench.alertThatMatches(/^gzip\.zip does not hold emnist-balanced-train-images-idx3-ubyte\.gz\.$/);
    await context.close();
  });

  test("SVHN's files are MATLAB's", async () => {
    const paths = await write("svhn", { "train_32x32.mat": svhn(73_257), "test_32x32.mat": svhn(26_032) });
    const others = await write("svhn-others", { "test_32x32.mat": svhn(12), "train_32x32.mat": Buffer.from("PK") });
    const { bench, page, context } = await visit("model=lenet5&data=svhn&steps=2");
    for (const [index, why] of [
      "it holds 12 images, and 26032 are right",
      "it does not begin as a file of MATLAB's form 5 does",
    ].entries()) {
      await give(bench, [others[index] ?? ""]);
      await bench.alertThatMatches(new RegExp(`^t[a-z]+_32x32\\.mat cannot be read as a file of SVHN: ${why}\\.$`));
    }
    assert.equal(await stored(page), 0);
    await give(bench, paths);
    await isKept(bench, "SVHN");
    await page.getByText("SVHN: 73,257 images to train on").waitFor({ timeout: 90_000 });
    await bench.button("Train").click();
    await bench.reach(2);
    await context.close();
  });
});

/** An IDX of labels that are all 0. @param {number} count */
function wrongLabels(count) {
  const header = Buffer.from([0, 0, 8, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(count, 4);
  return Buffer.concat([header, Buffer.alloc(count)]);
}
