// The training step of LeNet-5 on every engine, in one browser, in turns.
import { chosen, comparedLink } from "../engines.mjs";
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";
import { median, quantile } from "../statistics.mjs";
import { number, percent, table } from "../table.mjs";
import { busy, traced } from "../trace.mjs";
import { COMPARED, judge } from "../verdict.mjs";

export const options = {
  engines: { type: "string", help: "which, e.g. bunsen-cpu,jax-js-webgpu (default: all)" },
  batch: { type: "string", default: "64", help: "pictures a step" },
  steps: { type: "string", default: "30", help: "timed steps an engine at least, where the time allows" },
  seconds: { type: "string", default: "60", help: "timed seconds an engine at most" },
  rounds: { type: "string", default: "3", help: "turns the timed steps are spread over" },
  every: { type: "string", default: "1", help: "read the loss back every so many steps, on all engines" },
  adapter: { type: "string", default: "software", help: "software | hardware" },
};

const WARM_UP = 2; // after the first step
const BUSY_STEPS = 20;
const BUSY_SECONDS = 10;

/** Calls a worker; what goes wrong there ends this engine's part and no other's. */
async function attempt(entry, work) {
  if (entry.failed) return;
  try {
    await work();
  } catch (error) {
    entry.failed = error.message.split("\n")[0];
    say(`  ${entry.name} failed: ${error.message}`);
  }
}

/** What every peer starts from: Bunsen's initial weights and one batch of its digits, which they train on over and over. */
async function beginning(bench, batch) {
  await bench.open("start", "./bunsen.js");
  await bench.call("start", "open", { engine: "cpu", link: comparedLink(batch) });
  const start = await bench.call("start", "beginning", batch);
  await bench.close("start");
  return start;
}

async function open(bench, entry, setting) {
  say(`${entry.name}: opening`);
  await bench.open(entry.name, entry.engine.script);
  const begun = performance.now();
  entry.opened = await bench.call(entry.name, "open", entry.engine.options(setting));
  entry.openMs = performance.now() - begun;
  const first = await bench.call(entry.name, "burst", { steps: 1, every: 1 });
  entry.firstMs = first.milliseconds[0];
  const warm = await bench.call(entry.name, "burst", { steps: WARM_UP, every: 1 });
  entry.losses.push(...first.losses, ...warm.losses);
  say(`  first step ${number(entry.firstMs)} ms, then ${warm.milliseconds.map(number).join(", ")} ms`);
}

async function round(bench, entry, plan) {
  const { milliseconds, losses, steps } = await bench.call(entry.name, "burst", plan);
  entry.samples.push(...milliseconds);
  entry.losses.push(...losses);
  entry.steps += steps;
  say(`  ${entry.name}: ${steps} steps, median ${number(median(milliseconds))} ms`);
}

/** Apart from the timed rounds, so that tracing weighs on none of them. */
async function measureBusy(browser, bench, entry) {
  const mark = entry.name;
  const plan = { steps: BUSY_STEPS, maxSeconds: BUSY_SECONDS, mark };
  const { value, events } = await traced(browser, bench.page, () => bench.call(entry.name, "burst", plan));
  const { wall, cpu, span } = busy(events, mark);
  entry.busy = { wallMs: wall / value.steps, cpuMs: cpu / value.steps, stepMs: span / value.steps };
}

/** The losses that must agree: a peer's own first ones; of ours, those of a run on the peers' one batch. */
async function measureStart(bench, entry, { batch }) {
  if (entry.engine.ours) entry.start = await bench.call(entry.name, "lossesOf", comparedLink(batch), COMPARED);
  else entry.start = entry.losses.slice(0, COMPARED);
}

function summary(entry, { batch }) {
  const ms = median(entry.samples);
  return {
    name: entry.name,
    failed: entry.failed,
    parameters: entry.opened?.parameters,
    engine: entry.opened?.engine,
    openMs: entry.openMs,
    firstMs: entry.firstMs,
    steps: entry.steps,
    medianMs: ms,
    quartilesMs: [quantile(entry.samples, 0.25), quantile(entry.samples, 0.75)],
    imagesPerSecond: (1000 * batch) / ms,
    busy: entry.busy,
    firstLoss: entry.losses[0],
    lastLoss: entry.losses.at(-1),
    differs: entry.differs,
    losses: entry.losses,
    start: entry.start,
  };
}

function body(results, setting) {
  const sound = results.filter((each) => !each.failed);
  const cpu = sound.find((each) => each.name === "bunsen cpu");
  const peers = sound.filter((each) => !each.name.startsWith("bunsen"));
  const fastest = peers.reduce((best, each) => (best && best.medianMs <= each.medianMs ? best : each), undefined);
  const head = [
    "engine",
    "ms a step",
    "quartiles",
    "images/s",
    "× bunsen cpu",
    "× fastest peer",
    "first step ms",
    "thread busy ms",
    "of it on a core",
    "steps",
    "loss, first → last",
    "differs by",
  ];
  const rows = sound.map((each) => [
    each.name,
    number(each.medianMs),
    each.quartilesMs.map(number).join("–"),
    number(each.imagesPerSecond),
    number(cpu && each.medianMs / cpu.medianMs),
    number(fastest && each.medianMs / fastest.medianMs),
    number(each.firstMs),
    number(each.busy?.wallMs),
    number(each.busy?.cpuMs),
    each.steps,
    `${each.firstLoss.toFixed(3)} → ${each.lastLoss.toFixed(3)}`,
    each.differs === undefined ? "–" : percent(each.differs),
  ]);
  const notes = [
    `LeNet-5 (61,706 parameters), batch ${setting.batch}, Adam, learning rate 0.001: forward, backward, update, and the`,
    `loss read back every ${setting.every === 1 ? "step" : `${setting.every} steps`}. Medians of the timed steps, after a first step and ${WARM_UP} more to warm up. "Thread busy": time in tasks`,
    `on the worker's own thread, in up to ${BUSY_STEPS} traced steps more; waiting, for a GPU or for other threads, is no part of it. The peers' data is on`,
    `their device before the clock runs; Bunsen gathers each batch from its data set within the step. "Differs by": from`,
    `the same initial weights on the same batch, each engine's first ${COMPARED} losses against the median of all.`,
  ];
  if (cpu && fastest) {
    notes.push("", `Bunsen's CPU engine is ${number(fastest.medianMs / cpu.medianMs)} times as fast as the fastest peer (${fastest.name}).`);
  }
  for (const each of results.filter((each) => each.failed)) notes.push("", `**${each.name} failed**: ${each.failed}`);
  return `${table(head, rows)}\n\n${notes.join("\n")}`;
}

export async function main(given) {
  const setting = {
    batch: Number(given.batch),
    every: Number(given.every),
    rounds: Number(given.rounds),
    steps: Number(given.steps),
    seconds: Number(given.seconds),
  };
  const entries = chosen(given.engines).map((engine) => ({ name: engine.name, engine, samples: [], losses: [], steps: 0 }));
  return withBench({ adapter: given.adapter }, async ({ browser, bench, info }) => {
    if (!info.crossOriginIsolated) say("The page is not cross-origin isolated: jax-js has one wasm thread only.");
    const start = await beginning(bench, setting.batch);
    for (const entry of entries) await attempt(entry, () => open(bench, entry, { ...setting, start }));
    const plan = {
      steps: Math.ceil(setting.steps / setting.rounds),
      minSeconds: 1,
      maxSeconds: setting.seconds / setting.rounds,
      every: setting.every,
    };
    for (let turn = 1; turn <= setting.rounds; turn++) {
      say(`round ${turn} of ${setting.rounds}`);
      for (const entry of entries) await attempt(entry, () => round(bench, entry, plan));
    }
    say("thread time");
    for (const entry of entries) await attempt(entry, () => measureBusy(browser, bench, entry));
    for (const entry of entries) await attempt(entry, () => measureStart(bench, entry, setting));
    judge(entries);
    const results = entries.map((entry) => summary(entry, setting));
    await report("steps", {
      title: "A training step of LeNet-5",
      info,
      body: body(results, setting),
      data: { setting, results, complaints: bench.complaints },
    });
    return results.every((each) => !each.failed);
  });
}
