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
  "model=mlp&widths=8&data=digits&subset=64&batch=16&steps=30",
  "model=mlp&widths=8&data=digits&subset=800&batch=4&steps=150&seed=2",
  "model=mlp&widths=12&data=digits&subset=96&val=32&batch=16&steps=40&seed=3&opt=sgd",
];
/** One that no walk sees the end of before its finale. */
export const LONG = "model=mlp&widths=8&data=digits&subset=1600&batch=4&steps=8000&seed=2";
/** One whose images are fetched. */
export const REAL = ["model=mlp&widths=8&data=mnist&subset=64&batch=16&steps=20"];

const IMPOSSIBLE = ["model=mlp&widths=none&subset=64&batch=16&steps=30", "model=unheard-of"];
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

/**
 * Serves what the walks need. @param {import("../server.mjs").Server} server
 * @param {string | null} drop the kind of event that the page does not hear
 */
export function prepare(server, drop) {
  const world = { pace: PACE, channel: CHANNEL, none: NO_FAULTS };
  server.break(ENTRANCE, allInFront([makeWorld, world], [claimGpu, null], [claimCores, 1]));
  server.break("/pkg/gpu/*", cpuAsGpu("well"));
  new Refusals(server);
  for (const folder of ["/pkg/*", "/assets/*"]) server.break(folder, kept);
  const hands = { channel: CHANNEL, impossible: IMPOSSIBLE, drop };
  const walker = { none: NO_FAULTS, minute: MINUTE_MS, patience: PATIENCE_MS };
  const scripts = [
    scriptOf(makeWorld, world),
    scriptOf(claimGpu, null),
    scriptOf(openEyes, null),
    scriptOf(lendHands, hands),
    scriptOf(walkAlong, walker),
  ];
  server.break("/", async (_, response, file) => {
    const page = (await readFile(file, "utf8")).replace("<head>", `<head><script>${scripts.join("\n")}</script>`);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(page);
  });
}

/** @param {(argument: any) => void} script @param {unknown} argument */
const scriptOf = (script, argument) => `(${script})(${JSON.stringify(argument)});`.replaceAll("</", "<\\/");

/** A file that the browser need not ask for again: hundreds of walks begin with the same ones. @type {import("../server.mjs").Fault} */
const kept = async (_, response, file) => {
  const type = file.endsWith(".wasm") ? "application/wasm" : file.endsWith(".css") ? "text/css" : "text/javascript";
  response.writeHead(200, { "content-type": type, "cache-control": "max-age=3600" }).end(await readFile(file));
};

/** With the browser's own bars. */
const WINDOW = { width: 800, height: 487 };

/**
 * Pages that take walks until there are none, and their outcomes. Playwright opens the browser and no more: to follow every
 * page, worker and file of it would take as long again. The first tab is seen; the others are behind another one, where the
 * browser draws nothing, which is a third of what a walk takes.
 * @param {import("playwright-core").Browser} browser
 * @param {import("../server.mjs").Server} server
 * @param {{ tabs: number, next: () => Walk | undefined, over: (outcome: Outcome) => void }} how
 */
export async function tour(browser, server, { tabs, next, over }) {
  const session = await browser.newBrowserCDPSession();
  /** @type {string[]} */
  const contexts = [];
  /** @type {Set<string>} */
  const pages = new Set();
  try {
    await new Promise((resolve, reject) => {
      let walking = tabs;
      server.break("/walk/next", (_, response) => {
        const walk = next() ?? null;
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(walk));
        if (!walk && --walking === 0) resolve(undefined);
      });
      server.break("/walk/over", async (request, response) => {
        const outcome = JSON.parse(Buffer.concat(await request.toArray()).toString());
        response.writeHead(204).end();
        if (outcome.thrown) reject(new Error(`walk ${outcome.seed}: ${outcome.thrown}`));
        else over(outcome);
      });
      const gone =
        (/** @type {string} */ how) =>
        (/** @type {{ targetId: string }} */ { targetId }) => {
          if (pages.has(targetId)) reject(new Error(`the tab ${how}`));
        };
      session.on("Target.targetCrashed", gone("crashed"));
      session.on("Target.targetDestroyed", gone("was closed"));
      (async () => {
        await session.send("Target.setDiscoverTargets", { discover: true });
        for (let tab = 0; tab < tabs; tab++) {
          const { browserContextId } = await session.send("Target.createBrowserContext");
          contexts.push(browserContextId);
          const page = { url: server.url, browserContextId, ...WINDOW };
          pages.add((await session.send("Target.createTarget", page)).targetId);
          // Another tab comes in front of it.
          if (tab > 0) await session.send("Target.createTarget", { url: "about:blank", browserContextId });
        }
      })().catch(reject);
    });
  } finally {
    pages.clear();
    for (const browserContextId of contexts) await session.send("Target.disposeBrowserContext", { browserContextId });
    await session.detach();
  }
}
