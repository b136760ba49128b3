// What shards cost one worker, and what a second worker gains: the same recipe with one shard and with several, on one worker
// and on more, in turns.
import { median, number, table } from "../figures.mjs";
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";

export const options = {
  link: { type: "string", default: "model=lenet5&data=digits&batch=64&epochs=1000", help: "the recipe, as in a link" },
  workers: { type: "string", default: "2", help: "how many share the shards" },
  rounds: { type: "string", default: "60", help: "turns of each" },
  steps: { type: "string", default: "15", help: "steps of a turn" },
};

/** The most that shards may cost one worker, and the least that two workers may gain. */
const AIMS = { shards: 1.05, workers: 1.6 };

export async function main({ link, workers, rounds, steps }) {
  const many = Number(workers);
  return withBench({}, async ({ bench, info }) => {
    const WAYS = {
      whole: { label: "1 worker, 1 shard", workers: 1, more: "&shards=1" },
      one: { label: "1 worker, the recipe's shards", workers: 1, more: "" },
      many: { label: `${many} workers, the recipe's shards`, workers: many, more: "" },
    };
    const times = {};
    const losses = {};
    for (const [name, { workers, more }] of Object.entries(WAYS)) {
      await bench.open(name);
      await bench.call(name, "open", { engine: "cpu", link: link + more, workers });
      // Helpers are asked from the second step on, and join when they are ready.
      await bench.call(name, "advance", 1);
      await bench.call(name, "joined", workers);
      times[name] = [];
    }
    for (let round = 0; round <= Number(rounds); round++) {
      for (const name of Object.keys(WAYS)) {
        const { steps: done, seconds, last } = await bench.call(name, "advance", Number(steps));
        if (done < Number(steps)) throw new Error("The recipe has fewer steps: give a link with more epochs.");
        losses[name] = last.loss;
        // The first turn warms up.
        if (round > 0) times[name].push((1_000 * seconds) / done);
      }
      if (round % 10 === 0) say(`round ${round} of ${rounds}`);
    }
    // Neighbours in time: what else the machine does changes more slowly.
    const ratio = (over, under) => median(times[over].map((time, round) => time / times[under][round]));
    const ratios = { shards: ratio("one", "whole"), workers: ratio("one", "many") };
    const rows = Object.entries(WAYS).map(([name, { label }]) => [
      label,
      number(median(times[name])),
      number(Math.min(...times[name])),
    ]);
    const equal = losses.one === losses.many;
    const words = [
      `One worker takes ${number(ratios.shards)} times as long with shards as without (aim: at most ${AIMS.shards}); ${many} workers are ` +
        `${number(ratios.workers)} times as fast as one${many === 2 ? ` (aim: at least ${AIMS.workers})` : ""}. Medians of the ratios within a ` +
        `round, of ${rounds} rounds of ${steps} steps. The last loss of one worker and of ${many} is ${equal ? "the same, bit for bit" : "NOT the same"}.`,
      `Recipe: \`${link}\`.`,
    ];
    await report("workers", {
      title: "Shards on one worker, and on several",
      info,
      body: `${table(["", "ms a step, median", "least"], rows)}\n\n${words.join("\n\n")}`,
      data: { link, workers: many, times, ratios, losses, aims: AIMS },
    });
    return equal && ratios.shards <= AIMS.shards && (many !== 2 || ratios.workers >= AIMS.workers);
  });
}
