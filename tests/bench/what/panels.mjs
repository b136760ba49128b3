// What looking at a run costs it: the same run with the panels of the page closed, open, and kept from drawing at all, and without the stage, in turns.
import { launch } from "../browser.mjs";
import { median, number, percent, table } from "../figures.mjs";
import { machine } from "../machine.mjs";
import { report, say } from "../results.mjs";
import { serve } from "../server.mjs";
import { PANELS } from "../../screenshots/views.mjs";

export const options = {
  rounds: { type: "string", default: "12", help: "turns: a run in each state" },
  link: { type: "string", default: "model=lenet5&data=digits&epochs=4", help: "the run, as in a link" },
};

/** What open panels may cost. */
const AIM = 0.05;

const STATES = {
  closed: "all panels closed",
  open: "all panels open",
  still: "panels kept from drawing",
  unstaged: "all panels closed, without the stage",
};

/** Opens the page once: runs that follow each other on it are closer in time than pages that are opened anew. */
async function openPage(browser, address) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(600_000);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
  await devtools.send("Performance.enable");
  await page.goto(address);
  const busy = async () =>
    (await devtools.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value;
  return { page, busy };
}

/** Trains the run anew to its end; images a second of all of it, and the seconds that the main thread had a core. */
async function train({ page, busy }, state) {
  for (const panel of PANELS) {
    const heading = page.getByText(panel, { exact: true });
    await heading.evaluate((element, state) => {
      const { host } = element.getRootNode();
      delete host.shouldUpdate;
      element.closest("details").open = state === "open";
      if (state === "still") host.shouldUpdate = () => false;
    }, state);
  }
  await page
    .getByRole("region", { name: "Stage" })
    .or(page.locator("[data-hidden]"))
    .evaluate((stage, hidden) => {
      stage.style.display = hidden ? "none" : "";
      stage.toggleAttribute("data-hidden", hidden);
      // Nothing is put through the network either.
      if (hidden) stage.bench.subscriptions.watch(null);
    }, state === "unstaged");
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await page
    .getByRole("status", { name: "Before training" })
    .filter({ hasText: /On this computer|known once/ })
    .waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  const before = await busy();
  const { seconds, images } = await page.evaluate(toTheEnd);
  return { imagesPerSecond: images / seconds, seconds, mainThread: (await busy()) - before };
}

/** In the page, which is asked for nothing while it trains: to look for an element by its role takes time, too. */
async function toTheEnd() {
  const { bench } = document.querySelector("bench-app");
  const begun = performance.now();
  const { run } = bench.state.stores;
  await new Promise((done) => {
    const dispatch = run.dispatch.bind(run);
    run.dispatch = (event) => {
      dispatch(event);
      if (run.current.phase === "finished") done();
    };
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
    const runs = { closed: [], open: [], still: [], unstaged: [] };
    const names = Object.keys(STATES);
    const opened = await openPage(browser, `${server.url}/#${link}`);
    await train(opened, "open"); // Warms up: nothing of it counts.
    for (let round = 0; round < Number(rounds); round++) {
      // Each state comes first, second and last in turn.
      for (let at = 0; at < names.length; at++) {
        const name = names[(round + at) % names.length];
        const run = await train(opened, name);
        runs[name].push(run);
        say(
          `round ${round + 1}, ${STATES[name]}: ${number(run.imagesPerSecond)} images/s, main thread ${number(run.mainThread)} s`,
        );
      }
    }
    const speeds = (name) => runs[name].map(({ imagesPerSecond }) => imagesPerSecond);
    // Of runs that were neighbours: what else the machine does changes more slowly.
    const cost = (name, than) =>
      1 - median(runs[name].map((run, round) => run.imagesPerSecond / runs[than][round].imagesPerSecond));
    const costs = { open: cost("open", "closed"), closed: cost("closed", "still"), stage: cost("closed", "unstaged") };
    const rows = names.map((name) => [
      STATES[name],
      number(median(speeds(name))),
      speeds(name).map(number).join(", "),
      number(median(runs[name].map(({ mainThread, seconds }) => (1000 * mainThread) / seconds))),
    ]);
    const head = ["", "images/s, median", "each run", "main thread, ms of a core a second"];
    const words =
      `Open panels cost ${percent(costs.open)} of the images a second that closed ones give (aim: under ${percent(AIM)}); closed ones cost ` +
      `${percent(costs.closed)} of those without them; the stage costs ${percent(costs.stage)}. Whole runs, from the start of training to the end, every scoring included; medians of ` +
      `the ratios of each round. A negative cost is noise.`;
    await report("panels", {
      title: "What open panels cost",
      info,
      body: `${table(head, rows)}\n\n${words}\n\nPanels: ${PANELS.join(", ")}. Run: \`${link}\`.`,
      data: { link, panels: PANELS, runs, costs },
    });
    return costs.open < AIM && costs.stage < AIM;
  } finally {
    await browser?.close();
    await server.close();
  }
}
