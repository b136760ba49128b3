// @ts-check
// The examples of the crate that "Show as code" wrote: formatted, and built.

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const checkout = fileURLToPath(new URL("../../../", import.meta.url));

/** @param {string} program */
const missing = (program) =>
  spawnSync(program, ["--version"]).status === 0 ? false : `there is no ${program} on PATH`;

export const noCargo = missing("cargo");
export const noRustfmt = missing("rustfmt");

/** A program's text, formatted as all of the workspace is. @param {string} text */
export const formatted = (text) => execFileSync("rustfmt", ["--edition", "2024"], { input: text, encoding: "utf8" });

/**
 * The folder of these examples, built. With the options that the crate's tests are built with, burn is compiled once for both.
 * @param {readonly string[]} examples
 */
export function built(examples) {
  const words = ["build", "--quiet", "--locked", "--workspace", "--exclude", "bindings", "--features", "bunsen/gpu"];
  execFileSync("cargo", [...words, ...examples.flatMap((example) => ["--example", example])], { cwd: checkout });
  return join(process.env["CARGO_TARGET_DIR"] ?? join(checkout, "target"), "debug", "examples");
}
