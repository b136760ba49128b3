// @ts-check
// The states that the page names, as a visitor tells them apart: which buttons can be pressed, where the run stands, what is
// said. Of all of them, exactly one is so at any time.

/**
 * What is to be seen of the run. `main`: the one button that acts, which is Train, Pause, Go on or Train again. `offers`: buttons of what is said
 * above the panels.
 * @typedef {{
 *   main: string, trains: boolean, pauses: boolean, steps: boolean, resets: boolean,
 *   progress: string, done: number, left: boolean, paused: boolean, stopped: string, waiting: string,
 *   alerts: string[], offers: string[],
 * }} Seen
 */

const BEFORE = /^(not started|opening the bench)$/;
const AT_A_STEP = /^epoch \d+ of \d+, step [\d,]+ of [\d,]+$/;
const BEGINNING = /^(getting ready|first step|fetching the data|opening the bench)$/;

/** @param {Seen} seen */
const goesOn = (seen) => !seen.trains && seen.pauses && !seen.steps;
/** @param {Seen} seen */
const stands = (seen) => seen.trains && !seen.pauses && seen.steps;
/** Whether what is said above the panels can be answered so. @param {Seen} seen @param {RegExp} offer */
const offers = (seen, offer) => seen.alerts.length > 0 && seen.offers.some((name) => offer.test(name));

const OF_REFUSAL = /^Use the (default|last|rest)\b/;

/** @type {Record<string, (seen: Seen) => boolean>} */
export const STATES = {
  "is being opened": (seen) =>
    stands(seen) && seen.progress === "opening the bench" && seen.alerts.length === 0 && !seen.paused && !seen.resets,
  "link is refused": (seen) => stands(seen) && BEFORE.test(seen.progress) && offers(seen, OF_REFUSAL),
  "has a value that is not allowed": (seen) =>
    !seen.trains && !seen.pauses && !seen.steps && BEFORE.test(seen.progress) && offers(seen, OF_REFUSAL),
  "is ready": (seen) =>
    stands(seen) && seen.progress === "not started" && failures(seen) === 0 && !seen.paused && !seen.stopped,
  "offers to go on with a kept run": (seen) =>
    stands(seen) &&
    seen.progress === "not started" &&
    failures(seen) === 0 &&
    seen.stopped !== "" &&
    /^Go on/.test(seen.main),
  begins: (seen) => goesOn(seen) && BEGINNING.test(seen.progress) && failures(seen) === 0,
  trains: (seen) => goesOn(seen) && AT_A_STEP.test(seen.progress) && failures(seen) === 0,
  "stands paused": (seen) => stands(seen) && seen.paused && seen.main === "Go on" && failures(seen) === 0,
  "is finished": (seen) =>
    seen.main === "Train again" && seen.trains && !seen.pauses && !seen.steps && !seen.left && failures(seen) === 0,
  "stopped, and says why": (seen) => stands(seen) && !seen.paused && failures(seen) > 0 && !offers(seen, OF_REFUSAL),
};

/** Alerts of a failure: a question what shall become of the run is none, and a score that could not be had ends no run. @param {Seen} seen */
function failures({ alerts }) {
  return alerts.filter((text) => !/^(The address now holds another recipe|It could not be scored:)/.test(text)).length;
}

/** The names of the states that this is. @param {Seen} seen */
export function statesOf(seen) {
  return Object.entries(STATES)
    .filter(([, is]) => is(seen))
    .map(([name]) => name);
}
