// The first losses on the GPU engine against the CPU engine's, from the same start, network by network.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";
import { table } from "../figures.mjs";

export const options = {
  steps: { type: "string", default: "50", help: "how many losses" },
  within: { type: "string", default: "1e-4", help: "the largest difference allowed, as a share of the CPU engine's" },
  with: { type: "string", help: "recipes, as in links, separated by commas (default: the networks)" },
  networks: { type: "string", default: "lenet5", help: "networks, separated by commas; or all" },
  batch: { type: "string", default: "64", help: "images a step of these networks" },
  cpu: { type: "string", help: "a file for the CPU engine's losses, the same on every machine: read, or else written" },
  adapter: { type: "string", default: "software", help: "software | hardware" },
};

const CHUNK = 10;

/** A difference, which may be of any size. */
const share = (difference) => difference.toExponential(1);

/** The losses of a recipe's first steps on an engine, or why there are none. */
async function losses(bench, engine, link, steps) {
  const name = `bunsen ${engine}`;
  await bench.open(name);
  try {
    await bench.call(name, "open", { engine, link });
    const read = [];
    while (read.length < steps) {
      const reports = await bench.call(name, "reports", Math.min(CHUNK, steps - read.length));
      if (reports.length === 0)
        throw new Error(`The run ended after ${read.length} steps; ask for fewer with --steps.`);
      read.push(...reports.map((each) => each.loss));
    }
    return read;
  } finally {
    await bench.close(name);
  }
}

/** The CPU engine's losses by recipe: those of the file, and where it lacks some, computed here and added to it. */
async function reference(bench, links, steps, file) {
  const known = file && existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : {};
  for (const link of links) {
    if (known[link]?.length >= steps) continue;
    known[link] = await losses(bench, "cpu", link, steps);
    say(`  CPU engine: ${link}: ${known[link].at(-1).toFixed(4)} after ${steps} steps`);
    if (file) await writeFile(file, JSON.stringify(known));
  }
  return known;
}

async function compared(bench, link, cpu, steps) {
  try {
    const gpu = await losses(bench, "gpu", link, steps);
    const differences = gpu.map((loss, step) => Math.abs(loss - cpu[step]) / Math.abs(cpu[step]));
    // Not a number is larger than any difference.
    const worst = differences.reduce((best, each, step) => (each <= differences[best] ? best : step), 0);
    return { link, gpu, differences, worst };
  } catch (error) {
    return { link, failed: error.message };
  }
}

export async function main(given) {
  const steps = Number(given.steps);
  const within = Number(given.within);
  return withBench({ adapter: given.adapter }, async ({ bench, info }) => {
    const links = given.with?.split(",") ?? (await bench.links(given.networks, `seed=1&batch=${given.batch}`));
    const cpu = await reference(bench, links, steps, given.cpu);
    const results = [];
    for (const link of links) {
      const result = await compared(bench, link, cpu[link], steps);
      result.passed = result.differences?.every((each) => each <= within) ?? false;
      say(`  GPU engine: ${link}: ${result.failed ?? share(result.differences[result.worst])}`);
      results.push(result);
    }
    const rows = results.map(({ link, gpu, differences, worst, failed, passed }) =>
      failed === undefined
        ? [
            `\`${link}\``,
            gpu[0].toFixed(6),
            gpu.at(-1).toFixed(6),
            share(differences[worst]),
            worst + 1,
            passed ? "yes" : "no",
          ]
        : [`\`${link}\``, failed, "", "", "", "no"],
    );
    const head = ["recipe", "first loss", `loss ${steps}`, "largest difference", "at step", `within ${given.within}`];
    await report("agreement", {
      title: "The GPU engine's losses against the CPU engine's",
      info,
      body: `${table(head, rows)}\n\n${steps} steps each; a difference is a share of the CPU engine's loss.`,
      data: { cpu, results },
    });
    return results.every(({ passed }) => passed);
  });
}
