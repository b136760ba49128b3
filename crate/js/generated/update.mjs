// The TypeScript types that wasm-bindgen makes of the three builds are checked in here, so that whoever works on the
// package or the page needs no Rust build for a type check.
//
//   node crate/js/generated/update.mjs           takes them from the builds in pkg/, as far as those are there
//   node crate/js/generated/update.mjs --check   fails where a build in pkg/ has other types than those checked in, or
//                                                is not there

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const FILES = ["cpu/bunsen.d.ts", "gpu/bunsen.d.ts", "images/bunsen_images.d.ts"];

/** The raw exports of the WebAssembly file: nobody calls them, and the names of closures change with every build. */
const RAW_EXPORTS = /(export interface InitOutput \{\n\s*readonly memory: WebAssembly\.Memory;\n)[^}]*\}/;

/** A build's types without what differs from build to build: the raw exports, and the order of the declarations. */
function normalize(types) {
  const [head = "", ...declarations] = types
    .replace(RAW_EXPORTS, "$1}")
    .trim()
    .split(/\n{2,}/);
  const nameOf = (declaration) => declaration.replace(/^\/\*\*.*?\*\/\s*/s, "");
  const byName = (a, b) => (nameOf(a) < nameOf(b) ? -1 : 1);
  return `${[head, ...declarations.sort(byName)].join("\n\n")}\n`;
}

const read = (path) => readFile(path, "utf8").catch(() => undefined);
const checkOnly = process.argv.includes("--check");
const problems = [];

for (const file of FILES) {
  const built = await read(fileURLToPath(new URL(`../../../pkg/${file}`, import.meta.url)));
  if (built === undefined) {
    problems.push(`pkg/${file} is not there, so its types were not compared`);
    continue;
  }
  const path = fileURLToPath(new URL(file, import.meta.url));
  const types = normalize(built);
  if (types === (await read(path))) continue;
  if (checkOnly) {
    problems.push(
      `crate/js/generated/${file} has other types than the build in pkg/ (npm run types:update takes them)`,
    );
    continue;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, types);
  console.log(`crate/js/generated/${file} was updated: commit it.`);
}

for (const problem of problems) console.error(`${problem}.`);
if (checkOnly && problems.length > 0) process.exitCode = 1;
