// What looking at a run costs it: the same run with the panels of the page closed, open, and kept from drawing at all, in turns.
import { launch } from "../browser.mjs";
import { median, number, percent, table } from "../figures.mjs";
import { machine } from "../machine.mjs";
import { report, say } from "../results.mjs";
import { serve } from "../server.mjs";
import { PANELS } from "../../screenshots/views.mjs";

export const options = {
  rounds: { type: "string", default: "7", help: "turns: a run in each state" },
  link: { type: "string", default: "model=lenet5&data=digits&epochs=8", help: "the run, as in a link" },
};

/** What open panels may cost. */
const AIM = 0.05;

const STATES = { closed: "all panels closed", open: "all panels open", still: "panels kept from drawing" };

/** Trains the run to its end; images a second of all of it, and the seconds that the main thread had a core. */
async function train(browser, address, state) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(600_000);
    const devtools = await context.newCDPSession(page);
    await devtools.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
    await devtools.send("Performance.enable");
    await page.goto(address);
    await page.getByRole("status", { name: "Before training" }).filter({ hasText: /Estimated here|known once/ }).waitFor();
    for (const panel of PANELS) {
      const summary = page.getByText(panel, { exact: true });
      if (state === "open") await summary.click();
      if (state === "still") await summary.evaluate((element) => Object.assign(element.getRootNode().host, { shouldUpdate: () => false }));
    }
    await page.evaluate(() => scrollTo(0, 0));
    const busy = async () => (await devtools.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value;
    const before = await busy();
    const { seconds, images } = await page.evaluate(toTheEnd);
    return { imagesPerSecond: images / seconds, seconds, mainThread: (await busy()) - before };
  } finally {
    await context.close();
  }
}

/** In the page, which is asked for nothing while it trains: to look for an element by its role takes time, too. */
async function toTheEnd() {
  const { bench } = document.querySelector("bench-app");
  const begun = performance.now();
  await new Promise((done) => {
    bench.subscribe(() => bench.state.phase === "finished" && done());
    bench.train();
  });
  const { steps, batch } = bench.state.plan;
  return { seconds: (performance.now() - begun) / 1000, images: steps * batch };
}

export async function main({ rounds, link }) {
  const server = await serve();
  let browser;
  try {
    browser = await launch();
    const info = machine(browser);
    const runs = { closed: [], open: [], still: [] };
    const names = Object.keys(STATES);
    for (let round = 0; round < Number(rounds); round++) {
      // Each state comes first, second and last in turn.
      for (let at = 0; at < names.length; at++) {
        const name = names[(round + at) % names.length];
        const run = await train(browser, `${server.url}/#${link}`, name);
        runs[name].push(run);
        say(`round ${round + 1}, ${STATES[name]}: ${number(run.imagesPerSecond)} images/s, main thread ${number(run.mainThread)} s`);
      }
    }
    const speeds = (name) => runs[name].map(({ imagesPerSecond }) => imagesPerSecond);
    // Of runs that were neighbours: what else the machine does changes more slowly.
    const cost = (name, than) => 1 - median(runs[name].map((run, round) => run.imagesPerSecond / runs[than][round].imagesPerSecond));
    const costs = { open: cost("open", "closed"), closed: cost("closed", "still") };
    const rows = names.map((name) => [
      STATES[name],
      number(median(speeds(name))),
      speeds(name).map(number).join(", "),
      number(median(runs[name].map(({ mainThread, seconds }) => (1000 * mainThread) / seconds))),
    ]);
    const head = ["", "images/s, median", "each run", "main thread, ms of a core a second"];
    const words =
      `Open panels cost ${percent(costs.open)} of the images a second that closed ones give (aim: under ${percent(AIM)}); closed ones cost ` +
      `${percent(costs.closed)} of those without them. Whole runs, from the start of training to the end, every scoring included; medians of ` +
      `the ratios of each round. A negative cost is noise.`;
    await report("panels", {
      title: "What open panels cost",
      info,
      body: `${table(head, rows)}\n\n${words}\n\nPanels: ${PANELS.join(", ")}. Run: \`${link}\`.`,
      data: { link, panels: PANELS, runs, costs },
    });
    return costs.open < AIM;
  } finally {
    await browser?.close();
    await server.close();
  }
}
