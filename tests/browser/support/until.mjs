// @ts-check
// Waiting for what happens, never for a time.

import assert from "node:assert/strict";

/** Of what was seen instead, so many characters are told. */
const MOST_SHOWN = 2_000;
/** How long between two looks. */
const LOOK_MS = 50;

/**
 * Looks again and again until it is so, and gives what was seen then.
 * @template T
 * @param {() => Promise<T> | T} look
 * @param {(seen: T) => boolean} is
 * @param {{ timeout?: number, what?: string }} [options] `what` is wanted, for the sentence of the failure
 * @returns {Promise<T>}
 */
export async function until(look, is, { timeout = 15_000, what = "what was wanted" } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const seen = await look();
    if (is(seen)) return seen;
    if (Date.now() >= end) {
      // Nothing at all has no JSON text.
      const text = String(JSON.stringify(seen)).slice(-MOST_SHOWN);
      assert.fail(`${what} did not come in ${timeout} ms: …${text}`);
    }
    await new Promise((over) => setTimeout(over, LOOK_MS));
  }
}
