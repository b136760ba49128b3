// @ts-check
// Wherever the page stands, it trains, or says why it does not: plain http, frames, sandboxes, a folder, servers that answer oddly.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { asRead } from "./support/as-read.mjs";
import { launch } from "./support/browser.mjs";
import { dist, load } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";

const LINK = "model=lenet5-1998&data=digits&subset=200&batch=10&steps=20&seed=7";
/** A name that is not this machine's own: a page from there is no secure context. */
const NAME = "school.test";

/** @type {Server} */ let server;
/** On another origin, and readable by all. @type {Server} */ let other;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").Page} */ let page;
/** The run's link with the check that Node computed. @type {string} */ let link;

before(async () => {
  server = await Server.start();
  other = await Server.start({ headers: { "access-control-allow-origin": "*" } });
  browser = await launch({ args: [`--host-resolver-rules=MAP ${NAME} localhost`] });
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu" });
  const run = await lab.start(LINK);
  await run.step(20);
  link = `${LINK}&check=${await run.check()}`;
  lab.close();
});
after(async () => {
  await browser?.close();
  await server?.close();
  await other?.close();
});
beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
});
afterEach(async () => {
  await page.context().close();
  server.reset();
  other.reset();
});

/** A page of `server` with a frame. @param {string} attributes of the frame @param {string} src */
async function frame(attributes, src) {
  server.break("/host.html", (_, response) => {
    response
      .writeHead(200, { "content-type": "text/html" })
      .end(
        `<!doctype html><title>A course</title><iframe ${attributes} width="1200" height="700" src="${src}"></iframe>`,
      );
  });
  await page.goto(`${server.url}host.html`);
  return page.frameLocator("iframe");
}

/** Trains the link to its end, and waits for the verdict: Node's run. @param {import("playwright-core").FrameLocator | typeof page} where */
async function assertTrains(where) {
  await where.getByRole("button", { name: "Train", exact: true, disabled: false }).click({ timeout: 30_000 });
  await where
    .getByRole("status", { name: "Verification" })
    .filter({ hasText: asRead(/^The same run: check/) })
    .waitFor({ timeout: 60_000 });
}

/** What the page says of the place where it stands: once. @param {import("playwright-core").FrameLocator | typeof page} where */
const noteOf = (where) => where.getByRole("note", { name: "This place" }).innerText();

/** A page that trains with the package of that address on two threads, and writes what came of it. @param {string} pkg */
const training = (pkg) => `<!doctype html><title>An app</title><p role="status"></p><script type="module">
  import { openLab } from "${pkg}index.js";
  const status = document.querySelector("p");
  let joined;
  const helped = new Promise((done) => { joined = done; });
  const lab = await openLab({ engine: "cpu", workers: 2, onWorkers: () => joined() });
  const run = await lab.start("${LINK}");
  await helped;
  await run.step(20);
  const lost = run.notices.filter((notice) => notice.includes("helping"));
  status.textContent = [...lost, lab.engine.threads + " threads", await run.check()].join(", ");
</script>`;

/** Waits until a page of the package has trained: to Node's check, with a helping worker. @param {import("playwright-core").FrameLocator | typeof page} where */
async function assertTwoThreads(where) {
  const status = where.getByRole("status").filter({ hasText: /./ });
  await status.waitFor({ timeout: 60_000 });
  assert.equal(await status.innerText(), `2 threads, ${link.slice(-16)}`);
}

describe("the package", () => {
  /** @param {import("./support/server.mjs").Request} _ @param {import("./support/server.mjs").Response} response */
  const app = (_, response) =>
    void response.writeHead(200, { "content-type": "text/html" }).end(training(`${other.url}pkg/`));

  test("computes with two threads from another origin", async () => {
    server.break("/app.html", app);
    await page.goto(`${server.url}app.html`);
    await assertTwoThreads(page);
  });

  test("computes with two threads in a sandbox without an origin", async () => {
    server.break("/app.html", app);
    await assertTwoThreads(await frame('sandbox="allow-scripts"', `${server.url}app.html`));
  });

  /** A page that opens a lab and works with it, and writes the kind and the sentence of the error. @param {string} work */
  const failing = (work) => `<!doctype html><title>An app</title><p role="status"></p><script type="module">
    const { openLab } = await import("${other.url}pkg/index.js");
    const failure = await (async () => { ${work} })().then(() => "nothing failed", ({ name, kind, message }) => [name, kind, message].join(": "));
    document.querySelector("p").textContent = failure;
  </script>`;

  /** Opens a page whose lab fails, and gives what it says. @param {string} html @param {Record<string, string>} [headers] */
  async function failureOf(html, headers = {}) {
    server.break(
      "/app.html",
      (_, response) => void response.writeHead(200, { "content-type": "text/html", ...headers }).end(html),
    );
    await page.goto(`${server.url}app.html`);
    const status = page.getByRole("status").filter({ hasText: /./ });
    await status.waitFor({ timeout: 30_000 });
    return status.innerText();
  }

  test("says that a policy forbids WebAssembly", async () => {
    const policy = `default-src 'none'; script-src 'unsafe-inline' ${other.url}; connect-src ${other.url}`;
    const failure = await failureOf(failing("await openLab()"), { "content-security-policy": policy });
    assert.match(
      failure,
      /^BunsenError: engine: This page's Content-Security-Policy forbids WebAssembly .*'wasm-unsafe-eval'\.$/,
    );
  });

  test("says that a page answered for the module", async () => {
    other.break(
      "/pkg/cpu/bunsen_bg.wasm",
      (_, response) =>
        void response
          .writeHead(200, { "content-type": "text/html", "access-control-allow-origin": "*" })
          .end("<!doctype html><title>My app</title>"),
    );
    const failure = await failureOf(failing("await openLab()"));
    assert.match(failure, /^BunsenError: engine: .*bunsen_bg\.wasm answered with a web page instead of the file\./);
  });

  for (const from of ["its own", "another"]) {
    test(`computes with two threads where trusted types are required, from ${from} origin`, async () => {
      const policy = "require-trusted-types-for 'script'; trusted-types bunsen";
      const html = training(`${(from === "another" ? other : server).url}pkg/`);
      server.break(
        "/app.html",
        (_, response) =>
          void response.writeHead(200, { "content-type": "text/html", "content-security-policy": policy }).end(html),
      );
      await page.goto(`${server.url}app.html`);
      await assertTwoThreads(page);
    });
  }

  test("takes its modules and workers from the folder that it is told", async () => {
    const gone = "/pkg/cpu/bunsen_bg.wasm";
    other.break(gone, (_, response) => void response.writeHead(404, { "access-control-allow-origin": "*" }).end());
    const html = training(`${other.url}pkg/`).replace("workers: 2", `workers: 2, files: "${server.url}pkg"`);
    server.break("/app.html", (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end(html));
    await page.goto(`${server.url}app.html`);
    await assertTwoThreads(page);
    assert.ok(server.requests.includes("/pkg/pool-worker-web.js"));
  });

  test("says what failed in a frame that has no address", async () => {
    // Its data are beside the page that it is in.
    const html = failing(
      'const lab = await openLab({ data: { mirrors: false } }); await lab.start("data=mnist&model=lenet5");',
    );
    server.break("/data/*", (_, response) => void response.writeHead(404).end());
    await failureOf(`<!doctype html><title>A course</title><p role="status">.</p><iframe></iframe>`);
    await page.evaluate((srcdoc) => {
      const frame = document.querySelector("iframe");
      if (frame) frame.srcdoc = srcdoc;
    }, html);
    const status = page.frameLocator("iframe").getByRole("status").filter({ hasText: /./ });
    await status.waitFor({ timeout: 30_000 });
    assert.match(await status.innerText(), /^BunsenError: data: MNIST could not be had: .*this site: /);
  });
});

describe("the page", () => {
  test("trains over plain http from a name", async () => {
    await page.goto(`${server.url.replace("localhost", NAME)}#${link}`);
    assert.equal(await page.evaluate(() => isSecureContext), false);
    await assertTrains(page);
    assert.match(await noteOf(page), /^This page came over plain http\. Over https .*keep.*camera.*clipboard.*WebGPU/);
  });

  test("trains in a frame of its own origin", async () => {
    const site = await frame("", `${server.url}?form=bench#${link}`);
    await assertTrains(site);
    assert.equal(await site.getByRole("note", { name: "This place" }).count(), 0, "nothing is kept from it");
  });

  test("trains in a frame of another origin", async () => {
    await assertTrains(await frame("", `${other.url}?form=bench#${link}`));
  });

  test("trains in a sandbox without an origin", async () => {
    const site = await frame('sandbox="allow-scripts"', `${other.url}?form=bench#${link}`);
    await assertTrains(site);
    assert.match(await noteOf(site), /nothing is kept/);
  });

  test("shares its steps among threads in a sandbox without an origin", async () => {
    const site = await frame(
      'sandbox="allow-scripts"',
      `${other.url}?form=bench#model=lenet5&data=digits&steps=100000`,
    );
    await site.getByRole("button", { name: "Train", exact: true, disabled: false }).click({ timeout: 30_000 });
    // As many as the machine has cores, and one where it has one.
    const threads = Math.min(4, await page.evaluate(() => navigator.hardwareConcurrency));
    const label = threads === 1 ? "CPU, SIMD, 1 thread" : `CPU, SIMD, ${threads} threads`;
    await site
      .getByRole("status", { name: "Engine" })
      .filter({ hasText: asRead(label) })
      .waitFor({ timeout: 60_000 });
  });

  test("trains in a sandbox with its origin", async () => {
    await assertTrains(
      await frame('sandbox="allow-scripts allow-same-origin allow-downloads"', `${other.url}?form=bench#${link}`),
    );
  });

  for (const [where, attributes] of [
    ["a frame", ""],
    ["a sandbox without an origin", 'sandbox="allow-scripts"'],
  ]) {
    test(`is an embed in ${where} that has its bare address`, async () => {
      const site = await frame(attributes ?? "", `${other.url}#${link}`);
      await assertTrains(site);
      const embed = page.frames()[1];
      assert.equal(embed?.url(), `${other.url}embed.html#${link}`);
      assert.equal(await site.getByRole("link", { name: "Open in Bunsen" }).count(), 1);
    });
  }

  test("says why where a script is missing", async () => {
    server.break("/assets/*", (_, response) => void response.writeHead(404).end());
    await page.goto(`${server.url}#${link}`);
    await page
      .getByRole("alert")
      .filter({ hasText: asRead(/^A part of the page could not be loaded \(index/) })
      .waitFor();
  });

  test("says why where a page answers for a script", async () => {
    const index = await readFile(join(dist, "index.html"));
    server.break(
      "/assets/*",
      (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end(index),
    );
    await page.goto(`${server.url}#${link}`);
    await page
      .getByRole("alert")
      .filter({ hasText: asRead(/^A part of the page could not be loaded/) })
      .waitFor();
  });

  test("says why where it was opened from a disk", async () => {
    await page.goto(pathToFileURL(join(dist, "index.html")).href);
    await page
      .getByRole("alert")
      .filter({ hasText: asRead(/^Bunsen cannot run from a file/) })
      .waitFor();
  });
});
