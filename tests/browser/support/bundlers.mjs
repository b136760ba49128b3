// @ts-check
// The package as it would be published, in the folder of an app, and the bundlers that pack such apps.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { pkg } from "./paths.mjs";

const MANIFESTS = fileURLToPath(new URL("../../bundlers/", import.meta.url));
const FILES = ["package.json", "package-lock.json"];

const execute = promisify(execFile);

/** Runs npm. @param {string[]} words @param {string} cwd */
const npm = (words, cwd) => execute("npm", words, { cwd, shell: process.platform === "win32", maxBuffer: 2 ** 26 });

/** What npm says where there is no way to the registry. */
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|E50\d|E40[37]/;

/**
 * The folder in which the bundlers of tests/bundlers/package.json are installed. It is kept among the temporary files, for the next time.
 * @returns {Promise<{ folder: string, why?: undefined } | { folder?: undefined, why: string }>} why there is none, where the registry is out of reach
 */
export async function installed() {
  const contents = await Promise.all(FILES.map((file) => readFile(join(MANIFESTS, file))));
  const digest = createHash("sha256").update(Buffer.concat(contents)).digest("hex").slice(0, 16);
  const folder = join(tmpdir(), `bunsen-bundlers-${digest}`);
  // What npm writes last.
  const complete = () => existsSync(join(folder, "node_modules", ".package-lock.json"));
  if (complete()) return { folder };
  // Under another name until it is complete: tests of another checkout may install it at once.
  const partial = await mkdtemp(`${folder}-`);
  try {
    for (const file of FILES) await copyFile(join(MANIFESTS, file), join(partial, file));
    await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], partial);
    await rename(partial, folder).catch((error) => {
      if (!complete()) throw error;
    });
    return { folder };
  } catch (thrown) {
    const said = String(/** @type {{ stderr?: string }} */ (thrown).stderr ?? thrown);
    const [code] = UNREACHABLE.exec(said) ?? [];
    if (!code) throw thrown;
    return { why: `the bundlers could not be installed: the npm registry is out of reach (${code})` };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** A module of an npm package in a folder's node_modules. @param {string} folder @param {string} name @returns {Promise<any>} */
export async function moduleIn(folder, name) {
  return import(pathToFileURL(entryOf(folder, name)).href);
}

/** The script that an `import` of a package means, or the path in it. @param {string} folder @param {string} name */
function entryOf(folder, name) {
  const root = join(folder, "node_modules", name);
  const manifest = createRequire(import.meta.url)(join(root, "package.json"));
  const { exports = {}, module, main } = manifest;
  let entry = exports["."] ?? exports;
  while (entry && typeof entry === "object")
    entry = Array.isArray(entry) ? entry[0] : (entry.import ?? entry.default ?? entry.node);
  return join(root, entry ?? module ?? main ?? "index.js");
}

/** The paths of the files that `npm publish` would take. @returns {Promise<string[]>} */
export async function publishedFiles() {
  const { stdout } = await npm(["pack", "--dry-run", "--json", "--ignore-scripts"], pkg);
  const [{ files }] = JSON.parse(stdout);
  return files.map((/** @type {{ path: string }} */ file) => file.path);
}

/**
 * Puts the package into a folder's node_modules as it would be published.
 * @param {string} app
 * @param {(path: string) => boolean} [takes] which of its files
 */
export async function installPackage(app, takes = () => true) {
  const target = join(app, "node_modules", "bunsen");
  for (const file of await publishedFiles()) {
    if (!takes(file)) continue;
    await mkdir(dirname(join(target, file)), { recursive: true });
    await cp(join(pkg, file), join(target, file));
  }
  return target;
}

/**
 * A folder with an app in it.
 * @param {Record<string, string>} files their texts by their paths
 * @param {string} [root] whose node_modules/bunsen it uses, too
 */
export async function appOf(files, root) {
  const app = await mkdtemp(join(tmpdir(), "bunsen-app-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(app, path)), { recursive: true });
    await writeFile(join(app, path), text);
  }
  if (root) await symlink(join(root, "node_modules"), join(app, "node_modules"), "junction");
  return app;
}
