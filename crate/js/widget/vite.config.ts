import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
const { version } = JSON.parse(readFileSync(resolve(here, "../package.json"), "utf8")) as { version: string };

/** Where the site of this version lies: BUNSEN_SITE is the folder of all versions. Without it, each widget has to name a copy. */
function site(): string {
  const all = process.env["BUNSEN_SITE"];
  return all ? new URL(`v/${version}/`, all.replace(/\/?$/, "/")).href : "";
}

// `vite build crate/js/widget`: hosts copy the file or read it as text, so that nothing may lie beside it.
export default defineConfig({
  root: here,
  define: { BUNSEN_SITE: JSON.stringify(site()) },
  build: {
    outDir: resolve(here, "../../../pkg"),
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: resolve(here, "widget.ts"), formats: ["es"], fileName: () => "widget.mjs" },
  },
});
