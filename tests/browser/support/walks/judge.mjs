// @ts-check
// Judges a walk: what it saw, and what came of its run.

import { statesOf } from "./states.mjs";

/**
 * What is wrong with it, as sentences.
 * @param {import("./walker.mjs").Outcome} outcome
 * @param {Map<string, string>} checks those of runs that nothing disturbed, by their links
 */
export function wrongWith({ moments, uncaught, before, lost, file, why, pressed }, checks) {
  /** @type {string[]} */
  const wrong = [];
  for (const [at, { event, seen, nonsense }] of moments.entries()) {
    const states = seen ? statesOf(seen) : ["nothing is drawn"];
    const [state] = states;
    if (!seen || states.length !== 1) {
      const before = moments.slice(Math.max(0, at - 5), at).map(({ event }) => event);
      wrong.push(
        `after "${before.join(", ")}", "${event}" (${at}) it is ${states.join(" and ") || "in no state"}: ${JSON.stringify(seen)}`,
      );
    }
    if (nonsense.length > 0)
      wrong.push(`after "${event}" (${at}), when it ${state}, it reads ${JSON.stringify(nonsense)}`);
  }
  wrong.push(...uncaught.map((what) => `nobody caught: ${what}`), ...lost);
  if (why) wrong.push(`its run had no end, for ${why} after ${pressed.slice(-6).join(", ")}`);
  else if (!file) wrong.push("its run could not be saved");
  else if (file.check !== checks.get(file.link)) {
    wrong.push(`its check is ${file.check}, and that of ${file.link} is ${checks.get(file.link)}`);
  }
  if (wrong.length > 0 && before.length > 0) wrong.push(`in the same tab there were ${before.join(",")} before`);
  return wrong;
}
