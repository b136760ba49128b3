// From opening the built page to its first training step, on this machine, with nothing in the browser's cache.
import { median, number, table } from "../figures.mjs";
import { report, say } from "../results.mjs";
import { pressTrain, withSite, withTrainingPage } from "../training-page.mjs";

export const options = {
  loads: { type: "string", default: "5", help: "cold loads" },
  fragment: { type: "string", default: "", help: "what follows # in the address" },
  timeout: { type: "string", default: "60", help: "seconds a load may take" },
};

const GPU_BUILD = "/pkg/gpu/";

/** One load in a context of its own; milliseconds since navigation as the page's own clock has them. */
function load(browser, url, seconds) {
  return withTrainingPage(browser, url, { seconds }, async (page) => {
    const clock = () => page.evaluate(() => performance.now());
    await pressTrain(page);
    const pressed = await clock();
    const progress = page.getByRole("status", { name: "Progress" }).filter({ hasText: /step\s+[1-9]/ });
    await progress.first().waitFor();
    return { pressed, stepped: await clock() };
  });
}

export async function main(given) {
  return withSite({}, async ({ server, browser, info }) => {
    const address = `${server.url}/${given.fragment ? `#${given.fragment}` : ""}`;
    const loads = [];
    for (let index = 0; index < Number(given.loads); index++) {
      const { pressed, stepped } = await load(browser, address, Number(given.timeout));
      loads.push({ pressed, stepped });
      say(`load ${index + 1}: Train pressed at ${number(pressed)} ms, first step at ${number(stepped)} ms`);
    }
    const fetched = server.requests.filter((path) => path.startsWith(GPU_BUILD));
    const rows = [
      [
        "Train pressed",
        number(median(loads.map((each) => each.pressed))),
        loads.map((each) => number(each.pressed)).join(", "),
      ],
      [
        "first step seen",
        number(median(loads.map((each) => each.stepped))),
        loads.map((each) => number(each.stepped)).join(", "),
      ],
    ];
    const gpu =
      fetched.length === 0 ? "The GPU build was not fetched." : `**The GPU build was fetched**: ${fetched.join(", ")}.`;
    await report("opening", {
      title: "From opening the page to the first training step",
      info,
      body: `${table(["ms since navigation", "median", "each load"], rows)}\n\n${gpu}`,
      data: { loads, requests: [...new Set(server.requests)], gpuFetched: fetched },
    });
    return fetched.length === 0;
  });
}
