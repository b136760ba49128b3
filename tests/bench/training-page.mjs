// The page itself as a person opens it, in a browser that has none of it yet, and its run from the press of Train to the last score.
import { launch } from "./browser.mjs";
import { machine } from "./machine.mjs";
import { serve } from "./server.mjs";

/** Serves the site, opens a browser, and puts both away whatever happens. */
export async function withSite({ adapter } = {}, work) {
  const server = await serve();
  let browser;
  try {
    browser = await launch({ adapter });
    return await work({ server, browser, info: machine(browser) });
  } finally {
    await browser?.close();
    await server.close();
  }
}

/** Opens the page at a link in a context of its own, which `work` has until it ends. */
export async function withTrainingPage(browser, address, { seconds = 60 } = {}, work) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(1000 * seconds);
    await page.goto(address, { waitUntil: "commit" });
    return await work(page);
  } finally {
    await context.close();
  }
}

/** Has an engine compute, and not the one that the page would choose: under Automatic another is tried beside the run. */
export async function chooseEngine(page, engine) {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("combobox", { name: "Engine" }).selectOption(engine);
  await page.keyboard.press("Escape");
}

/** Presses Train, as soon as that can be pressed. */
export const pressTrain = (page) => page.getByRole("button", { name: "Train", exact: true }).click();

/**
 * Trains to the end. The page is asked for nothing meanwhile, and its clock starts with the press.
 * @returns {Promise<{ seconds: number, scores: { step: number, accuracy: number, seconds: number }[], estimate: any, fetching: any, plan: any, engine: any }>}
 */
export async function trainToTheEnd(page) {
  const ended = page.evaluate(record);
  await pressTrain(page);
  return ended;
}

/** In the page: what it holds an estimate of, what it was still fetching at the press, and each score with the seconds since the press. */
async function record() {
  const app = await customElements.whenDefined("bench-app").then(() => document.querySelector("bench-app"));
  const { bench } = app;
  const { run, results, engine, data } = bench.state.stores;
  const pressed = await new Promise((done) =>
    addEventListener("click", () => done(performance.now()), { once: true, capture: true }),
  );
  const { estimate } = results.current;
  const { fetching } = data.current;
  const since = () => (performance.now() - pressed) / 1000;
  const scores = [];
  await new Promise((done, fail) => {
    const look = () => {
      const { score } = results.current;
      const { phase } = run.current;
      if (score && score.step !== scores.at(-1)?.step)
        scores.push({ step: score.step, accuracy: score.accuracy, seconds: since() });
      if (phase === "finished" && score?.step === bench.state.plan.steps) done();
      else if (phase === "suspended" || phase === "dead") fail(new Error(`The run ended: ${run.current.why.message}`));
      else setTimeout(look, 20);
    };
    look();
  });
  return { seconds: since(), scores, estimate, fetching, plan: bench.state.plan, engine: engine.current.engine };
}
