// Bundles what the browser runs: the page and one worker script for each library.
import { copyFile, rm } from "node:fs/promises";
import { build } from "esbuild";
import { here } from "./paths.mjs";

export async function bundle() {
  await rm(here("built"), { recursive: true, force: true });
  await build({
    entryPoints: ["page", "bunsen", "jax", "tfjs"].map((name) => here(`page/${name}.mjs`)),
    outdir: here("built"),
    bundle: true,
    splitting: true, // jax-js loads its backends when they are wanted
    format: "esm",
    target: "es2022",
    minify: true,
    logLevel: "warning",
  });
  await copyFile(here("page/index.html"), here("built/index.html"));
}
