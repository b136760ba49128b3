// The Content-Security-Policy of the built pages: what the page promises, kept by the browser.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "vite";

/** The address prefixes from which pages may fetch data sets: those of the manifest, which the built module tells. */
async function mirrorsOf(pkg: string): Promise<string[]> {
  const module = join(pkg, "cpu", "bunsen_bg.wasm");
  const bytes = await readFile(module).catch((cause: unknown) => {
    throw new Error(`${module} is not there: build the module before the page (cargo xtask build --cpu).`, { cause });
  });
  const build = (await import(
    pathToFileURL(join(pkg, "cpu", "bunsen.js")).href
  )) as typeof import("../crate/js/generated/cpu/bunsen.js");
  build.initSync({ module: bytes });
  return build.dataSources().flatMap(({ mirrors, sheets }) => [...mirrors, ...sheets]);
}

/** The policy of a site whose pages may ask `mirrors`, besides their own origin. */
function policyOf(mirrors: readonly string[]): string {
  const directives: Record<string, string[]> = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    // A worker of another origin is started by a script that imports it: see crate/js/module-worker.ts.
    "worker-src": ["'self'", "blob:"],
    "style-src": ["'self'"],
    // The arrows of lists are in the style sheets, and an image to try is shown from memory.
    "img-src": ["'self'", "data:", "blob:"],
    "connect-src": ["'self'", ...mirrors],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(" "))
    .join("; ");
}

/** A lesson has embeds of the same site in it. */
const LESSONS = "; frame-src 'self'";

/**
 * Writes the policy into every page that is built. Vite's development server has its own scripts and styles in the page, so that it has none.
 *
 * @param pkg the folder of the npm package, with the module for the CPU
 */
export function contentSecurityPolicy(pkg: string): Plugin {
  let policy = "";
  return {
    name: "bunsen-content-security-policy",
    apply: "build",
    async buildStart() {
      policy = policyOf(await mirrorsOf(pkg));
    },
    transformIndexHtml: {
      order: "post",
      handler(html, { path }) {
        // It holds for what follows it; the encoding has to be told within the first 1,024 bytes.
        const charset = '<meta charset="utf-8" />';
        if (!html.includes(charset)) throw new Error(`The page lacks ${charset}, behind which its policy belongs.`);
        const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}${path.startsWith("/learn/") ? LESSONS : ""}" />`;
        return html.replace(charset, `${charset}\n    ${meta}`);
      },
    },
  };
}
