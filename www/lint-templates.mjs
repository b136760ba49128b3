// @ts-check
// Checks the templates of the page's elements: that there are such elements, properties and attributes, and that what is
// bound to them has their types. The compiler takes templates for text, so that without this a property that was renamed
// would be missed in silence.
//
// lit-analyzer asks for the compiler's programming interface, which TypeScript 7 no longer has; it works with the one that
// web-component-analyzer, a dependency of it, brings.

import Module, { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const typescript = createRequire(require.resolve("web-component-analyzer")).resolve("typescript");

/** @type {{ _resolveFilename: (this: unknown, request: string, ...others: unknown[]) => string }} */
const loader = /** @type {any} */ (Module);
const resolve = loader._resolveFilename;
loader._resolveFilename = function (request, ...others) {
  return request === "typescript" ? typescript : resolve.call(this, request, ...others);
};

// Style sheets are Prettier's to parse: the analyzer knows no container queries. It takes its patterns from here on.
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
process.argv.splice(2, Infinity, "www/src/**/*.ts", "--strict", "--rules.no-invalid-css", "off", "--maxWarnings", "0");
require("lit-analyzer/cli.js");
