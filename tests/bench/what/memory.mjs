// Whether a long run holds more at its end than after its first steps.
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";
import { megabytes, table } from "../figures.mjs";

export const options = {
  engines: { type: "string", default: "cpu,gpu", help: "comma-separated: cpu, gpu" },
  steps: { type: "string", default: "2000", help: "steps in all" },
  early: { type: "string", default: "100", help: "steps before the first look" },
  with: { type: "string", default: "model=lenet5&data=digits&seed=1&batch=64", help: "the recipe, as in a link" },
  adapter: { type: "string", default: "software", help: "software | hardware" },
};

const CHUNK = 50;

/** Trains to a number of steps; says where it is every so often. */
async function advance(bench, name, from, to) {
  let at = from;
  while (at < to) {
    const { steps } = await bench.call(name, "advance", Math.min(CHUNK, to - at));
    if (steps === 0)
      throw new Error(`The run ended after ${at} steps; it must have ${to}. Ask for fewer with --steps.`);
    at += steps;
    if (at % 500 === 0) say(`  ${name}: ${at} steps`);
  }
  return bench.call(name, "memory");
}

async function watch(bench, engine, { recipe, early, steps }) {
  const name = `bunsen ${engine}`;
  await bench.open(name);
  try {
    await bench.call(name, "open", { engine, link: `${recipe}&steps=${steps}` });
    const first = await advance(bench, name, 0, early);
    const last = await advance(bench, name, early, steps);
    // Seeing nothing would pass for flat.
    if (first.wasm === 0) throw new Error("No wasm memory was seen: the module was not instantiated in the worker.");
    if (engine === "gpu" && first.gpuBytes === 0)
      throw new Error("No GPU buffer was seen: the module made none in the worker.");
    const flat = last.wasm <= first.wasm && last.gpuBytes <= first.gpuBytes;
    return { name, first, last, flat };
  } catch (error) {
    say(`  ${name} failed: ${error.message}`);
    return { name, failed: error.message.split("\n")[0] };
  } finally {
    await bench.close(name);
  }
}

/** The kinds of GPU buffers of which there are more than before, most of them first. */
function grown({ first, last }) {
  const more = Object.entries(last.gpuKinds).map(([kind, count]) => [kind, count - (first.gpuKinds[kind] ?? 0)]);
  return more.filter(([, by]) => by > 0).sort(([, a], [, b]) => b - a);
}

export async function main(given) {
  const plan = { recipe: given.with, early: Number(given.early), steps: Number(given.steps) };
  return withBench({ adapter: given.adapter, flags: ["--js-flags=--expose-gc"] }, async ({ bench, info }) => {
    const results = [];
    for (const engine of given.engines.split(",")) {
      say(`bunsen ${engine}: ${plan.steps} steps`);
      results.push(await watch(bench, engine, plan));
    }
    const head = [
      "engine",
      `wasm after ${plan.early}`,
      `after ${plan.steps}`,
      `GPU buffers after ${plan.early}`,
      `after ${plan.steps}`,
      "their peak",
      "flat",
    ];
    const buffers = ({ gpuBytes, gpuBuffers }) => (gpuBuffers ? `${megabytes(gpuBytes)} in ${gpuBuffers}` : "none");
    const rows = results.map(({ name, failed, first, last, flat }) =>
      failed
        ? [name, "failed", "", "", "", "", ""]
        : [
            name,
            megabytes(first.wasm),
            megabytes(last.wasm),
            buffers(first),
            buffers(last),
            last.gpuPeak ? megabytes(last.gpuPeak) : "none",
            flat ? "yes" : "NO",
          ],
    );
    const growth = results.flatMap((each) =>
      each.failed || each.flat ? [] : grown(each).map(([kind, by]) => `\n- ${each.name}: ${by} more of ${kind}`),
    );
    const failures = results.filter((each) => each.failed).map((each) => `\n\n**${each.name} failed**: ${each.failed}`);
    await report("memory", {
      title: "Memory over a long run",
      info,
      body: `${table(head, rows)}\n\nRecipe: \`${plan.recipe}\`. Alive after a garbage collection; wasm memory never shrinks, so it shows the peak.${growth.length > 0 ? `\n${growth.join("")}` : ""}${failures.join("")}`,
      data: { plan, results },
    });
    return results.every((each) => each.flat);
  });
}
