// @ts-check
// The package in somebody's app: packed by each bundler, and opened in a browser.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { launch } from "./support/browser.mjs";
import { appOf, installPackage, installed, linkPackages } from "./support/bundlers.mjs";
import { unlessLong } from "./support/long.mjs";
import { load, noGpuBuild } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";
import { moduleIn } from "./support/tools.mjs";

const LINK = "model=lenet5&data=digits&subset=200&batch=8&warmup=0&steps=5&seed=7";

/** An app that trains LeNet-5 for a few steps. @param {string} entry of the package @param {string} options more of what `openLab` is told */
const app = (entry, options) => `
  import { openLab } from "${entry}";
  export async function train() {
    let joined;
    const helped = new Promise((done) => { joined = done; });
    const lab = await openLab({ engine: "cpu", workers: 2, onWorkers: () => joined() ${options} });
    const run = await lab.start("${LINK}");
    await helped;
    const reports = await run.step(5);
    return [...run.notices, reports.length + " steps", lab.engine.threads + " threads", await run.check()].join(", ");
  }`;

const MAIN = `
  import { train } from "./app.js";
  train().then((said) => { document.querySelector("p").textContent = said; }, (error) => { document.querySelector("p").textContent = String(error); });`;

/** The same, after it has asked for the GPU build: of a GPU that nobody computes on. */
const ASKS_FOR_GPU = `
  import { openLab } from "bunsen";
  const gpu = { requestAdapter: async () => ({ info: {}, limits: {}, features: new Set() }) };
  Object.defineProperty(navigator, "gpu", { value: gpu });
  const { kind, message } = await openLab({ engine: "gpu" }).catch((error) => error);
  const alert = document.createElement("p");
  alert.role = "alert";
  alert.textContent = kind + ": " + message;
  document.body.append(alert);
  ${MAIN}`;

/** The same in a worker of the app's own. */
const WORKER = `import { train } from "./app.js"; train().then(postMessage, (error) => postMessage(String(error)));`;
const WITH_WORKER = `
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => { document.querySelector("p").textContent = data; };
  worker.onerror = ({ message }) => { document.querySelector("p").textContent = String(message); };`;

/** Where a lab computes in an app: its main script, and the package's entry point that it imports. @type {[string, { main?: string, entry?: string }][]} */
const PLACES = [
  ["in its page", {}],
  ["in its worker", { main: WITH_WORKER }],
  ["in the package's worker", { entry: "bunsen/worker" }],
];

/** @param {string} script */
const html = (script) =>
  `<!doctype html><title>An app</title><p role="status"></p><script type="module" src="${script}"></script>`;

/** @type {{ folder?: string | undefined, why?: string | undefined }} */ let bundlers = {};
/** The folder whose node_modules hold the package. @type {string} */ let root;
/** What an app says that trained as Node does. @type {string} */ let expected;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").Page} */ let page;
/** @type {string[]} */ const folders = [];

before(async () => {
  bundlers = await installed();
  root = await appOf({ "package.json": `{ "type": "module" }` });
  const bunsen = await installPackage(root);
  // Nothing here computes on a GPU: a small module stands for the largest file of each app.
  if (!noGpuBuild) await writeFile(join(bunsen, "gpu", "bunsen_bg.wasm"), Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  browser = await launch();
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu", workers: 1 });
  const run = await lab.start(LINK);
  await run.step(5);
  expected = `5 steps, 2 threads, ${await run.check()}`;
  lab.close();
});
after(async () => {
  await browser?.close();
  for (const folder of [...folders, root]) if (folder) await rm(folder, { recursive: true, force: true });
});

/** The folder of the bundlers; undefined, and the test is skipped, where they cannot be had. @param {import("node:test").TestContext} context */
function bundlersFor(context) {
  if (bundlers.why) context.skip(bundlers.why);
  return bundlers.folder;
}

/** A folder with the app. @param {{ entry?: string, options?: string, main?: string, script?: string }} [kind] */
async function newApp({ entry = "bunsen", options = "", main = MAIN, script = "./main.js" } = {}, packages = root) {
  const folder = await appOf(
    {
      "package.json": `{ "type": "module" }`,
      "app.js": app(entry, options),
      "main.js": main,
      "worker.js": WORKER,
      "index.html": html(script),
    },
    packages,
  );
  folders.push(folder);
  return folder;
}

/** Opens a page, and waits until it has trained. @param {string} url */
async function assertTrains(url) {
  /** @type {string[]} */ const errors = [];
  const listener = (/** @type {Error} */ error) => void errors.push(error.message);
  page.on("pageerror", listener);
  await page.goto(url);
  const status = page.getByRole("status").filter({ hasText: /./ });
  await status.waitFor({ timeout: 60_000 }).catch((error) => {
    throw new Error(`${error.message}\n${errors.join("\n")}`);
  });
  assert.equal(await status.innerText(), expected);
}

/** Serves a folder and opens it. @param {string} site */
async function assertSiteTrains(site) {
  const server = await Server.start({ site, data: undefined });
  try {
    await assertTrains(server.url);
  } finally {
    await server.close();
  }
}

/**
 * Packs an app without any setting, but for a package without the GPU build.
 * @param {string} folder of the bundlers @param {string} here @param {{ publicPath?: string, hasGpu?: boolean }} [options]
 */
async function buildByWebpack(folder, here, { hasGpu = true, ...output } = {}) {
  const { default: webpack } = await moduleIn(folder, "webpack");
  const path = join(here, "dist");
  const plugins = hasGpu ? [] : [new webpack.IgnorePlugin({ resourceRegExp: /gpu\/bunsen/ })];
  const compiler = webpack({
    mode: "production",
    context: here,
    entry: "./main.js",
    output: { path, ...output },
    plugins,
  });
  const stats = await promisify(compiler.run.bind(compiler))();
  assert.ok(!stats.hasErrors(), stats.toString("errors-only"));
  await promisify(compiler.close.bind(compiler))();
}

describe("an app with the package", () => {
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
  });
  afterEach(() => page.context().close());

  test("trains without a bundler", async () => {
    const folder = await newApp();
    await rm(join(folder, "node_modules"));
    await cp(join(root, "node_modules", "bunsen"), join(folder, "bunsen"), { recursive: true });
    const map = `<script type="importmap">{ "imports": { "bunsen": "./bunsen/index.js" } }</script>`;
    await writeFile(join(folder, "index.html"), map + html("./main.js"));
    await assertSiteTrains(folder);
  });

  /** How an app is built by Vite. */
  const buildOptions = /** @type {const} */ ({
    configFile: false,
    logLevel: "error",
    base: "./",
    build: { target: "es2022" },
  });
  /** Vite of each version, and what the README says that it has to be told. @type {[string, Record<string, unknown>][]} */
  const vites = [
    ["vite", {}],
    ["vite7", { worker: { format: "es" }, optimizeDeps: { exclude: ["bunsen"] } }],
    ["vite6", { worker: { format: "es" }, optimizeDeps: { exclude: ["bunsen"] } }],
    ["vite5", { worker: { format: "es" }, optimizeDeps: { exclude: ["bunsen"] } }],
  ];
  /** The newest and the oldest hold those between them. @param {string} name */
  const skipOf = (name) =>
    name === "vite6" || name === "vite7" ? unlessLong("a Vite between two that are tried") : false;
  for (const [name, settings] of vites) {
    const skip = skipOf(name);
    /** @param {import("node:test").TestContext} context */
    const viteFor = async (context) => {
      if (name === "vite") return import("vite");
      const folder = bundlersFor(context);
      return folder ? moduleIn(folder, name) : undefined;
    };
    for (const [title, place] of PLACES) {
      test(`trains ${title}, built by ${name}`, { skip }, async (context) => {
        const vite = await viteFor(context);
        if (!vite) return;
        const folder = await newApp(place);
        await vite.build({ ...buildOptions, ...settings, root: folder });
        await assertSiteTrains(join(folder, "dist"));
      });

      test(`trains ${title}, served by ${name}`, { skip }, async (context) => {
        const vite = await viteFor(context);
        if (!vite) return;
        const folder = await newApp(place);
        const server = await vite.createServer({
          ...settings,
          configFile: false,
          logLevel: "error",
          root: folder,
          server: { host: "localhost", port: 0, watch: null, hmr: false, fs: { strict: false } },
        });
        try {
          await server.listen();
          await assertTrains(server.resolvedUrls?.local[0] ?? "");
        } finally {
          await server.close();
        }
      });
    }
  }

  const SLOW = "Next and each app of webpack take many seconds";
  for (const bundler of ["vite", "webpack"]) {
    const skip = bundler === "webpack" && unlessLong(SLOW);
    test(`trains with its scripts on another origin, built by ${bundler}`, { skip }, async (context) => {
      const folder = bundler === "webpack" ? bundlersFor(context) : "";
      if (folder === undefined) return;
      const here = await newApp();
      const site = join(here, "dist");
      const headers = { "access-control-allow-origin": "*" };
      const other = await Server.start({ site, data: undefined, headers });
      try {
        if (bundler === "vite") {
          const { build } = await import("vite");
          await build({
            configFile: false,
            logLevel: "error",
            root: here,
            base: other.url,
            build: { target: "es2022" },
          });
        } else {
          await buildByWebpack(folder, here, { publicPath: other.url });
          await writeFile(join(site, "index.html"), html(`${other.url}main.js`));
        }
        await assertSiteTrains(site);
        assert.ok(other.requests.some((path) => path.endsWith(".wasm")));
      } finally {
        await other.close();
      }
    });
  }

  for (const [title, place] of PLACES) {
    // In the page and in the package's worker: what an app's own worker adds is webpack's.
    const skip = title === "in its worker" && unlessLong(SLOW);
    test(`trains ${title}, built by webpack`, { skip }, async (context) => {
      const folder = bundlersFor(context);
      if (!folder) return;
      const here = await newApp({ ...place, script: "./dist/main.js" });
      await buildByWebpack(folder, here);
      await assertSiteTrains(here);
    });
  }

  const next = { skip: unlessLong(SLOW) };
  test("trains in its page and in the package's worker, built by Next with webpack", next, async (context) => {
    const folder = bundlersFor(context);
    if (!folder) return;
    const page = (/** @type {string} */ script) => `"use client";
      import { useEffect, useState } from "react";
      import { train } from "${script}";
      export default function Page() {
        const [said, say] = useState("");
        useEffect(() => void train().then(say, (error) => say(String(error))), []);
        return <p role="status">{said}</p>;
      }`;
    const here = await appOf({
      "package.json": `{ "type": "module" }`,
      "next.config.mjs": `export default { output: "export", trailingSlash: true };`,
      "app/layout.jsx": `export default ({ children }) => <html lang="en"><body>{children}</body></html>;`,
      "app/page.jsx": page("../near.js"),
      "app/far/page.jsx": page("../../far.js"),
      "near.js": app("bunsen", ""),
      "far.js": app("bunsen/worker", ""),
    });
    folders.push(here);
    await linkPackages(here, [join(root, "node_modules", "bunsen")]);
    await linkPackages(
      here,
      ["next", "react", "react-dom"].map((name) => join(folder, "node_modules", name)),
    );
    const bin = join(folder, "node_modules", "next", "dist", "bin", "next");
    await promisify(execFile)(process.execPath, [bin, "build"], {
      cwd: here,
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
    }).catch((error) => assert.fail(`${error.stdout}\n${error.stderr}`));
    const server = await Server.start({ site: join(here, "out"), data: undefined });
    try {
      await assertTrains(server.url);
      await assertTrains(`${server.url}far/`);
    } finally {
      await server.close();
    }
  });

  /** What an app says of the GPU build, with and without it. @type {[string, RegExp][]} */
  const gpuBuilds = [
    // The small module that stands for it has nothing in it.
    ["with", /^engine: The GPU build .* \(\w+\.\w+ is not a function\)/],
    ["without", /^engine: The GPU build is not there \(yet\): it could not be loaded/],
  ];
  /** @type {[string, Record<string, unknown>][]} */
  const packers = [...vites.filter(([name]) => name === "vite" || name === "vite5"), ["webpack", {}]];
  for (const [bundler, settings] of packers) {
    for (const [how, sentence] of gpuBuilds) {
      const skip = bundler === "vite5" && unlessLong("the newest Vite is tried");
      test(`asks for the GPU build in a package ${how} it, built by ${bundler}`, { skip }, async (context) => {
        const folder = bundler === "vite" ? "" : bundlersFor(context);
        if (folder === undefined) return;
        const packages = how === "with" ? root : await appOf({});
        if (packages !== root) {
          folders.push(packages);
          await installPackage(packages, (file) => !file.startsWith("gpu/"));
        }
        const here = await newApp(
          { main: ASKS_FOR_GPU, script: bundler === "webpack" ? "./dist/main.js" : "./main.js" },
          packages,
        );
        if (bundler === "webpack") await buildByWebpack(folder, here, { hasGpu: how === "with" });
        else {
          const { build } = bundler === "vite" ? await import("vite") : await moduleIn(folder, bundler);
          await build({ ...buildOptions, ...settings, root: here });
        }
        await assertSiteTrains(bundler === "webpack" ? here : join(here, "dist"));
        assert.match(await page.getByRole("alert").innerText(), sentence);
      });
    }
  }

  for (const [format, entry] of [
    ["esm", "bunsen"],
    ["esm", "bunsen/worker"],
    ["iife", "bunsen"],
  ]) {
    test(`trains with ${entry}, built by esbuild as ${format}`, async (context) => {
      const folder = bundlersFor(context);
      if (!folder) return;
      const { build } = await moduleIn(folder, "esbuild");
      const here = await newApp({ entry, options: `, files: "./bunsen/"`, script: "./dist/main.js" });
      await build({
        absWorkingDir: here,
        entryPoints: ["main.js"],
        bundle: true,
        format,
        target: "es2022",
        outdir: join(here, "dist"),
        logLevel: "error",
        // `import.meta` is empty in a classic script: the folder is named.
        logOverride: { "empty-import-meta": "silent" },
      });
      await cp(join(root, "node_modules", "bunsen"), join(here, "bunsen"), { recursive: true });
      await assertSiteTrains(here);
    });
  }

  test("trains, built by Rollup", async (context) => {
    const folder = bundlersFor(context);
    if (!folder) return;
    const { rollup } = await moduleIn(folder, "rollup");
    const { nodeResolve } = await moduleIn(folder, "@rollup/plugin-node-resolve");
    const here = await newApp({ options: `, files: "./bunsen/"`, script: "./dist/main.js" });
    const bundle = await rollup({ input: join(here, "main.js"), plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir: join(here, "dist"), format: "es" });
    await bundle.close();
    await cp(join(root, "node_modules", "bunsen"), join(here, "bunsen"), { recursive: true });
    await assertSiteTrains(here);
  });
});
