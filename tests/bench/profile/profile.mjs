// Where a training step's time goes, function by function, in Node: `profile.mjs <package folder> [link] [steps] [workers]`.
// The package must have been bound with names; `cargo xtask bench profile` makes one and calls this.

import { Session } from "node:inspector/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const plain = "model=lenet5&data=digits&warmup=0&schedule=constant";
const [folder, link = plain, steps = "300", workers = "1"] = process.argv.slice(2);
const { openLab } = await import(pathToFileURL(resolve(folder, "index.js")).href);
const lab = await openLab({ engine: "cpu", workers: Number(workers) });
const run = await lab.start(link);
const count = Number(steps);
await run.step(Math.ceil(count / 5));
// Helpers join when the event loop gets a turn.
while (lab.engine.threads < Math.min(Number(workers), run.plan.shards))
  await new Promise((turn) => setTimeout(turn, 20));

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: 200 });
await session.post("Profiler.start");
const began = performance.now();
await run.step(count);
const ms = (performance.now() - began) / count;
const { profile } = await session.post("Profiler.stop");

/** Self time of each function, in microseconds. */
const times = new Map();
const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
profile.samples.forEach((id, at) => {
  const name = readable(nodes.get(id).callFrame.functionName || "(unnamed)");
  times.set(name, (times.get(name) ?? 0) + profile.timeDeltas[at]);
});
const total = [...times.values()].reduce((sum, time) => sum + time, 0);
console.log(`${link}: ${ms.toFixed(2)} ms a step with the profiler on`);
for (const [name, time] of [...times].sort((a, b) => b[1] - a[1]).slice(0, 30)) {
  console.log(`${((time / total) * ms).toFixed(2).padStart(8)} ms  ${name}`);
}

/** Rust's path without crate hashes and type arguments that repeat. */
function readable(name) {
  return name.replace(/\[[0-9a-f]{16}\]/g, "").slice(0, 150);
}

console.log("by crate:");
const crates = new Map();
for (const [name, time] of times) {
  const crate = /^(?:<[^a-z]*)?(?:dyn )?([a-z_0-9]+)::/.exec(name.replace(/^<&?(mut )?/, ""))?.[1] ?? name.slice(0, 24);
  crates.set(crate, (crates.get(crate) ?? 0) + time);
}
for (const [crate, time] of [...crates].sort((a, b) => b[1] - a[1]).slice(0, 14)) {
  console.log(`${((time / total) * ms).toFixed(2).padStart(8)} ms  ${crate}`);
}
