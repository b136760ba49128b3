// Runs that are cut short at random moments, by the end of their worker, their tab or the whole browser, and gone on with:
// whether the check is that of the run that nothing cut short, and what was lost.
import { Bench } from "../../browser/support/page.mjs";
import {
  checkpointsUntil,
  killWorker,
  prepare,
  sharedCheck,
  takeOffer,
  uninterrupted,
} from "../../browser/support/autosave.mjs";
import { Killable } from "../../browser/support/killable.mjs";
import { Server } from "../../browser/support/server.mjs";
import { number, table } from "../figures.mjs";
import { machine } from "../machine.mjs";
import { report, say } from "../results.mjs";

export const options = {
  moments: { type: "string", default: "30", help: "how often a run is cut short; worker, tab and browser take turns" },
  steps: { type: "string", default: "800", help: "steps of the run" },
  link: {
    type: "string",
    default: "model=lenet5&data=digits&subset=2000&batch=32&aug=crop&seed=11",
    help: "the rest of its recipe",
  },
};

const WAYS = ["worker", "tab", "browser"];

/** One browser, with its profile, and one page in it. */
class Visit {
  static async begin(server) {
    const visit = new Visit();
    visit.server = server;
    visit.killable = await Killable.create();
    await visit.start();
    return visit;
  }

  async start() {
    this.context = await this.killable.start();
    await prepare(this.context);
  }

  async open(link) {
    this.bench = new Bench(await this.context.newPage(), this.server.url);
    await this.bench.open(link, { timeout: 60_000 });
  }

  /** Cuts the run short, and goes on with it; gives the step. */
  async cut(way, link) {
    if (way === "worker") {
      await killWorker(this.bench.page);
      const sentence = await this.bench.alertText();
      const step = Number(/go on from step ([\d,]+)/.exec(sentence)?.[1]?.replaceAll(",", "") ?? 0);
      await this.bench.goOnWithCpu();
      return step;
    }
    if (way === "tab") await this.bench.page.close();
    else {
      await this.killable.kill();
      await this.start();
    }
    await this.open(link);
    return takeOffer(this.bench);
  }
}

/** @returns what became of one run */
async function moment(visit, link, steps, way) {
  await visit.open(link);
  const at = 1 + Math.floor(Math.random() * (steps - 2));
  const began = Date.now();
  await visit.bench.button("Train").click();
  const { page } = visit.bench;
  // Not seen from outside, for steps are quicker than that: the page itself says when.
  await page.waitForFunction(
    (at) => {
      const path = ["bench-app", "bench-bar", "run-line"];
      const line = path.reduce((root, selector) => root?.querySelector(selector)?.shadowRoot, document);
      const text = line?.querySelector('[aria-label="Progress"]')?.textContent ?? "";
      const [, epoch, step, perEpoch] =
        /epoch ([\d,]+) of [\d,]+, step ([\d,]+) of ([\d,]+)/.exec(text.replaceAll(/\s+/g, " ")) ?? [];
      globalThis.perEpoch = Math.max(globalThis.perEpoch ?? 0, Number(perEpoch ?? 0));
      return (Number(epoch) - 1) * globalThis.perEpoch + Number(step) >= at;
    },
    at,
    { polling: 5, timeout: 120_000 },
  );
  const { done } = await visit.bench.progress();
  const seconds = (Date.now() - began) / 1000;
  const from = await visit.cut(way, link);
  const lost = Math.max(0, done - from) * (seconds / Math.max(1, done));
  await visit.bench.finalAccuracy(steps, { timeout: 240_000 });
  const found = await sharedCheck(visit.bench);
  await checkpointsUntil(visit.bench.page, (all) => all.length === 0);
  await visit.bench.page.close();
  return { way, at: done, from, lost, check: found };
}

export async function main(given) {
  const [moments, steps] = [Number(given.moments), Number(given.steps)];
  const link = `${given.link}&steps=${steps}`;
  const { check: wanted } = await uninterrupted(link);
  say(`${link}: check ${wanted}`);
  const server = await Server.start();
  const visit = await Visit.begin(server);
  try {
    const info = machine(visit.killable.browser);
    const results = [];
    for (let index = 0; index < moments; index++) {
      const way = WAYS[index % WAYS.length];
      try {
        results.push(await moment(visit, link, steps, way));
      } catch (error) {
        results.push({ way, failed: error.message.split("\n")[0] });
        await visit.killable.kill();
        await visit.start();
      }
      const { at, from, lost, check, failed } = results.at(-1);
      const verdict = failed ?? (check === wanted ? "same" : `differs: ${check}`);
      say(`${index + 1}. ${way} at step ${at}, on from ${from}, ${number(lost)} s lost: ${verdict}`);
    }
    const same = (of) => of.filter((each) => each.check === wanted).length;
    const rows = WAYS.map((way) => {
      const of = results.filter((each) => each.way === way);
      const lost = of.map((each) => each.lost ?? NaN).filter(Number.isFinite);
      return [
        way,
        of.length,
        same(of),
        number(Math.max(...lost)),
        number(lost.reduce((sum, each) => sum + each, 0) / lost.length),
      ];
    });
    await report("resumes", {
      title: "Runs cut short and gone on with",
      info,
      body: `${table(["killed", "times", "equal checks", "most seconds lost", "mean"], rows)}\n\n${same(results)} of ${results.length} equal checks (${wanted}), \`${link}\`.`,
      data: { link, wanted, results },
    });
    return same(results) === moments;
  } finally {
    await visit.killable.close();
    await server.close();
  }
}
