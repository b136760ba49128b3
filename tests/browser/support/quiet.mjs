// @ts-check
// When a page has nothing more to draw.

/** @typedef {import("playwright-core").Page} Page */

/** Timers of the page that are due later than this draw nothing that anybody waits for. */
const SOON_MS = 1_000;
/** A page whose run goes on is never quiet: after so long, what is drawn is a moment of it. */
const PATIENCE_MS = 2_000;

/** Lets a page's timers be counted. @param {import("playwright-core").BrowserContext | Page} where */
export function countTimers(where) {
  return where.addInitScript((soon) => {
    /** @type {any} */ const self = globalThis;
    const pending = new Set();
    self.pendingTimers = pending;
    const { setTimeout, clearTimeout } = self;
    self.setTimeout = (/** @type {any} */ act, /** @type {number} */ delay = 0, /** @type {any[]} */ ...rest) => {
      const id = setTimeout(() => {
        pending.delete(id);
        act(...rest);
      }, delay);
      if (delay <= soon) pending.add(id);
      return id;
    };
    self.clearTimeout = (/** @type {number} */ id) => {
      pending.delete(id);
      clearTimeout(id);
    };
  }, SOON_MS);
}

/**
 * Waits until no timer is due soon and what there is has been drawn: words and pictures follow a run by timers that hold
 * them back. The page's timers have to be counted ({@link countTimers}).
 * @param {Page} page
 */
export async function quiet(page) {
  const end = Date.now() + PATIENCE_MS;
  let pending;
  do {
    pending = await page.evaluate(async () => {
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
      return /** @type {any} */ (globalThis).pendingTimers.size;
    });
  } while (pending > 0 && Date.now() < end);
}
