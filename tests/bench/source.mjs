// The page's own arithmetic, tables and peers, so that there is one of each: TypeScript, which Vite makes readable here.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, runnerImport } from "vite";

/**
 * A module of the page.
 * @param {string} path below www/src
 * @returns {Promise<any>}
 */
export async function source(path) {
  const file = fileURLToPath(new URL(`../../www/src/${path}`, import.meta.url));
  const { module } = await runnerImport(file, { configFile: false, logLevel: "error" });
  return module;
}

/**
 * A module beside this one, bundled with all that it imports.
 * @param {string} path
 */
export async function bundle(path) {
  const entry = fileURLToPath(new URL(path, import.meta.url));
  const outDir = await mkdtemp(join(tmpdir(), "bunsen-bench-"));
  const into = { outDir, ssr: entry, rolldownOptions: { output: { entryFileNames: "bundle.mjs" } } };
  try {
    await build({ configFile: false, logLevel: "error", ssr: { noExternal: true }, build: into });
    return await import(pathToFileURL(join(outDir, "bundle.mjs")).href);
  } finally {
    await rm(outDir, { recursive: true });
  }
}
