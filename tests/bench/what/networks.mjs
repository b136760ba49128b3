// What every network's start and training step take on an engine.
import { median, number, table } from "../figures.mjs";
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";

export const options = {
  networks: {
    type: "string",
    default:
      "lenet5:64,lenet5:128,resnet-8:32,resnet-8:128,resnet-20:128,resnet-56:128,vgg-16:128,alexnet:128,densenet:128,googlenet:128,vit:128",
    help: "networks with their batches",
  },
  engine: { type: "string", default: "gpu", help: "gpu | cpu" },
  seconds: { type: "string", default: "2", help: "timed seconds of each" },
  starts: {
    type: "string",
    default: "2",
    help: "how often each is started, from the second on with a remembered self-test",
  },
  adapter: { type: "string", default: "software", help: "software | hardware" },
};

/** Steps that one call asks for should take so long that the call is nothing beside them. */
const CALL_MS = 100;
const WARM_STEPS = 5;

async function started(bench, engine, link) {
  const begun = performance.now();
  const opened = await bench.call(link, "open", { engine, link, keep: true });
  await bench.call(link, "advance", 1);
  return { opened, ms: performance.now() - begun };
}

/** Milliseconds a step, of one call after the other. */
async function timed(bench, link, seconds) {
  const advance = (count) => bench.call(link, "advance", count);
  const warm = await advance(WARM_STEPS);
  const first = (1000 * warm.seconds) / warm.steps;
  // The first steps are slower than the later ones, so a few of them say how many make a call.
  const some = await advance(Math.max(1, Math.round(CALL_MS / first)));
  const count = Math.max(1, Math.round((CALL_MS * some.steps) / (1000 * some.seconds)));
  const calls = [];
  for (let all = 0; all < seconds || calls.length < 3;) {
    const call = await advance(count);
    calls.push((1000 * call.seconds) / call.steps);
    all += call.seconds;
  }
  return calls;
}

async function network(bench, engine, link, given) {
  const starts = [];
  let calls = [];
  let opened;
  for (let start = 0; start < Number(given.starts); start++) {
    await bench.open(link);
    try {
      const begun = await started(bench, engine, link);
      starts.push(begun.ms);
      opened = begun.opened;
      if (start === 0) calls = await timed(bench, link, Number(given.seconds));
    } finally {
      await bench.close(link);
    }
  }
  return { starts, calls, batch: opened.plan.batch, label: opened.engine.label, selfTest: opened.engine.selfTest };
}

export async function main(given) {
  return withBench({ adapter: given.adapter }, async ({ bench, info }) => {
    const results = [];
    for (const asked of given.networks.split(",")) {
      const [name, batch] = asked.split(":");
      const [link] = await bench.links(name, `seed=1&batch=${batch}`);
      try {
        const result = { link, ...(await network(bench, given.engine, link, given)) };
        say(
          `${asked}: ${number(median(result.calls))} ms a step, starts in ${result.starts.map(number).join(", ")} ms`,
        );
        results.push(result);
      } catch (error) {
        say(`${asked}: ${error.message}`);
        results.push({ link, failed: error.message });
      }
    }
    const rows = results.map(({ link, failed, starts, calls, batch, selfTest }) => {
      if (failed !== undefined) return [`\`${link}\``, failed, "", "", "", ""];
      const ms = median(calls);
      const seconds = starts.map((start) => number(start / 1000)).join(", ");
      return [`\`${link}\``, number(ms), number(Math.min(...calls)), number((1000 * batch) / ms), seconds, selfTest];
    });
    const head = ["recipe", "a step, ms", "at best", "images a second", "start to the first step, s", "self-test"];
    await report("networks", {
      title: `Every network's start and training step on the ${given.engine.toUpperCase()} engine`,
      info,
      body: `${results.find(({ label }) => label)?.label}\n\n${table(head, rows)}\n\nMedians of calls of about ${CALL_MS} ms.`,
      data: { results },
    });
    return results.every(({ failed }) => failed === undefined);
  });
}
