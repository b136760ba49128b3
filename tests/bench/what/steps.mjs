// The training step on every engine, as bench.html measures it, in turns.
import { number, table } from "../figures.mjs";
import { bodyOf, withPage } from "../measuring.mjs";
import { report as write, say } from "../results.mjs";
import { busy, traced } from "../trace.mjs";

export const options = {
  engines: { type: "string", help: "which, e.g. bunsen-cpu,jax-js-webgpu (default: all)" },
  networks: { type: "string", default: "lenet5", help: "lenet5, resnet-8" },
  batch: { type: "string", default: "64", help: "pictures a step of LeNet-5" },
  seconds: { type: "string", default: "60", help: "timed seconds an engine" },
  rounds: { type: "string", default: "3", help: "turns the timed steps are spread over" },
  every: { type: "string", default: "1", help: "read the loss back every so many steps, on all engines" },
  busy: { type: "boolean", default: false, help: "measure also how long each worker's own thread is busy" },
  adapter: { type: "string", default: "software", help: "software | hardware" },
};

const ALL = "bunsen-cpu,bunsen-gpu,jax-js-webgpu,jax-js-wasm,tfjs-cpu,tfjs-webgpu";
const BUSY_SECONDS = "10";

/** Apart from the timed rounds, so that tracing weighs on none of them. */
async function threadTime({ browser, page, measure }, query) {
  say("thread time");
  const { value, events } = await traced(browser, page, () => measure({ ...query, rounds: 1, seconds: BUSY_SECONDS }));
  const rows = value.report.steps.flatMap(({ rows }) => rows).filter(({ failed }) => failed === null);
  return rows.map(({ key, name, steps }) => {
    const { wall, cpu, span } = busy(events, key);
    return { key, name, wallMs: wall / steps, cpuMs: cpu / steps, stepMs: span / steps };
  });
}

function busyTable(rows) {
  const head = ["engine", "thread busy ms a step", "of it on a core", "of a step of"];
  const lines = rows.map(({ name, wallMs, cpuMs, stepMs }) => [name, ...[wallMs, cpuMs, stepMs].map(number)]);
  const note =
    "Thread busy: time in tasks on the worker's own thread, as the browser's scheduler saw it in a turn of its own; " +
    "waiting, for a GPU or for other threads, is no part of it.";
  return `\n\n## The workers' own threads\n\n${table(head, lines)}\n\n${note}`;
}

export async function main(given) {
  const { batch, seconds, rounds, every, networks } = given;
  const query = { engines: given.engines ?? ALL, networks, time: "", batch, seconds, rounds, every };
  return withPage({ adapter: given.adapter }, async (held) => {
    const { report, markdown } = await held.measure(query);
    const threads = given.busy ? await threadTime(held, { ...query, networks: "lenet5" }) : [];
    await write("steps", {
      title: "Training steps",
      info: held.info,
      body: bodyOf(markdown) + (threads.length > 0 ? busyTable(threads) : ""),
      data: { ...report, threads },
    });
    return report.steps.flatMap(({ rows }) => rows).every(({ failed }) => failed === null);
  });
}
