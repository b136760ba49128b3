// @ts-check
// The stored links give their stored checks, bit for bit: under Node and in every browser that is there, however they
// are pulled, in both builds.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { browsers } from "../replays/browsers.mjs";
import { replayHere, replayThere } from "../replays/host.mjs";
import { judge, links, unable } from "../replays/links.mjs";
import { isLong } from "./support/long.mjs";
import { noGpuBuild } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";

/** @typedef {Parameters<typeof replayHere>[0]} What */

const TIMEOUT = { timeout: 400_000 };

/** @param {string[]} chosen @param {import("node:test").TestContext} context */
function possible(chosen, context) {
  const skipped = new Set(chosen.map(unable).filter((why) => why !== false));
  for (const why of skipped) context.diagnostic(`skipped in part: ${why}`);
  return chosen.filter((link) => unable(link) === false);
}

const all = links.map(({ link }) => link);
/** Some of each network and data set: each of the three parts together is all. @param {number} part */
const third = (part) => all.filter((_, at) => at % 3 === part % 3);

/**
 * Node replays all of them, and each browser a part of its own; in the long test each browser replays all.
 * @type {{ name: string, build: string, manner: What["manner"], chosen: (place: number) => string[] }[]}
 */
const WAYS = [
  {
    name: "from the first step to the last",
    build: "cpu",
    manner: "plain",
    chosen: (place) => (isLong || place === 0 ? all : third(place)),
  },
  {
    name: "by two workers, looked at, and gone on with from a checkpoint",
    build: "cpu",
    manner: "disturbed",
    chosen: (place) => (isLong ? third(0) : third(place).filter((_, at) => at % 2 === 0)),
  },
  { name: "in the GPU build's own CPU engine", build: "gpu", manner: "plain", chosen: () => third(0) },
];

/** Where the GPU build is gone through, too: one place says whether its CPU engine is the CPU build's. */
const BUILDS = "Chromium";

/**
 * @param {string} place @param {number} number of the place, from 0
 * @param {string | undefined} missing @param {(what: What) => Promise<{ rows: any[] }>} replay
 */
function everyWay(place, number, missing, replay) {
  for (const { name, build, manner, chosen } of WAYS) {
    if (build === "gpu" && place !== BUILDS) continue;
    const skip = missing ?? (build === "gpu" && noGpuBuild);
    test(`${place}: ${name}`, { ...TIMEOUT, skip }, async (context) => {
      const asked = possible(chosen(number), context);
      assert.ok(chosen(number).length > 0);
      const { rows } = await replay({ build, manner, links: asked });
      assert.deepEqual(
        judge(rows),
        asked.map((link) => ({ link, verdict: "same" })),
      );
    });
  }
}

describe("stored links are replayed", () => {
  /** @type {Server} */ let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server?.close());

  everyWay("Node", 0, undefined, replayHere);
  for (const [at, browser] of browsers.entries()) {
    everyWay(browser.name, at + 1, browser.missing(), (what) => replayThere(server, browser.open, what));
  }
});
