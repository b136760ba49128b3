// @ts-check
// `npm run page`: the page in Vite's development server, without a Rust build. The npm package's TypeScript is compiled into
// pkg/ and watched; the modules themselves are those in pkg/, or are brought there from elsewhere:
//
//   npm run page -- --pkg https://example.org/bunsen/   a deployed site, or its pkg/
//   npm run page -- --pkg ../other-checkout             a folder with pkg/, or pkg/ itself
//   BUNSEN_PKG=… npm run page                           the same
//
// With --no-server, the modules are brought and nothing else.

import { spawn } from "node:child_process";
import { access, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The files of each build. The first build is needed, the others are for the GPU and for a person's own images. */
const BUILDS = [
  ["cpu/bunsen.js", "cpu/bunsen_bg.wasm", "cpu/bunsen.d.ts"],
  ["images/bunsen_images.js", "images/bunsen_images_bg.wasm", "images/bunsen_images.d.ts"],
  ["gpu/bunsen.js", "gpu/bunsen_bg.wasm", "gpu/bunsen.d.ts"],
];

/** Reads a file from a folder or a site; nothing where it is not there. @param {URL} url */
async function read(url) {
  if (url.protocol === "file:") return readFile(url).catch(() => undefined);
  const response = await fetch(url).catch((/** @type {Error} */ error) => {
    throw new Error(`${url.href} cannot be reached (${error.message}).`, { cause: error });
  });
  // Many sites answer a missing file with a page that says so.
  const isPage = response.headers.get("content-type")?.startsWith("text/html");
  return response.ok && !isPage ? new Uint8Array(await response.arrayBuffer()) : undefined;
}

/**
 * The folders where a site, or a folder, may have the package: its pages name it, those at the root of a host by way of the version that they lead to.
 * @param {URL} base @returns {Promise<URL[]>}
 */
async function foldersOf(base) {
  const found = [new URL("pkg/", base), base];
  let at = base;
  for (let hops = 0; hops < 2; hops++) {
    const page = await readPage(new URL("index.html", at));
    const named = /"\.\/(pkg-[\w-]+\/)index\.js"/.exec(page)?.[1];
    if (named) found.unshift(new URL(named, at));
    const to = /data-to="([^"]+)"/.exec(page)?.[1];
    if (!to) break;
    at = new URL(to, at);
  }
  return found;
}

/** The text of a page; empty where there is none. @param {URL} url */
async function readPage(url) {
  if (url.protocol === "file:") return readFile(url, "utf8").catch(() => "");
  return fetch(url).then(
    (response) => (response.ok ? response.text() : ""),
    () => "",
  );
}

/** Brings the builds into a folder. @param {string} from a folder or a URL, of a site or of its pkg/ @param {string} pkg */
export async function bringModules(from, pkg) {
  const isUrl = /^https?:\/\//.test(from);
  const base = isUrl ? new URL(from.replace(/\/*$/, "/")) : pathToFileURL(`${resolve(from)}/`);
  const [first = ""] = BUILDS[0] ?? [];
  let folder;
  for (const candidate of await foldersOf(base))
    if (!folder && (await read(new URL(first, candidate)))) folder = candidate;
  if (!folder) throw new Error(`${from} holds no module: neither pkg/${first} nor ${first} is there.`);
  for (const files of BUILDS) {
    for (const file of files) {
      const contents = await read(new URL(file, folder));
      if (!contents) continue;
      await mkdir(dirname(join(pkg, file)), { recursive: true });
      await writeFile(join(pkg, file), contents);
    }
  }
}

/** The path of a program of an npm package. @param {string} script */
function programOf(script) {
  const [name = "", ...path] = script.split("/");
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), ...path);
}

/** Runs a program of an npm package. @param {string[]} command */
function run([script = "", ...args]) {
  return spawn(process.execPath, [programOf(script), ...args], { cwd: ROOT, stdio: "inherit" });
}

/** @param {import("node:child_process").ChildProcess} child @returns {Promise<number>} */
const ended = (child) => new Promise((done) => child.on("exit", (status) => done(status ?? 1)));

async function main() {
  const { values } = parseArgs({ options: { pkg: { type: "string" }, "no-server": { type: "boolean" } } });
  const pkg = join(ROOT, "pkg");
  const from = values.pkg ?? process.env["BUNSEN_PKG"];
  if (from) await bringModules(from, pkg);
  const built = await access(join(pkg, "cpu", "bunsen_bg.wasm")).then(
    () => true,
    () => false,
  );
  if (!built) {
    throw new Error(
      "There is no module in pkg/. Name a deployed site or a folder that has one (npm run page -- --pkg <URL or folder>), or build it: cargo xtask build --cpu.",
    );
  }
  const types = spawn(process.execPath, [join(ROOT, "crate/js/generated/update.mjs"), "--check"], { stdio: "ignore" });
  if ((await ended(types)) !== 0) {
    console.warn("The modules in pkg/ have other types than crate/js/generated: what differs fails when it is called.");
  }
  if (values["no-server"]) return 0;
  await copyFile(join(ROOT, "crate/js/package.json"), join(pkg, "package.json"));
  if ((await ended(run(["typescript/bin/tsc", "-p", "crate/js"]))) !== 0) return 1;
  const watcher = run(["typescript/bin/tsc", "-p", "crate/js", "--watch", "--preserveWatchOutput"]);
  const status = await ended(run(["vite/bin/vite.js", "www"]));
  watcher.kill();
  return status;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : thrown);
    process.exitCode = 1;
  }
}
