// @ts-check
// What happens on a walk: thirty events that a seed draws, so that the same seed walks the same way again.

/** @typedef {{ name: string, pick: number, wait: number }} WalkEvent `pick`: which of several, from 0 to 1; `wait`: milliseconds before it */
/** @typedef {{ seed: number, recipe: number, recipes: string[], events: WalkEvent[], data: boolean, gpu: boolean, reloads: boolean }} Walk */

export const EVENTS = 30;
/** Before an event so many milliseconds pass at most, and now and then more: it finds the page in the midst of something. */
const SHORT_WAIT = 16;
const LONG_WAIT = 200;

/** What a walk may be of. @typedef {{ reloads: boolean, gpu: boolean, data: boolean }} World */

/** How often each event is drawn. What a person does, then what goes wrong. @type {[string, number, ((world: World) => boolean)?][]} */
const SHARES = [
  ["train", 20],
  ["pause", 9],
  ["step", 4],
  ["reset", 3],
  ["start anew", 2],
  ["take an offer", 8],
  ["choose a recipe", 5],
  ["go back to the first recipe", 4],
  ["choose an impossible recipe", 1],
  ["draw", 3],
  ["take a test example", 4],
  ["clear", 1],
  ["open or close a panel", 6],
  ["compare runs, or no longer", 2],
  ["see the batch", 2],
  ["show as code", 2],
  ["save the run", 2],
  ["share", 1],
  ["look on", 5],
  ["choose an engine", 8, ({ gpu }) => gpu],
  ["the worker is killed", 2],
  ["the worker breaks", 2],
  ["the module traps", 1],
  ["the storage fails", 3],
  ["the storage is well again", 2],
  ["requests are refused", 3],
  ["requests are answered again", 2],
  ["files are refused", 2],
  ["files are there again", 1],
  ["the clock is set back", 1],
  ["the tab is reloaded", 4, ({ reloads }) => reloads],
  ["the GPU is lost", 6, ({ gpu }) => gpu],
  ["training images are refused", 4, ({ data }) => data],
  ["test images are refused", 4, ({ data }) => data],
  ["images are there again", 3, ({ data }) => data],
];

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). @param {number} seed @returns {() => number} */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The walk of a seed.
 * @param {number} seed
 * @param {{ tiny: string[], real: string[] }} recipes those of synthetic digits, and those whose images are fetched, if there are any
 * @returns {Walk}
 */
export function walkOf(seed, { tiny, real }) {
  const draw = random(seed);
  const data = real.length > 0 && seed % 25 === 7;
  const world = { reloads: seed % 4 === 0, gpu: seed % 10 === 3, data };
  const possible = SHARES.filter(([, , where]) => where?.(world) ?? true);
  const all = possible.reduce((sum, [, share]) => sum + share, 0);
  const events = Array.from({ length: EVENTS }, () => {
    let at = draw() * all;
    const [name] = possible.find(([, share]) => (at -= share) < 0) ?? possible[0];
    return { name, pick: draw(), wait: Math.round(draw() * (draw() < 0.1 ? LONG_WAIT : SHORT_WAIT)) };
  });
  const known = data ? real : tiny;
  return { seed, recipe: Math.floor(draw() * known.length), recipes: known, events, ...world };
}
