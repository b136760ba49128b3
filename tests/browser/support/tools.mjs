// @ts-check
// Tools of others that tests run: by exact versions, in folders among the temporary files, which are kept for the next time.

import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

/**
 * A folder with tools, or why there is none, as a test that is skipped says it.
 * @typedef {{ folder: string, why?: undefined } | { folder?: undefined, why: string }} Installed
 */

const execute = promisify(execFile);

/** What npm and pip say where there is no way to the registry. For pip it then has no version of anything. */
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|E50\d|E40[37]|from versions: none/;

/** Runs npm. @param {string[]} words @param {string} cwd */
export const npm = (words, cwd) =>
  execute("npm", words, { cwd, shell: process.platform === "win32", maxBuffer: 2 ** 26 });

/** What a folder's package-lock.json names. @param {URL} manifests @param {string} what it is, for the reason why it is not there */
export function npmTools(manifests, what) {
  const files = ["package.json", "package-lock.json"].map((file) => fileURLToPath(new URL(file, manifests)));
  // What npm writes last.
  return kept(files, what, join("node_modules", ".package-lock.json"), async (folder) => {
    for (const file of files) await copyFile(file, join(folder, basename(file)));
    await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
  });
}

/**
 * A Python environment with what a file of requirements names, all that these need among it.
 * @param {URL} requirements @param {string} what it is, for the reason why it is not there
 * @returns {Promise<Installed>}
 */
export async function pythonTools(requirements, what) {
  const python = process.env["BUNSEN_PYTHON"] ?? "python3";
  const check = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";
  if (spawnSync(python, ["-c", check]).status !== 0)
    return { why: `${what} could not be installed: ${python} is no Python 3.11 or newer that makes environments` };
  const file = fileURLToPath(requirements);
  return kept([file], what, "complete", async (folder) => {
    await execute(python, ["-m", "venv", join(folder, "venv")]);
    await runPython(folder, ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "-r", file]);
    await writeFile(join(folder, "complete"), "");
  });
}

/** The interpreter of a folder's environment: its scripts name the folder that it was made in, and cannot be run. @param {string} folder */
export const pythonIn = (folder) =>
  process.platform === "win32" ? join(folder, "venv", "Scripts", "python.exe") : join(folder, "venv", "bin", "python");

/**
 * Runs the interpreter of a folder's environment, and gives what it printed.
 * @param {string} folder @param {string[]} words @param {{ cwd?: string, env?: Record<string, string | undefined> }} [options]
 */
export async function runPython(folder, words, options = {}) {
  const { stdout } = await execute(pythonIn(folder), words, { maxBuffer: 2 ** 26, ...options });
  return stdout;
}

/**
 * Builds the Python package bunsen-widget, and installs it beside its wheel.
 * @param {string} tools with what it is built by @param {string} folder
 * @returns where it is, for PYTHONPATH
 */
export async function installWidget(tools, folder) {
  const source = fileURLToPath(new URL("../../../python/bunsen-widget/", import.meta.url));
  const pip = (/** @type {string[]} */ ...words) => runPython(tools, ["-m", "pip", "--quiet", ...words]);
  await pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder, source);
  const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl")) ?? "no wheel";
  const installed = join(folder, "installed");
  await pip("install", "--no-deps", "--no-index", "--target", installed, join(folder, wheel));
  return installed;
}

/**
 * Installs into a folder that is called by what is installed.
 * @param {string[]} files that say what is installed @param {string} what @param {string} last what is there once all is
 * @param {(folder: string) => Promise<void>} install
 * @returns {Promise<Installed>}
 */
async function kept(files, what, last, install) {
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const digest = createHash("sha256").update(Buffer.concat(contents)).digest("hex").slice(0, 16);
  const folder = join(tmpdir(), `bunsen-tools-${digest}`);
  const complete = () => existsSync(join(folder, last));
  if (complete()) return { folder };
  // Under another name until it is complete: tests of another checkout may install it at once.
  const partial = await mkdtemp(`${folder}-`);
  try {
    await install(partial);
    await rename(partial, folder).catch((error) => {
      if (!complete()) throw error;
    });
    return { folder };
  } catch (thrown) {
    const said = String(/** @type {{ stderr?: string }} */ (thrown).stderr ?? thrown);
    const [code] = UNREACHABLE.exec(said) ?? [];
    if (!code) throw thrown;
    return { why: `${what} could not be installed: the registry is out of reach (${code})` };
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
