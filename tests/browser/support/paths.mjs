// @ts-check
// Where things are, and whether they are there.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const checkout = fileURLToPath(new URL("../../../", import.meta.url));

/** The built site. */
export const dist = resolve(process.env.BUNSEN_DIST ?? join(checkout, "dist"));

/** The package within it. */
export const pkg = join(dist, "pkg");

/** The folder of data sets, if one is named or was fetched. */
export const data = dataFolder();

/** For `test`'s option `skip`: false, or the reason. */
export const noMnist =
  data && existsSync(join(data, "mnist", "train-images-idx3-ubyte.gz"))
    ? false
    : "MNIST is not there: set BUNSEN_DATA to a folder that holds mnist/, or run `cargo xtask data mnist`";

/** For `test`'s option `skip`: false, or the reason. */
export const noGpuBuild = existsSync(join(pkg, "gpu", "bunsen_bg.wasm")) ? false : `the GPU build is not in ${pkg}`;

/** A module of the package, in this very process. @param {string} name @returns {Promise<any>} */
export function load(name) {
  return import(pathToFileURL(join(pkg, name)).href);
}

function dataFolder() {
  if (process.env.BUNSEN_DATA) return resolve(process.env.BUNSEN_DATA);
  const own = join(checkout, "data");
  return existsSync(own) ? own : undefined;
}
