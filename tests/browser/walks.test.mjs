// @ts-check
// Whatever fails, whenever it fails: nothing is lost, and the page says where it stands. Walks of thirty events each, which a
// seed draws, among them every fault: the first fifty seeds, three hundred in the long test, or as many as BUNSEN_WALKS says. `BUNSEN_WALK=<seed>`
// walks one of them again, and several, with commas between them, one after another in one tab. A walk takes one and a half
// seconds of a processor.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isLong } from "./support/long.mjs";
import { noMnist } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";
import { walkOf } from "./support/walks/events.mjs";
import { wrongWith } from "./support/walks/judge.mjs";
import { statesOf } from "./support/walks/states.mjs";
import { LONG, prepare, REAL, TINY, tour, undisturbed } from "./support/walks/tour.mjs";

/** @typedef {import("./support/walks/events.mjs").Walk} Walk */
/** @typedef {import("./support/walks/walker.mjs").Outcome} Outcome */

const WALKS = Number(process.env.BUNSEN_WALKS ?? (isLong ? 300 : 50));
/** States that so many walks come to. */
const VISITED = ["is ready", "trains", "stands paused", "is finished", "stopped, and says why"];
/** So many tabs walk at a time, but for walks that are taken again. */
const TABS = process.env.BUNSEN_WALK ? 1 : 4;

const site = startSite({
  // What moves on the page is drawn anew for as long as it moves.
  args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost", "--force-prefers-reduced-motion"],
});

/** Takes walks, and says of each what is wrong. @param {(links: string[], fetched: string[]) => Walk[]} walksOf @param {string} [drop] */
async function take(walksOf, drop) {
  prepare(site.server, drop ?? null);
  const fetched = noMnist || drop ? [] : REAL;
  const drawn = drop ? [LONG] : TINY;
  const checks = await undisturbed([...drawn, ...fetched], site.server.url);
  const links = [...checks.keys()];
  const waiting = walksOf(links.slice(0, drawn.length), links.slice(drawn.length));
  /** @type {Map<number, string[]>} */
  const wrong = new Map();
  /** @type {Set<string>} */
  const states = new Set();
  const next = () => waiting.shift();
  const over = (/** @type {Outcome} */ outcome) => {
    wrong.set(outcome.seed, wrongWith(outcome, checks));
    for (const { seen } of outcome.moments) for (const state of seen ? statesOf(seen) : []) states.add(state);
  };
  await tour(site.browser, site.server, { tabs: Math.min(TABS, waiting.length), next, over });
  return { wrong, states };
}

/** A walk of these events. @param {string[]} links @param {string[]} names @returns {Walk} */
function walkBy(links, names) {
  const events = names.map((name) => ({ name, pick: 0, wait: 0 }));
  return { seed: 0, recipe: 0, recipes: links, events, data: false, gpu: false, reloads: false };
}

describe("a bench to which everything happens", () => {
  test(
    "no walk loses more than a minute, and every run ends as if nothing had happened",
    { timeout: 900_000 },
    async (t) => {
      const { BUNSEN_WALK } = process.env;
      const seeds = BUNSEN_WALK ? BUNSEN_WALK.split(",").map(Number) : Array.from({ length: WALKS }, (_, at) => at + 1);
      const began = performance.now();
      const { wrong, states } = await take((tiny, real) => seeds.map((seed) => walkOf(seed, { tiny, real })));
      const seconds = Math.round((performance.now() - began) / 1000);
      t.diagnostic(`${wrong.size} walks in ${seconds} s${noMnist ? `; none with fetched images, for ${noMnist}` : ""}`);
      assert.equal(wrong.size, seeds.length);
      const failed = [...wrong].filter(([, sentences]) => sentences.length > 0);
      assert.deepEqual(
        failed.map(([seed, sentences]) => `BUNSEN_WALK=${seed}: ${sentences.join("; ")}`),
        [],
      );
      const unseen = VISITED.filter((state) => !states.has(state));
      if (!BUNSEN_WALK) assert.deepEqual(unseen, [], "states that no walk came to");
    },
  );
});

describe("walks see what is wrong", () => {
  const trainedFor = (/** @type {number} */ looks) => ["train", ...Array.from({ length: looks }, () => "look on")];

  test("a page that does not hear of the end of a run", { timeout: 180_000 }, async () => {
    const { wrong } = await take((links) => [walkBy(links, ["train"])], "finished");
    assert.match(wrong.get(0)?.join() ?? "", /had no end, for nothing changed any more/);
  });

  test("a page that is given no checkpoint, and cannot keep any", { timeout: 180_000 }, async () => {
    const { wrong } = await take(
      (links) => [walkBy(links, ["the storage fails", ...trainedFor(150), "the worker breaks", "look on"])],
      "checkpoint",
    );
    assert.match(wrong.get(0)?.join() ?? "", /It went on at step \d+, and a minute before the fault it was at step/);
  });
});
