// @ts-check
// The workers of a page.

import { until } from "./until.mjs";

/**
 * Waits until so many workers of the page compute, those of the pool included.
 * @param {import("playwright-core").Page} page
 * @param {number} count
 */
export async function assertWorkers(page, count) {
  // One that writes finished runs into the storage computes nothing.
  const computing = () => page.workers().filter((worker) => !/runs-writer[^/]*$/.test(worker.url()));
  await until(
    () => computing().map((worker) => worker.url()),
    (urls) => urls.length === count,
    { timeout: 20_000, what: `exactly ${count} computing workers` },
  );
}
