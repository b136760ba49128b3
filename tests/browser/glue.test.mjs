// @ts-check
// The hand-written part of the package, under Node, without its WebAssembly: where data comes from, and what becomes of
// an instance that stops.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import * as faults from "./support/faults.mjs";
import { load } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const CONTENTS = {
  "images.gz": Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) >> 7)),
  "labels.gz": Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 10)),
};

/** @param {Buffer | Uint8Array} bytes */
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** What the module does for real: unpack, and compare the digest. @param {string} path @param {Uint8Array} bytes */
function verify(path, bytes) {
  const contents = gunzipSync(bytes);
  const wanted = CONTENTS[/** @type {keyof typeof CONTENTS} */ (path)];
  if (digest(contents) !== digest(wanted)) throw new Error("its digest is wrong");
  return new Uint8Array(contents);
}

describe("a data set that must be fetched", () => {
  /** @type {Server} */ let own;
  /** @type {Server} */ let mirror;
  /** @type {string} */ let folder;
  /** @type {any} */ let source;
  /** @type {any} */ let DatasetFetcher;

  before(async () => {
    ({ DatasetFetcher } = await load("dataset-fetcher.js"));
    folder = await mkdtemp(join(tmpdir(), "bunsen-glue-"));
    await mkdir(join(folder, "toys"));
    for (const [path, contents] of Object.entries(CONTENTS))
      await writeFile(join(folder, "toys", path), gzipSync(contents));
    own = await Server.start({ site: folder, data: folder });
    mirror = await Server.start({ site: folder, data: folder });
    source = {
      name: "toy",
      title: "Toy",
      folder: "toys",
      license: "none",
      test: [],
      training: Object.entries(CONTENTS).map(([path, contents]) => ({
        path,
        bytes: contents.length,
        sha256: digest(contents),
        role: path,
      })),
      mirrors: [`${mirror.url}data/toys/`],
      sheets: [],
    };
  });
  after(async () => {
    await own.close();
    await mirror.close();
    await rm(folder, { recursive: true });
  });
  afterEach(() => {
    own.reset();
    mirror.reset();
  });

  /** @param {object} [options] @returns {Promise<any>} */
  const fetched = (options = {}) => fetchOf(source, { base: `${own.url}data`, ...options });

  /** @param {any} source @param {object} options @param {(path: string, bytes: Uint8Array) => Uint8Array} [check] */
  async function fetchOf(source, options, check = verify) {
    const fetching = await DatasetFetcher.open(source, check, options);
    return { files: await fetching.fetch(source.training), notices: fetching.notices() };
  }

  test("comes from the base, in order, with progress", async () => {
    /** @type {any[]} */
    const told = [];
    const { files, notices } = await fetched({ onProgress: (/** @type {any} */ p) => told.push(p) });
    assert.deepEqual(files.map(digest), Object.values(CONTENTS).map(digest));
    assert.deepEqual(notices, []);
    assert.deepEqual(mirror.requests, []);
    const last = told.filter((p) => p.file === "images.gz").at(-1);
    assert.equal(last.loaded, last.total);
    assert.equal(last.from, new URL(own.url).host);
  });

  for (const [what, fault, reason] of /** @type {const} */ ([
    ["a missing file", faults.status(404), /it is not there/],
    ["a failing server", faults.status(503), /answered 503/],
    ["an empty file", faults.empty, /empty file/],
    ["a web page", faults.webPage, /web page/],
    ["a web page in disguise", faults.disguisedWebPage, /web page/],
    ["half a file", faults.half, /unexpected end/],
    [
      "a broken connection",
      faults.brokenOff,
      /the connection broke off after \d+ bytes, and did not go on when it was tried again/,
    ],
    ["a damaged file", faults.corrupt, /.+/],
    ["other contents", faults.wrongDigest, /digest is wrong/],
  ])) {
    test(`${what} is asked of the next place, which is then asked first`, async () => {
      own.break("/data/toys/images.gz", fault);
      const { files } = await fetched();
      assert.deepEqual(files.map(digest), Object.values(CONTENTS).map(digest));
      assert.deepEqual(mirror.requests, ["/data/toys/images.gz", "/data/toys/labels.gz"]);
      // Where the connection broke off it is asked to go on, a few times.
      assert.deepEqual([...new Set(own.requests)], ["/data/toys/images.gz"]);
      assert.equal(own.requests.length, fault === faults.brokenOff ? 4 : 1);
    });

    test(`${what} everywhere is an error that says so`, async () => {
      own.break("/data/toys/images.gz", fault);
      mirror.break("/data/toys/images.gz", fault);
      await assert.rejects(fetched(), (/** @type {any} */ error) => {
        assert.equal(error.name, "BunsenError");
        assert.equal(error.kind, "data");
        assert.match(error.message, /^Toy could not be had: no place gave a sound images\.gz /);
        assert.match(error.message, reason);
        assert.match(error.message, /data=digits needs no download\.$/);
        assert.equal(error.message.split("localhost:").length - 1, 2, "both places are named");
        return true;
      });
    });
  }

  test("a server that never ends is stopped", async () => {
    own.break("/data/toys/images.gz", (_, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on("drain", pour);
      pour();
    });
    await assert.rejects(fetched({ mirrors: false }), /sends more than the 100000 bytes/);
  });

  test("a file that is said to have 3 GB is not read", async () => {
    own.break("/data/toys/images.gz", (_, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": 3 * 2 ** 30 });
      response.write(Buffer.alloc(10));
    });
    await assert.rejects(fetched({ mirrors: false }), /sends more than the 100000 bytes/);
  });

  describe("whose connection breaks off", () => {
    const images = "/data/toys/images.gz";
    /** How many bytes the packed file has. @type {number} */ let size;
    before(async () => {
      size = (await stat(join(folder, "toys", "images.gz"))).size;
    });

    /** Fetches it from its own place alone. @param {ReturnType<typeof faults.interrupted>} fault */
    async function through(fault) {
      own.break(images, fault);
      /** @type {any[]} */
      const told = [];
      const { files } = await fetched({ mirrors: false, onProgress: (/** @type {any} */ p) => told.push(p) });
      assert.deepEqual(files.map(digest), Object.values(CONTENTS).map(digest));
      return { told: told.filter(({ file }) => file === "images.gz"), ranges: fault.asked.map(({ range }) => range) };
    }

    /** Asserts that the second of three requests went on in the file, and the third asked for all of it. @param {(string | undefined)[]} ranges */
    function startsOver(ranges) {
      assert.deepEqual([ranges[0], ranges[2], ranges.length], [undefined, undefined, 3]);
      assert.match(ranges[1] ?? "", /^bytes=[1-9]\d*-$/);
    }

    test("goes on with the byte where it stopped, and says what it waits for", async () => {
      const fault = faults.interrupted({ times: 2 });
      const { told } = await through(fault);
      assert.equal(faults.resumed(fault).length, 3);
      assert.ok(told.some(({ waiting }) => waiting === "the connection broke off: trying again in 1 s"));
      assert.deepEqual(told.at(-1), { ...told.at(-1), loaded: size, total: size, waiting: undefined });
      const loaded = told.map((progress) => progress.loaded);
      assert.deepEqual(
        loaded,
        [...loaded].sort((a, b) => a - b),
        "no byte comes twice",
      );
    });

    test("starts over where the server knows no parts", async () => {
      const { ranges } = await through(faults.interrupted({ times: 1, ranges: false }));
      assert.equal(ranges.length, 2);
    });

    test("starts over where the file is another one meanwhile", async () => {
      const other = Buffer.alloc(size, 1);
      const changed = faults.interrupted({
        times: 1,
        etag: (answers) => (answers === 0 ? '"old"' : '"new"'),
        contents: (same, answers) => (answers === 0 ? other : same),
      });
      startsOver((await through(changed)).ranges);
    });

    test("is never put together of two files, even where the server does not tell them apart", async () => {
      const other = Buffer.alloc(size, 1);
      const fault = faults.interrupted({
        times: 1,
        etag: () => undefined,
        contents: (same, answers) => (answers === 0 ? other : same),
      });
      startsOver((await through(fault)).ranges);
    });

    test("starts over where the file has become shorter", async () => {
      const longer = Buffer.alloc(4 * size);
      const fault = faults.interrupted({
        times: 1,
        etag: () => undefined,
        contents: (same, answers) => (answers === 0 ? longer : same),
      });
      assert.equal((await through(fault)).ranges.length, 3);
    });

    test("waits where the browser says that there is no network", async () => {
      const listeners = new EventTarget();
      const { addEventListener, removeEventListener } = listeners;
      Object.assign(globalThis, {
        addEventListener: addEventListener.bind(listeners),
        removeEventListener: removeEventListener.bind(listeners),
      });
      const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
      let onLine = true;
      Object.defineProperty(globalThis, "navigator", { configurable: true, get: () => ({ onLine }) });
      try {
        const fault = faults.interrupted({ times: 1 });
        own.break(images, fault);
        /** @type {string[]} */
        const waited = [];
        const onProgress = ({ waiting = "" }) => {
          onLine = waiting === "" && waited.length === 0;
          if (waiting !== "" && waiting !== waited.at(-1)) waited.push(waiting);
        };
        let ended = false;
        const fetching = fetched({ mirrors: false, onProgress }).finally(() => (ended = true));
        await until(
          () => waited.at(-1),
          (last) => last === "there is no network: going on when it is back",
        );
        assert.equal(fault.asked.length, 1, "nothing is asked without a network");
        assert.ok(!ended);
        onLine = true;
        listeners.dispatchEvent(new Event("online"));
        await fetching;
        // Had it been asked again before, it would have been served then: the fault breaks off one answer only.
        assert.equal(fault.asked.length, 2);
      } finally {
        if (before) Object.defineProperty(globalThis, "navigator", before);
        else Reflect.deleteProperty(globalThis, "navigator");
        Reflect.deleteProperty(globalThis, "addEventListener");
        Reflect.deleteProperty(globalThis, "removeEventListener");
      }
    });
  });

  test("the time that is left follows the pace of the last seconds", async () => {
    const { TransferRate } = await load("transfer-rate.js");
    const rate = new TransferRate();
    rate.add(0, 0);
    rate.add(100_000, 100);
    assert.equal(rate.secondsFor(1e6), undefined, "too soon to say");
    for (let now = 200; now <= 10_000; now += 100) rate.add(1_000 * now, now);
    assert.ok(Math.abs(rate.secondsFor(20e6) - 20) < 0.1, `${rate.secondsFor(20e6)} s for 20 MB at 1 MB/s`);
    // Now ten times as slow: after some seconds that is what counts.
    for (let now = 10_100; now <= 20_000; now += 100) rate.add(10e6 + 100 * (now - 10_000), now);
    const seconds = rate.secondsFor(2e6);
    assert.ok(seconds > 13 && seconds < 20.1, `${seconds} s for 2 MB at 0.1 MB/s`);
    rate.add(0, 20_100);
    assert.equal(rate.secondsFor(1e6), undefined, "it began anew");
  });

  test("without mirrors only the base is asked", async () => {
    own.break("/data/toys/images.gz", faults.status(404));
    await assert.rejects(fetched({ mirrors: false }), /could not be had/);
    assert.deepEqual(mirror.requests, []);
  });

  test("what no mirror has is told with the way to have it", async () => {
    own.break("/data/toys/images.gz", faults.status(404));
    const alone = { ...source, mirrors: [] };
    const way =
      "it is not there). No mirror has it for pages: its files belong into the folder data/toys/ beside the page (`cargo " +
      "xtask data toy` fetches them), or into toys/ in the folder that BUNSEN_DATA names. data=digits needs no download.";
    await assert.rejects(fetchOf(alone, { base: `${own.url}data` }), (/** @type {any} */ error) => {
      assert.equal(error.message.slice(-way.length), way);
      return true;
    });
  });

  test("a folder comes first, packed or unpacked", async () => {
    assert.equal((await fetched({ folder })).files.length, 2);
    await mkdir(join(folder, "plain", "toys"), { recursive: true });
    for (const [path, contents] of Object.entries(CONTENTS)) {
      await writeFile(join(folder, "plain", "toys", path.slice(0, -3)), contents);
    }
    const plain = (/** @type {string} */ _, /** @type {Uint8Array} */ bytes) => bytes;
    const { files } = await fetchOf(source, { folder: join(folder, "plain"), mirrors: false }, plain);
    assert.deepEqual(files.map(digest), Object.values(CONTENTS).map(digest));
    assert.deepEqual(own.requests, []);
  });
});
