// @ts-check
// The interpreter of tests that run Python: BUNSEN_PYTHON names it.

import { spawnSync } from "node:child_process";

export const python = process.env["BUNSEN_PYTHON"] ?? "python3";

/** For `test`'s option `skip`: false, or that it has not all of these modules. @param {string[]} modules */
export function withoutModules(...modules) {
  const found = spawnSync(python, ["-c", `import ${modules.join(", ")}`], { encoding: "utf8" });
  if (found.status === 0) return /** @type {const} */ (false);
  return `${python} has no ${modules.join(", ")}: install tests/references/requirements.txt and set BUNSEN_PYTHON`;
}

/** One thread, so that small networks are quick; and no compiled files, which would stand for a script that is written anew within a second. */
export const ONE_THREAD = { ...process.env, OMP_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1" };
