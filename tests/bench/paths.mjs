import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dist, pkgFolder } from "../browser/support/paths.mjs";

/** A path inside this folder. */
export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The built site (BUNSEN_DIST, or that of this version in `dist`), and the package within it. */
export { dist, pkgFolder };
export const pkg = join(dist, pkgFolder);

/** Where data/<name>/<file> lies: BUNSEN_DATA, or `data` in the checkout. */
export const data = process.env.BUNSEN_DATA ?? here("../../data");

export const chromium = process.env.BUNSEN_CHROMIUM ?? "/usr/bin/chromium";

/** Says what to do where the site is not built, before anything else fails for it. */
export function requireSite() {
  if (!existsSync(join(pkg, "index.js"))) {
    throw new Error(
      `No built site is in ${dist}. Run \`cargo xtask bench\`, which builds it, or name one in BUNSEN_DIST.`,
    );
  }
}
