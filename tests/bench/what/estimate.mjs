// How well the page says beforehand what a run will take: what it says before Train is pressed, and what the run then takes.
import { launch } from "../browser.mjs";
import { number, table } from "../figures.mjs";
import { machine } from "../machine.mjs";
import { report, say } from "../results.mjs";
import { serve } from "../server.mjs";

export const options = {
  with: {
    type: "string",
    default: [
      "model=lenet5&data=digits",
      "model=resnet-8&data=shapes&subset=1000",
      "model=vit&data=digits&epochs=1",
    ].join(","),
    help: "the recipes, as in links, separated by commas",
  },
  rounds: { type: "string", default: "3", help: "how often each is trained, in turns" },
};

/** A run may take so much longer than the most that was estimated, or less than the least. */
const TOLERANCE = 0.25;

/** What the page holds an estimate of, and the seconds from pressing Train to the last score. */
async function measure(page, address) {
  await page.goto("about:blank");
  await page.goto(address);
  // A software adapter would be tried as a GPU beside the run, and take its processors.
  await page.getByRole("combobox", { name: "Engine" }).selectOption("cpu");
  const told = page.getByRole("status", { name: "Before training" }).filter({ hasText: /Estimated here|known once/ });
  await told.waitFor();
  const said = await told.innerText();
  return { said, ...(await page.evaluate(toTheEnd)) };
}

/** In the page, which is asked for nothing while it trains. */
async function toTheEnd() {
  const { bench } = document.querySelector("bench-app");
  const { run, results } = bench.state.stores;
  const { estimate } = results.current;
  const { plan } = bench.state;
  const begun = performance.now();
  await new Promise((done) => {
    const look = () => {
      const { score } = results.current;
      if (run.current.phase === "finished" && score?.step === plan.steps) done();
      else setTimeout(look, 20);
    };
    bench.train();
    look();
  });
  return { seconds: (performance.now() - begun) / 1000, estimate, plan };
}

const durationBy = (plan, { training, scoring }) =>
  (plan.steps * plan.batch) / training + (plan.scoreSteps.length * (plan.test + plan.validation)) / scoring;

export async function main(given) {
  const server = await serve();
  let browser;
  try {
    browser = await launch();
    const info = machine(browser);
    const links = given.with.split(",");
    const rows = [];
    for (let round = 0; round < Number(given.rounds); round++) {
      for (const link of links) {
        const page = await browser.newPage();
        page.setDefaultTimeout(600_000);
        const { said, seconds, estimate, plan } = await measure(page, `${server.url}/#${link}`);
        await page.close();
        if (!estimate?.quickest) throw new Error(`The page has no estimate of ${link}: ${said}`);
        const [least, most] = [estimate.quickest, estimate.median].map((speeds) => durationBy(plan, speeds));
        const isWithin = seconds >= (1 - TOLERANCE) * least && seconds <= (1 + TOLERANCE) * most;
        say(`${link}: ${said.replace(/.*Estimated here: /, "")} It took ${number(seconds)} s.`);
        rows.push({ link, least, most, seconds, isWithin });
      }
    }
    const cells = rows.map(({ link, least, most, seconds, isWithin }) => [
      `\`${link}\``,
      `${number(least)} to ${number(most)}`,
      number(seconds),
      isWithin ? "yes" : "**no**",
    ]);
    await report("estimate", {
      title: "What a run was estimated to take, and what it took",
      info,
      body: table(["recipe", "estimated, s", "took, s", `within ${100 * TOLERANCE} % of that`], cells),
      data: { rows },
    });
    return rows.every(({ isWithin }) => isWithin);
  } finally {
    await browser?.close();
    await server.close();
  }
}
