// The page's own arithmetic and tables, so that there is one of each: TypeScript, which Vite makes readable here.
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

/** A module of the page. `path`: below www/src. */
export async function source(path) {
  const file = fileURLToPath(new URL(`../../www/src/${path}`, import.meta.url));
  const { module } = await runnerImport(file, { configFile: false, logLevel: "error" });
  return module;
}
