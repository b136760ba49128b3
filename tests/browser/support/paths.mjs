// @ts-check
// Where things are, and whether they are there.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const checkout = fileURLToPath(new URL("../../../", import.meta.url));

const { version } = JSON.parse(readFileSync(join(checkout, "crate/js/package.json"), "utf8"));

/** What a host serves: the built site in a folder of its version, and what leads to it. */
export const host = join(checkout, "dist");

/** Where the site lies on a host. */
export const versionFolder = `v/${version}/`;

/** The built site. */
export const dist = resolve(process.env.BUNSEN_DIST ?? join(host, versionFolder));

/** The name of the package's folder in it, which has the build's id. */
export const pkgFolder = (existsSync(dist) && readdirSync(dist).find((name) => name.startsWith("pkg-"))) || "pkg";

/** The package itself, as it would be published: in the site its scripts are put together. */
export const pkg = join(checkout, "pkg");

/** The folder of data sets, if one is named or was fetched. */
export const data = dataFolder();

/** For `test`'s option `skip`: false, or the reason. */
export const noMnist = without("mnist", "mnist", "train-images-idx3-ubyte.gz");

/** For `test`'s option `skip`: false, or the reason. */
export const noFashion = without("fashion", "fashion-mnist", "train-images-idx3-ubyte.gz");

/** For `test`'s option `skip`: false, or the reason. */
export const noCifar10 = without("cifar10", "cifar-10", "data_batch_5.bin.gz");

/** For `test`'s option `skip`: false, or the reason. */
export const noGpuBuild = existsSync(join(pkg, "gpu", "bunsen_bg.wasm")) ? false : `the GPU build is not in ${pkg}`;

/** A module of the package, in this very process. @param {string} name @returns {Promise<any>} */
export function load(name) {
  return import(pathToFileURL(join(pkg, name)).href);
}

/** @param {string} name @param {string} folder @param {string} file */
function without(name, folder, file) {
  if (data && existsSync(join(data, folder, file))) return false;
  return `${name} is not there: set BUNSEN_DATA to a folder that holds ${folder}/, or run \`cargo xtask data ${name}\``;
}

function dataFolder() {
  if (process.env.BUNSEN_DATA) return resolve(process.env.BUNSEN_DATA);
  const local = join(checkout, "data");
  return existsSync(local) ? local : undefined;
}
