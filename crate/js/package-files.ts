// Where the package's files lie that are no scripts of a bundle: WebAssembly modules and workers.

import { BunsenError } from "./errors.js";
import { shown } from "./arguments.js";
import { scriptOf, type WorkerScript } from "./module-worker.js";

/** The folder that was named, instead of where the scripts come from. */
let folder: URL | undefined;

/** Names the folder for all that is loaded from now on. */
export function usePackageFolder(url: string | URL): void {
  try {
    folder = new URL(String(url).replace(/\/*$/, "/"), globalThis.location?.href);
  } catch (thrown) {
    throw new BunsenError("engine", `${shown(url)} is no address of the package's folder.`, { cause: thrown });
  }
}

/** The address of a file of the package in the folder that was named; undefined where none was. @param path in that folder */
export function namedFile(path: string): URL | undefined {
  return folder && new URL(path, folder);
}

/**
 * The address of a file of the package.
 * @param path in the package's folder
 * @param packed where a bundler put it: spelled out as `new URL(…, import.meta.url)`, so that bundlers find it
 */
export function packageFile(path: string, packed: () => URL): URL {
  return namedFile(path) ?? packed();
}

/**
 * The script of one of the package's workers.
 * @param path in the package's folder
 * @param name of the worker
 * @param packed creates the worker and does nothing else, in the words that bundlers find it by (`scriptOf`)
 */
export function packageScript(path: string, name: string, packed: () => Worker): WorkerScript {
  const named = namedFile(path);
  return named ? { url: named, options: { type: "module", name } } : scriptOf(packed);
}
