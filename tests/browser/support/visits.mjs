// @ts-check
// A visitor of their own for each test of a suite, whose page is recorded.

import { afterEach, beforeEach } from "node:test";
import { visitor } from "./browser.mjs";
import { Bench } from "./page.mjs";
import { record } from "./record.mjs";
import { startSite } from "./site.mjs";

/**
 * @typedef {{
 *   server: import("./server.mjs").Server,
 *   context: import("playwright-core").BrowserContext,
 *   bench: Bench,
 *   outside: string[],
 * }} Visit `outside`: what was asked of other hosts
 */

/**
 * Serves the site and starts the browser for the suite that calls this.
 * @param {Parameters<typeof startSite>[0]} options of the browser
 * @param {(visit: Visit) => unknown} use takes what each test has, before it begins
 */
export function visitEach(options, use) {
  const site = startSite(options);
  /** @type {import("playwright-core").BrowserContext | undefined} */ let context;
  beforeEach(async () => {
    const visit = await visitor(site.browser);
    ({ context } = visit);
    await record(context);
    const bench = new Bench(await context.newPage(), site.server.url);
    await use({ server: site.server, bench, ...visit });
  });
  afterEach(async () => {
    await context?.close();
    site.server.reset();
  });
}
