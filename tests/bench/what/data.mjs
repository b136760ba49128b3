// How soon data that the browser has stored can be trained on, and how much memory that takes.
import { median, megabytes, number, table } from "../figures.mjs";
import { computed, peak, resident } from "../page-process.mjs";
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";

export const options = {
  rounds: { type: "string", default: "5", help: "readings of each data set, each in a worker of its own" },
};

/** Milliseconds until the first batch can be gathered, and how often as large as the data the memory may become. */
const SETS = [
  { name: "mnist", link: "model=lenet5&data=mnist&batch=64", aim: 500 },
  { name: "cifar10", link: "model=resnet-8&data=cifar10&subset=10000&batch=32", aim: 1_500 },
];
const MOST = 3;

export async function main(given) {
  return withBench({}, async ({ bench, info, server }) => {
    const results = [];
    for (const set of SETS) {
      say(`${set.name}: fetching it for the storage`);
      await reading(bench, set, 0);
      server.requests.length = 0;
      const rounds = [];
      for (let round = 1; round <= Number(given.rounds); round++) {
        rounds.push(await reading(bench, set, round));
        say(`  ${set.name}: first batch after ${number(rounds.at(-1).batchMs)} ms`);
      }
      const fetched = server.requests.filter((path) => path.startsWith("/data/"));
      if (fetched.length > 0)
        throw new Error(`${fetched.join(", ")} was fetched: it should come from the browser's storage.`);
      results.push({ ...set, rounds });
    }
    const rows = results.map(({ name, aim, rounds }) => {
      const middle = (key) => median(rounds.map((round) => round[key]));
      const [{ bytes }] = rounds;
      return {
        cells: [
          name,
          `${number(middle("batchMs"))} (${rounds.map(({ batchMs }) => number(batchMs)).join(", ")})`,
          number(aim),
          Number.isNaN(middle("computedMs")) ? "not known here" : number(middle("computedMs")),
          number(middle("wholeMs")),
          megabytes(bytes),
          `${megabytes(middle("wasm"))}, ${(middle("wasm") / bytes).toFixed(1)} times`,
          rise(middle("rise"), bytes),
        ],
        passed: middle("batchMs") < aim && middle("wasm") < MOST * bytes && !(middle("rise") >= MOST * bytes),
      };
    });
    const head = [
      "data",
      "ms to the first batch: median (each)",
      "aim",
      "of them computing",
      "ms to the test images",
      "data",
      "wasm memory",
      "most memory of the process beyond that before",
    ];
    await report("data", {
      title: "Stored data, until they can be trained on",
      info,
      body: `${table(
        head,
        rows.map(({ cells }) => cells),
      )}\n\nThe module is there when the clock starts; the clock ends when the run is ready to gather its first batch. Read, unpacked and verified by SHA-256 each time. Aims: the time, and ${MOST} times the data.`,
      data: { results },
    });
    return rows.every(({ passed }) => passed);
  });
}

async function reading(bench, { name, link }, round) {
  const worker = `${name} ${round}`;
  // The worker before takes a moment to give its memory back.
  await new Promise((over) => setTimeout(over, 1_500));
  await bench.open(worker);
  const before = resident();
  try {
    await bench.call(worker, "open", { engine: "cpu", keep: true });
    const idle = computed();
    const { startMs } = await bench.call(worker, "start", link);
    const computedMs = computed() - idle;
    const bytes = await bench.call(worker, "dataBytes");
    const wholeMs = startMs + (await bench.call(worker, "whole"));
    const { wasm } = await bench.call(worker, "memory");
    const rise = peak() - before;
    const { steps } = await bench.call(worker, "advance", 1);
    if (steps !== 1) throw new Error("The run did not train.");
    return { batchMs: startMs, computedMs, wholeMs, wasm, bytes, rise };
  } finally {
    await bench.close(worker);
  }
}

const rise = (value, bytes) =>
  Number.isNaN(value) ? "not known here" : `${megabytes(value)}, ${(value / bytes).toFixed(1)} times`;
