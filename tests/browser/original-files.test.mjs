// @ts-check
// The original files of known data sets, given to the page by a person.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { launch, visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { data, noCifar10, noMnist } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";

describe("a known data set's own files on the page", () => {
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
    // Neither the site nor the storage has them: the drop zone is open.
    await bench.button("Choose files").waitFor();
    return { bench, page: bench.page, context };
  };

  /** @param {Bench} bench @param {{ name: string, mimeType: string, buffer: Buffer }[] | string[]} files */
  const give = async (bench, files) => {
    const [chooser] = await Promise.all([bench.page.waitForEvent("filechooser"), bench.button("Choose files").click()]);
    await chooser.setFiles(/** @type {any} */ (files));
  };

  test("MNIST's, packed or plain, are verified, kept and used", { skip: noMnist }, async () => {
    const { bench, page, context } = await visit("data=mnist&steps=4");
    const from = (/** @type {string} */ name) => readFile(join(data ?? "", "mnist", name));
    const named = async (/** @type {string} */ name) => ({
      name: name.replace(/\.gz$/, ""),
      mimeType: "application/octet-stream",
      buffer: gunzipSync(await from(name)),
    });
    const labels = await from("t10k-labels-idx1-ubyte.gz");
    const file = (/** @type {Buffer} */ buffer) => [
      { name: "t10k-labels-idx1-ubyte.gz", mimeType: "application/gzip", buffer },
    ];
    await give(bench, file(labels.subarray(0, labels.length - 9)));
    await bench.alertThatMatches(
      /^It is neither MNIST's nor Fashion-MNIST's\. Where it is KMNIST's, choose KMNIST as the data first\. .*cut off before its end/,
    );
    const wrong = gunzipSync(labels);
    wrong[100] = (wrong[100] ?? 0) ^ 1;
    await give(bench, file(gzipSync(wrong)));
    await bench.alertThatMatches(/is right; it is damaged or another file, and is not used\.$/);

    const first = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"];
    await give(
      bench,
      first.map((name) => join(data ?? "", "mnist", name)),
    );
    await bench
      .status("Files of the data set")
      .filter({
        hasText:
          "verified and kept in this browser; t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz still missing.",
      })
      .waitFor();
    await give(bench, await Promise.all(["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"].map(named)));
    await bench
      .status("Files of the data set")
      .filter({ hasText: "MNIST: all files are verified and kept in this browser." })
      .waitFor();
    await page.getByText("MNIST: 60,000 images to train on").waitFor();
    await bench.button("Train").click();
    await bench.reach(4);
    await page.reload();
    await page.getByText("MNIST: 60,000 images to train on").waitFor();
    await context.close();
  });

  test("that are not here yet leave nothing of other data on the stage, and a part of them is a smaller download", async () => {
    const { context } = await visitor(browser);
    const bench = new Bench(await context.newPage(), server.url);
    await bench.open("model=lenet5");
    const stage = bench.page.getByRole("region", { name: "Stage" });
    await stage.getByText("sees 1×28×28").waitFor();
    await stage.getByText(/^Test image: \d$/).waitFor();
    await bench.choice("Data").selectOption("cifar10");
    const before = bench.status("Before training");
    await before.filter({ hasText: "Train begins with the download of 139.0 MB." }).waitFor();
    await stage.getByText("no image yet").waitFor();
    await stage.getByText("The images are not here yet.").waitFor();
    await bench.status("Guess").filter({ hasText: "Nothing yet" }).waitFor();
    assert.equal(await stage.getByRole("row").count(), 0);
    // One of the five training batches, and the test batch: two of six files of the same size.
    const images = bench.page.getByRole("textbox", { name: "Training images", exact: true });
    await images.fill("10000");
    await images.press("Enter");
    await before.filter({ hasText: "Train begins with the download of 46.3 MB." }).waitFor();
    // Those that no page can fetch are told of by an alert: their stage is as empty.
    await bench.choice("Data").selectOption("digits");
    await stage.getByText("sees 1×28×28").waitFor();
    await bench.choice("Data").selectOption("svhn");
    await bench.alertThatMatches(/^SVHN is not here/);
    await stage.getByText("no image yet").waitFor();
    await context.close();
  });

  test("CIFAR-10's archive is unpacked, verified and kept", { skip: noCifar10 }, async () => {
    const temporary = await mkdtemp(join(tmpdir(), "bunsen-cifar-"));
    const inner = join(temporary, "cifar-10-batches-bin");
    await mkdir(inner);
    for (const name of BATCHES) await writeFile(join(inner, `${name}.bin`), await batch(name));
    await writeFile(join(inner, "readme.html"), "<html>about it</html>");
    const archive = join(temporary, "cifar-10-binary.tar.gz");
    const { execFileSync } = await import("node:child_process");
    execFileSync("tar", ["czf", archive, "-C", temporary, "cifar-10-batches-bin"], {
      env: { ...process.env, GZIP: "-1" },
    });

    const { bench, page, context } = await visit("model=lenet5&data=cifar10&steps=2");
    const whole = await readFile(archive);
    const cut = join(temporary, "cut", "cifar-10-binary.tar.gz");
    await mkdir(join(temporary, "cut"));
    await writeFile(cut, whole.subarray(0, whole.length / 2));
    await give(bench, [cut]);
    await bench.alertThatMatches(
      /^cifar-10-binary\.tar\.gz cannot be read as a tar archive: .+ It may be cut off: fetch it again\.$/,
    );
    const stored = () => page.evaluate(async () => (await (await caches.open("bunsen-data-v1")).keys()).length);
    assert.equal(await stored(), 0);

    await give(bench, [archive]);
    await bench
      .status("Files of the data set")
      .filter({ hasText: "CIFAR-10: all files are verified and kept in this browser." })
      .waitFor({ timeout: 120_000 });
    await page.getByText("CIFAR-10: 50,000 images to train on").waitFor({ timeout: 30_000 });
    assert.equal(await stored(), BATCHES.length);
    await bench.button("Train").click();
    await bench.reach(2);
    await context.close();
    await rm(temporary, { recursive: true });
  });

  test("CIFAR-10's Python version is read as data, and is the same", { skip: noCifar10 }, async () => {
    const temporary = await mkdtemp(join(tmpdir(), "bunsen-cifar-"));
    const inner = join(temporary, "cifar-10-batches-py");
    await mkdir(inner);
    for (const name of BATCHES) await writeFile(join(inner, name), pickled(await batch(name)));
    const archive = join(temporary, "cifar-10-python.tar");
    const { execFileSync } = await import("node:child_process");
    execFileSync("tar", ["cf", archive, "-C", temporary, "cifar-10-batches-py"]);

    const { bench, page, context } = await visit("model=lenet5&data=cifar10&steps=2");
    const misnamed = join(temporary, "data_batch_3.bin");
    await writeFile(misnamed, await batch("data_batch_2"));
    await give(bench, [misnamed]);
    await bench.alertThatMatches(
      /^data_batch_3\.bin\.gz: this is data_batch_2\.bin\.gz of CIFAR-10, under another name/,
    );
    const hundred = join(temporary, "cifar-100-binary.tar.gz");
    await writeFile(hundred, "not read");
    await give(bench, [hundred]);
    await bench.alertThatMatches(/^cifar-100-binary\.tar\.gz cannot be read as a tar archive: /);
    const malicious = join(temporary, "cifar-10-batches-py", "data_batch_3");
    await writeFile(malicious, "cos\nsystem\n(U\x02lstR.");
    const other = join(temporary, "other", "cifar-10-python.tar");
    await mkdir(join(temporary, "other"));
    execFileSync("tar", ["cf", other, "-C", temporary, "cifar-10-batches-py"]);
    await give(bench, [other]);
    await bench.alertThatMatches(/^data_batch_3 in cifar-10-python\.tar cannot be read: it names os\.system, /);

    await give(bench, [archive]);
    await bench
      .status("Files of the data set")
      .filter({ hasText: "CIFAR-10: all files are verified and kept in this browser." })
      .waitFor({ timeout: 120_000 });
    await page.getByText("CIFAR-10: 50,000 images to train on").waitFor({ timeout: 30_000 });
    await context.close();
    await rm(temporary, { recursive: true });
  });
});

const BATCHES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}`).concat("test_batch");

/** A batch of the binary version. @param {string} name */
const batch = async (name) => gunzipSync(await readFile(join(data ?? "", "cifar-10", `${name}.bin.gz`)));

/** A batch as Python 2 wrote it into the Python version: a dictionary of labels and of an array of bytes. @param {Buffer} records */
function pickled(records) {
  const count = records.length / 3073;
  const [labels, pixels] = [Buffer.alloc(2 * count), Buffer.alloc(3072 * count)];
  for (let at = 0; at < count; at++) {
    labels.set(["K".charCodeAt(0), records[3073 * at] ?? 0], 2 * at);
    records.copy(pixels, 3072 * at, 3073 * at + 1, 3073 * (at + 1));
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(pixels.length);
  const text = (/** @type {string} */ latin1) => Buffer.from(latin1, "latin1");
  return Buffer.concat([
    text("\x80\x02}q\x01(U\x06labelsq\x02]q\x03("),
    labels,
    text(
      "eU\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87Rq\x0c(K\x01",
    ),
    text(
      "M\x10'M\x00\x0c\x86cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T",
    ),
    length,
    pixels,
    text("tbU\x09filenames]u."),
  ]);
}
