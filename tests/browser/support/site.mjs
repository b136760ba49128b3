// @ts-check
// What most suites need: the site, served, and a browser to see it with.

import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { Server } from "./server.mjs";

/**
 * Both are there while the tests of the suite that calls this run.
 * @param {Parameters<typeof launch>[0]} [options] of the browser
 */
export function startSite(options) {
  const parts = /** @type {{ server: Server, browser: import("playwright-core").Browser }} */ ({});
  before(async () => {
    parts.server = await Server.start();
    parts.browser = await launch(options);
  });
  after(async () => {
    await parts.browser?.close();
    await parts.server?.close();
  });
  return parts;
}
