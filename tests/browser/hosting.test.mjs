// @ts-check
// The site on a host as it is deployed: versions in their folders, what leads to them, the headers that frames need; and the same from the
// package's own server.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./support/browser.mjs";
import { publishedFiles } from "./support/bundlers.mjs";
import { data, host, load, pkgFolder, versionFolder } from "./support/paths.mjs";
import { Bench } from "./support/page.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const RECIPE = "model=lenet5&data=digits&subset=200&batch=10&steps=20&seed=7";
/** The same, with the check that Node computed. */
let link = "";

/** @type {import("playwright-core").Browser} */ let browser;

before(async () => {
  browser = await launch();
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu" });
  const run = await lab.start(RECIPE);
  await run.step(20);
  link = `${RECIPE}&check=${await run.check()}`;
  lab.close();
});
after(() => browser?.close());

/** Opens an address, trains the run that is there, and waits until it is the same. @param {string} address @param {string} [frame] of the frame with the page, if it is in one */
async function assertTrains(address, frame) {
  const page = await (await browser.newContext()).newPage();
  try {
    await page.goto(address);
    const there = frame ? page.frameLocator(frame) : page;
    await there.getByRole("button", { name: "Train", exact: true }).click({ timeout: 20_000 });
    await there
      .getByText(/^The same run: check/)
      .first()
      .waitFor({ timeout: 60_000 });
    return page.url();
  } finally {
    await page.context().close();
  }
}

/** The rules of `_headers`: for a path, which headers. */
async function headersOf() {
  const rules = /** @type {Map<string, Record<string, string>>} */ (new Map());
  let rule = /** @type {Record<string, string>} */ ({});
  for (const line of (await readFile(join(host, "_headers"), "utf8")).split("\n").filter(Boolean)) {
    const [, name = "", value = ""] = /^ {2}([\w-]+): (.+)$/.exec(line) ?? [];
    if (name) rule[name.toLowerCase()] = value;
    else rules.set(line, (rule = {}));
  }
  return rules;
}

describe("a deployed site", () => {
  /** @type {Server} */ let server;
  before(async () => {
    const all = (await headersOf()).get("/*");
    assert.ok(all);
    server = await Server.start({ site: host, headers: all });
    const missing = await readFile(join(host, "404.html"));
    server.missing = (_, response) => void response.writeHead(404, { "content-type": "text/html" }).end(missing);
  });
  after(() => server?.close());

  test("leads from its root to its version, with the recipe", async () => {
    assert.equal(await assertTrains(`${server.url}#${link}`), `${server.url}${versionFolder}#${link}`);
  });

  for (const folder of ["", "v/0.1/"]) {
    test(`leads to its embed from ${folder || "its root"}, with the look`, async () => {
      const at = await assertTrains(`${server.url}${folder}embed.html?show=verdict#${link}`);
      assert.equal(at, `${server.url}${versionFolder}embed.html?show=verdict#${link}`);
    });
  }

  for (const folder of ["", "v/0.1/"]) {
    test(`leads to its lessons from ${folder || "its root"}`, async () => {
      const page = await browser.newPage();
      try {
        for (const [path, heading] of [
          ["learn/", "Lessons"],
          ["learn/resnet/", "ResNet: does depth hurt?"],
        ]) {
          await page.goto(`${server.url}${folder}${path}`);
          await page.getByRole("heading", { level: 1, name: heading }).waitFor();
          assert.equal(page.url(), `${server.url}${versionFolder}${path}`);
        }
      } finally {
        await page.close();
      }
    });
  }

  test("is an embed in a frame that has its bare address", async () => {
    const course = await Server.start();
    const page = await browser.newPage();
    try {
      course.break("/course.html", (_, response) => {
        response
          .writeHead(200, { "content-type": "text/html" })
          .end(`<!doctype html><title>A course</title><iframe src="${server.url}#${link}"></iframe>`);
      });
      await page.goto(`${course.url}course.html`);
      await page.frameLocator("iframe").getByRole("button", { name: "Train", exact: true }).waitFor();
      assert.equal(page.frames()[1]?.url(), `${server.url}${versionFolder}embed.html#${link}`);
    } finally {
      await page.close();
      await course.close();
    }
  });

  test("asks for the data sets that all versions share", async () => {
    const bench = new Bench(await browser.newPage(), `${server.url}${versionFolder}`);
    try {
      await bench.open("model=lenet5&data=mnist&steps=20");
      server.requests.length = 0;
      await bench.button("Train").click();
      await until(
        () => server.requests,
        (paths) => paths.some((path) => path.startsWith("/data/mnist/")),
      );
      const others = server.requests.filter((path) => path.includes("/mnist/") && !path.startsWith("/data/"));
      assert.deepEqual(others, []);
    } finally {
      await bench.page.close();
    }
  });

  test("is framed by pages of other origins that ask for isolation", async () => {
    const course = await Server.start({
      headers: { "cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin" },
    });
    try {
      course.break("/course.html", (_, response) => {
        response
          .writeHead(200, { "content-type": "text/html", ...course.headers })
          .end(`<!doctype html><title>A course</title><iframe src="${server.url}embed.html#${link}"></iframe>`);
      });
      await assertTrains(`${course.url}course.html`, "iframe");
    } finally {
      await course.close();
    }
  });

  test("reads an address whose # was escaped", async () => {
    await assertTrains(`${server.url}embed.html%23${link}`);
    await assertTrains(`${server.url}${versionFolder}%23${link}`);
    await assertTrains(`${server.url}${versionFolder}embed.html?show=verdict%23${encodeURIComponent(link)}`);
  });

  test("has an element of the newest version at its root", async () => {
    const page = await browser.newPage();
    try {
      await page.goto(`${server.url}404.html`);
      const name = await page.evaluate(async () => {
        await import(/** @type {string} */ ("./element.js"));
        return customElements.get("bunsen-lab")?.name;
      });
      assert.ok(name);
    } finally {
      await page.close();
    }
  });

  test("keeps for ever what never changes, and nothing else", async () => {
    const rules = await headersOf();
    const kept = [...rules].filter(([, headers]) => headers["cache-control"]?.includes("immutable"));
    assert.deepEqual(
      kept.map(([path]) => path),
      ["/v/:version/assets/*", `/${versionFolder}${pkgFolder}/*`],
    );
  });

  test("says to crawlers what it is", async () => {
    for (const folder of ["", versionFolder]) {
      const html = await readFile(join(host, folder, "index.html"), "utf8");
      const picture = /<meta property="og:image" content="(.*?)"/.exec(html)?.[1] ?? "";
      const bytes = await readFile(join(host, folder, picture));
      // A PNG's width and height.
      assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1200, 630]);
      assert.match(html, /<meta property="og:title" content="Bunsen/);
    }
  });
});

describe("bunsen serve", () => {
  const built = fileURLToPath(new URL("../../pkg/", import.meta.url));
  const command = join(built, "command.js");

  test("has the site in what npm publishes", async () => {
    const files = await publishedFiles(built);
    for (const page of ["index.html", "embed.html", "bench.html", "learn/index.html"])
      assert.ok(files.includes(`site/${page}`), page);
    assert.ok(files.some((path) => path.startsWith("site/assets/")));
    // The package's modules are not in it once more.
    assert.deepEqual(
      files.filter((path) => /site\/.*(\.wasm|pkg-[^/]*\/(cpu|gpu|images)\/)|(^|\/)\./.test(path)),
      [],
    );
  });

  /** Starts it, and gives its address when it says that. @param {string[]} args */
  async function start(...args) {
    const child = spawn(process.execPath, [command, "serve", ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    for await (const text of child.stdout) {
      said += text;
      if (said.includes("Ctrl-C")) break;
    }
    const url = /http:\S+/.exec(said)?.[0] ?? "";
    assert.ok(url, said);
    return { child, url };
  }

  /** @param {import("node:child_process").ChildProcess} child @returns {Promise<number | null>} */
  const ended = (child) => new Promise((done) => child.on("exit", done));

  test("serves the bench and embeds, without anything from elsewhere", async () => {
    const { child, url } = await start();
    try {
      await assertTrains(`${url}#${link}`);
      await assertTrains(`${url}embed.html#${link}`);
    } finally {
      const status = ended(child);
      child.kill("SIGINT");
      assert.equal(await status, 0);
    }
  });

  test("serves no file outside of the site, the package and the data", async () => {
    const { child, url } = await start(...(data ? ["--data", data] : []));
    try {
      const status = async (/** @type {string} */ path, method = "GET") =>
        (await fetch(new URL(path, url), { method })).status;
      assert.equal(await status(`/${pkgFolder}/index.js`), 200);
      assert.equal(await status(`/${pkgFolder}/index.js`, "HEAD"), 200);
      for (const path of [
        "/..%2fcommand.js",
        `/${pkgFolder}/..%2f..%2fpackage.json`,
        "/data/..%2f..%2fx",
        "/%ff",
        "/assets/",
        "/none",
      ]) {
        assert.equal(await status(path), 404, path);
      }
      assert.equal(await status("/", "POST"), 405);
      // What its embeds and snippets name.
      for (const path of [
        "/element.js",
        "/widget.mjs",
        `/${versionFolder}embed.html`,
        `/${versionFolder}element.js`,
        "/v/0.1/",
      ]) {
        assert.equal(await status(path), 200, path);
      }
      assert.equal(await status("/v/9.9.9/embed.html"), 404);
    } finally {
      child.kill();
    }
  });

  test("keeps no file open for those who went away", { skip: process.platform !== "linux" }, async () => {
    const { child, url } = await start();
    try {
      const leave = async () => {
        const away = new AbortController();
        const { body } = await fetch(`${url}${pkgFolder}/cpu/bunsen_bg.wasm`, { signal: away.signal });
        await body?.getReader().read();
        away.abort();
      };
      for (let at = 0; at < 5; at++) await Promise.all(Array.from({ length: 10 }, leave));
      const open = async () => (await readdir(`/proc/${child.pid}/fd`)).length;
      await until(open, (count) => count < 40, { what: "fewer open files" });
    } finally {
      child.kill();
    }
  });

  test("takes the next port, and says what is wrong", async () => {
    const { child, url } = await start();
    try {
      const { port } = new URL(url);
      const second = await start();
      assert.notEqual(new URL(second.url).port, port);
      second.child.kill();
      const says = (/** @type {string[]} */ ...args) =>
        new Promise((done) =>
          execFile(process.execPath, [command, "serve", ...args], (_, __, err) => done(err.trim())),
        );
      assert.equal(await says("--port", port), `Port ${port} is taken: choose another with --port.`);
      assert.equal(
        await says("--port", "0"),
        "--port 0: a whole number from 1 to 65535 is allowed.\nSee: bunsen serve --help",
      );
      assert.equal(await says("--data", "/nowhere"), "--data /nowhere: there is no such folder.");
    } finally {
      child.kill();
    }
  });
});
