// The first losses on the GPU engine against the CPU engine's, from the same start.
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";
import { percent, table } from "../figures.mjs";

export const options = {
  steps: { type: "string", default: "50", help: "how many losses" },
  within: { type: "string", default: "1", help: "the largest difference allowed, in percent of the CPU engine's loss" },
  with: { type: "string", default: "model=lenet5&data=digits&seed=1&batch=64", help: "the recipe, as in a link" },
  adapter: { type: "string", default: "software", help: "software | hardware" },
};

const CHUNK = 10;

async function losses(bench, engine, link, steps) {
  const name = `bunsen ${engine}`;
  await bench.open(name);
  try {
    const { engine: info } = await bench.call(name, "open", { engine, link });
    const read = [];
    while (read.length < steps) {
      const reports = await bench.call(name, "reports", Math.min(CHUNK, steps - read.length));
      if (reports.length === 0)
        throw new Error(`The run ended after ${read.length} steps; ask for fewer with --steps.`);
      read.push(...reports.map((each) => each.loss));
      say(`  ${name}: ${read.length} of ${steps}, loss ${read.at(-1).toFixed(4)}`);
    }
    return { label: info.label, read };
  } finally {
    await bench.close(name);
  }
}

export async function main(given) {
  const steps = Number(given.steps);
  return withBench({ adapter: given.adapter }, async ({ bench, info }) => {
    const cpu = await losses(bench, "cpu", given.with, steps);
    const gpu = await losses(bench, "gpu", given.with, steps);
    const differences = cpu.read.map((loss, step) => Math.abs(gpu.read[step] - loss) / loss);
    const worst = differences.reduce((best, each, step) => (each > differences[best] ? step : best), 0);
    const passed = differences.every((each) => each <= Number(given.within) / 100);
    const shown = [...new Set([0, 1, 4, 9, 19, 29, 39, 49, worst])]
      .filter((step) => step < steps)
      .sort((a, b) => a - b);
    const rows = shown.map((step) => [
      `${step + 1}${step === worst ? " (largest difference)" : ""}`,
      cpu.read[step].toFixed(6),
      gpu.read[step].toFixed(6),
      percent(differences[step]),
    ]);
    await report("agreement", {
      title: "The GPU engine's losses against the CPU engine's",
      info,
      body: `${table(["step", cpu.label, gpu.label, "difference"], rows)}\n\nRecipe: \`${given.with}\`. Largest difference in ${steps} steps: ${percent(differences[worst])}; allowed: ${given.within} %.`,
      data: { recipe: given.with, cpu, gpu, differences },
    });
    return passed;
  });
}
