// What a training step asks of the GPU: how many kernels it is given to run, and which. Unlike a time, that does not
// depend on the adapter.
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";
import { median, number, table } from "../figures.mjs";

export const options = {
  steps: { type: "string", default: "10", help: "how many steps are counted" },
  with: {
    type: "string",
    default: "model=lenet5&data=digits&subset=2000&batch=64&seed=1",
    help: "the recipes, as in links, separated by commas",
  },
  adapter: { type: "string", default: "software", help: "software | hardware" },
};

/** Steps before the counting: the first compiles, the second may still make memory. */
const BEFORE = 2;

async function count(bench, link, steps) {
  await bench.open(link);
  try {
    const { startMs } = await bench.call(link, "open", { engine: "gpu", link });
    const first = await bench.call(link, "advance", 1);
    for (let step = 1; step < BEFORE; step++) await bench.call(link, "advance", 1);
    const before = await bench.call(link, "dispatches");
    const seconds = [];
    for (let step = 0; step < steps; step++) seconds.push((await bench.call(link, "advance", 1)).seconds);
    const after = await bench.call(link, "dispatches");
    const each = Object.entries(after).map(([name, all]) => [name, (all - (before[name] ?? 0)) / steps]);
    const kernels = each.filter(([, often]) => often > 0).sort(([, a], [, b]) => b - a);
    const all = kernels.reduce((sum, [, often]) => sum + often, 0);
    if (all === 0) throw new Error("No dispatch was seen: the module ran nothing on the GPU in the worker.");
    return { link, startMs, firstMs: first.seconds * 1000, stepMs: median(seconds) * 1000, all, kernels };
  } finally {
    await bench.close(link);
  }
}

export async function main(given) {
  return withBench({ adapter: given.adapter }, async ({ bench, info }) => {
    const results = [];
    for (const link of given.with.split(",")) {
      say(link);
      results.push(await count(bench, link, Number(given.steps)));
    }
    const summary = results.map(({ link, all, startMs, firstMs, stepMs }) => [
      `\`${link}\``,
      number(all),
      number(startMs / 1000),
      number(firstMs / 1000),
      number(stepMs),
    ]);
    const parts = results.map(({ link, kernels }) => {
      const rows = kernels.map(([name, often]) => [name, number(often)]);
      return `\`${link}\`:\n\n${table(["kernel", "a step"], rows)}`;
    });
    const head = ["recipe", "dispatches a step", "start with self-test, s", "first step, s", "a later step, ms"];
    await report("dispatches", {
      title: "What a training step asks of the GPU",
      info,
      body: [table(head, summary), ...parts].join("\n\n"),
      data: { results },
    });
    return true;
  });
}
