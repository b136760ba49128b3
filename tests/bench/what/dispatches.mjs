// What a training step asks of the GPU: how many kernels it is given to run, and which. Unlike a time, that does not
// depend on the adapter.
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";
import { median, number, table } from "../figures.mjs";
import { gpuProcess } from "../processor.mjs";

export const options = {
  steps: { type: "string", default: "10", help: "how many steps are counted" },
  with: {
    type: "string",
    default: "model=lenet5&data=digits&subset=2000&batch=64&seed=1",
    help: "the recipes, as in links, separated by commas",
  },
  costs: { type: "boolean", default: false, help: "also what each kernel costs, on Linux with the software adapter" },
  adapter: { type: "string", default: "software", help: "software | hardware" },
};

/** Steps before the counting: the first compiles, the second may still make memory. */
const BEFORE = 2;

/** How many times more a kernel is run to see what it costs. */
const REPEATS = 4;

/** Milliseconds of computing that a step takes, and those of each of its kernels. */
async function costs(bench, link, steps, names) {
  const computed = gpuProcess();
  if (!computed) throw new Error("--costs needs Linux's count of what a process computes, and the software adapter.");
  const measure = async (repeats) => {
    await bench.call(link, "repeat", repeats);
    const before = computed();
    const { steps: done } = await bench.call(link, "advance", steps);
    if (done < steps) throw new Error("The run ended while costs were measured; give it more epochs with --with.");
    return (computed() - before) / steps;
  };
  const step = await measure({});
  const kernels = {};
  for (const name of names) kernels[name] = ((await measure({ [name]: REPEATS })) - step) / REPEATS;
  return { step, kernels };
}

async function count(bench, link, steps, costly) {
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
    const cost = costly
      ? await costs(
          bench,
          link,
          steps,
          kernels.map(([name]) => name),
        )
      : undefined;
    return { cost, link, startMs, firstMs: first.seconds * 1000, stepMs: median(seconds) * 1000, all, kernels };
  } finally {
    await bench.close(link);
  }
}

export async function main(given) {
  return withBench({ adapter: given.adapter }, async ({ bench, info }) => {
    const results = [];
    for (const link of given.with.split(",")) {
      say(link);
      results.push(await count(bench, link, Number(given.steps), given.costs));
    }
    const summary = results.map(({ link, all, startMs, firstMs, stepMs }) => [
      `\`${link}\``,
      number(all),
      number(startMs / 1000),
      number(firstMs / 1000),
      number(stepMs),
    ]);
    const parts = results.map(({ link, kernels, cost }) => {
      const rows = kernels.map(([name, often]) => [name, number(often), ...(cost ? [number(cost.kernels[name])] : [])]);
      const head = ["kernel", "a step", ...(cost ? [`of ${number(cost.step)} ms computing`] : [])];
      return `\`${link}\`:\n\n${table(head, rows)}`;
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
