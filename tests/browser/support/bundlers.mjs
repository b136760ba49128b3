// @ts-check
// The package as it would be published, in the folder of an app, and the bundlers that pack such apps.

import { cp, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pkg } from "./paths.mjs";
import { npm, npmTools } from "./tools.mjs";

/** The bundlers of tests/bundlers/package.json, or why they are not there. */
export const installed = () => npmTools(new URL("../../bundlers/", import.meta.url), "the bundlers");

/** The paths of the files that `npm publish` would take. @param {string} [folder] of the package @returns {Promise<string[]>} */
export async function publishedFiles(folder = pkg) {
  const { stdout } = await npm(["pack", "--dry-run", "--json", "--ignore-scripts"], folder);
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

/** Lets an app use packages that lie elsewhere. @param {string} app @param {string[]} packages their folders */
export async function linkPackages(app, packages) {
  await mkdir(join(app, "node_modules"), { recursive: true });
  for (const path of packages) await symlink(path, join(app, "node_modules", basename(path)), "junction");
}
