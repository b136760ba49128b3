// @ts-check
// Takes walks: the site with what its server may refuse, pages that walk, and what undisturbed runs give.

import { readFile } from "node:fs/promises";
import { claimCores, claimGpu, cpuAsGpu, ENTRANCE, allInFront, status } from "../faults.mjs";
import { load } from "../paths.mjs";
import { openEyes } from "./eyes.mjs";
import { lendHands } from "./hands.mjs";
import { walkAlong } from "./walker.mjs";
import { CHANNEL, makeWorld, MINUTE_MS, NO_FAULTS, PACE } from "./world.mjs";

/** @typedef {import("./events.mjs").Walk} Walk */
/** @typedef {import("./walker.mjs").Outcome} Outcome */

/** Runs of a moment; the second has one long epoch, so that it lives by what is kept within it. */
export const TINY = [
  "model=mlp&widths=8&data=digits&subset=64&batch=16&steps=60",
  "model=mlp&widths=8&data=digits&subset=1600&batch=4&steps=300&seed=2",
  "model=mlp&widths=12&data=digits&subset=96&val=32&batch=16&steps=80&seed=3&opt=sgd",
];
/** One whose images are fetched. */
export const REAL = ["model=mlp&widths=8&data=mnist&subset=64&batch=16&steps=40"];

const IMPOSSIBLE = ["model=mlp&widths=none&subset=64&batch=16&steps=60", "model=unheard-of"];
/** In the finale, in which nothing fails any more, the page stands still no longer than this. */
const PATIENCE_MS = 15_000;

/**
 * The checks of runs that nothing disturbs, in this process, by their links as the page writes them.
 * @param {string[]} links @param {string} site
 * @returns {Promise<Map<string, string>>}
 */
export async function undisturbed(links, site) {
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu", data: { base: `${site}data/` } });
  const runs = new Map();
  try {
    for (const given of links) {
      const run = await lab.start(given);
      while ((await run.step(100)).length > 0);
      runs.set(run.plan.link, await run.check());
      run.free();
    }
  } finally {
    lab.close();
  }
  return runs;
}

/** What the server refuses now. */
class Refusals {
  /** @type {Set<string>} */ #refused = new Set();

  /** @param {import("../server.mjs").Server} server */
  constructor(server) {
    server.break("/walk", (request, response) => {
      const { searchParams } = new URL(request.url ?? "", server.url);
      const answered = searchParams.get("answer") ?? "";
      if (answered === "all") this.#refused.clear();
      this.#refused.delete(answered);
      this.#refused.add(searchParams.get("refuse") ?? "");
      response.writeHead(204).end();
    });
    server.break("/pkg/code/*", this.#unless("files", "text/javascript"));
    server.break("/data/*", this.#unless("images", "application/octet-stream"));
  }

  /** @param {string} what @param {string} type @returns {import("../server.mjs").Fault} */
  #unless(what, type) {
    return async (request, response, file) => {
      const part = what === "images" ? (/train/.test(file) ? "train" : "t10k") : what;
      if (this.#refused.has(part)) return status(503)(request, response, file);
      response.writeHead(200, { "content-type": type }).end(await readFile(file));
    };
  }
}

/** Serves what the walks need. @param {import("../server.mjs").Server} server */
export function prepare(server) {
  const world = { pace: PACE, channel: CHANNEL, none: NO_FAULTS };
  server.break(ENTRANCE, allInFront([makeWorld, world], [claimGpu, null], [claimCores, 1]));
  server.break("/pkg/gpu/*", cpuAsGpu("well"));
  new Refusals(server);
  for (const folder of ["/pkg/cpu/*", "/assets/*"]) server.break(folder, kept);
}

/** A file that the browser need not ask for again: hundreds of walks begin with the same ones. @type {import("../server.mjs").Fault} */
const kept = async (_, response, file) => {
  const type = file.endsWith(".wasm") ? "application/wasm" : file.endsWith(".css") ? "text/css" : "text/javascript";
  response.writeHead(200, { "content-type": type, "cache-control": "max-age=3600" }).end(await readFile(file));
};

/**
 * A page that takes walks until there are none, and its outcomes.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {{ next: () => Walk | undefined, over: (outcome: Outcome) => void, drop?: string }} how `drop`: the kind of event that the page does not hear
 */
export async function tour(browser, url, { next, over, drop }) {
  const context = await browser.newContext({ viewport: { width: 800, height: 400 } });
  const page = await context.newPage();
  await new Promise((resolve, reject) => {
    page.on("crash", () => reject(new Error("the tab crashed")));
    page.on("close", () => reject(new Error("the tab was closed")));
    (async () => {
      await page.exposeFunction("nextWalk", () => {
        const walk = next();
        if (!walk) resolve(undefined);
        return walk ?? null;
      });
      await page.exposeFunction("walkOver", (/** @type {any} */ outcome) => {
        if (outcome.thrown) reject(new Error(`walk ${outcome.seed}: ${outcome.thrown}`));
        else over(outcome);
      });
      const world = { pace: PACE, channel: CHANNEL, none: NO_FAULTS };
      await page.addInitScript(makeWorld, world);
      await page.addInitScript(claimGpu);
      await page.addInitScript(openEyes);
      await page.addInitScript(lendHands, { channel: CHANNEL, impossible: IMPOSSIBLE, drop: drop ?? null });
      await page.addInitScript(walkAlong, { none: NO_FAULTS, minute: MINUTE_MS, patience: PATIENCE_MS });
      await page.goto(url);
    })().catch(reject);
  }).finally(() => context.close());
}
