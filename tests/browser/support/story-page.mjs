// @ts-check
// A visitor of the page's stories, and where things of a story are found.

import assert from "node:assert/strict";
import { visitor } from "./browser.mjs";
import { Bench } from "./page.mjs";

/** @param {ReturnType<typeof import("./site.mjs").startSite>} site */
export function visitorOf(site) {
  /** A new visitor's page, at a link. @param {string} link @param {(bench: Bench) => Promise<void>} use */
  return async function visit(link, use) {
    const { context } = await visitor(site.browser, { viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.open(link);
    await use(bench);
    assert.deepEqual(bench.complaints, []);
    await context.close();
  };
}

/** The view of a story that is open. @param {Bench} bench @param {string} title */
export const view = (bench, title) => bench.page.getByRole("region", { name: title, exact: true });
/** The button of a story in the row. @param {Bench} bench @param {string} title */
export const inRow = (bench, title) =>
  bench.page.getByRole("navigation", { name: "Stories" }).getByRole("button", { name: title, exact: true });
/** The closing sentences. @param {Bench} bench */
export const cameOut = (bench) => bench.page.getByRole("group", { name: "What came out" });
