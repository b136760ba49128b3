// @ts-check
// The workers of a page.

import assert from "node:assert/strict";

/**
 * Waits until so many workers of the page compute, helpers included.
 * @param {import("playwright-core").Page} page
 * @param {number} count
 */
export async function assertWorkers(page, count) {
  const end = Date.now() + 10_000;
  // One that writes finished runs into the storage computes nothing.
  const computing = () => page.workers().filter((worker) => !/\/writer[^/]*$/.test(worker.url()));
  while (computing().length !== count) {
    const there = computing().map((worker) => worker.url());
    assert.ok(Date.now() < end, `${there.length} workers compute instead of ${count}: ${there.join(", ")}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
