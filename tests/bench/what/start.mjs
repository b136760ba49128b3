// From asking for the GPU engine to the end of the first step: the module, the device, the pipelines, the self-test, the step.
import { number, table } from "../figures.mjs";
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";

const DATA = "data=digits&subset=1000&seed=1";

export const options = {
  with: {
    type: "string",
    default: [
      `model=lenet5&${DATA}&batch=64`,
      `model=resnet-20&${DATA}&batch=32`,
      `model=googlenet&${DATA}&batch=32`,
      `model=vit&${DATA}&batch=32`,
    ].join(","),
    help: "the recipes, as in links, separated by commas",
  },
  rounds: { type: "string", default: "2", help: "how often each is started, in turns, each time in a new worker" },
  adapter: { type: "string", default: "software", help: "software | hardware" },
};

async function start(bench, link) {
  await bench.open(link);
  try {
    const begun = performance.now();
    const { openMs, startMs, engine } = await bench.call(link, "open", { engine: "gpu", link, keep: true });
    const { seconds } = await bench.call(link, "advance", 1);
    const pipelines = await bench.call(link, "pipelines");
    return {
      openMs,
      startMs,
      stepMs: 1000 * seconds,
      allMs: performance.now() - begun,
      pipelines,
      selfTest: engine.selfTest,
    };
  } finally {
    await bench.close(link);
  }
}

export async function main(given) {
  return withBench({ adapter: given.adapter }, async ({ bench, info }) => {
    const links = given.with.split(",");
    const results = links.map((link) => ({ link, rounds: [] }));
    for (let round = 0; round < Number(given.rounds); round++) {
      for (const { link, rounds } of results) {
        rounds.push(await start(bench, link));
        say(`${link}: ${number(rounds.at(-1).allMs / 1000)} s`);
      }
    }
    const rows = results.map(({ link, rounds }) => {
      const [{ pipelines }] = rounds;
      const each = (of) => rounds.map((round) => number(round[of] / 1000)).join(", ");
      const compiled = `${pipelines.together} + ${pipelines.alone}`;
      const tests = rounds.map((round) => round.selfTest).join(", ");
      const waited = rounds.map((round) => number(round.pipelines.ms / 1000)).join(", ");
      return [`\`${link}\``, each("openMs"), waited, each("startMs"), each("stepMs"), each("allMs"), tests, compiled];
    });
    const head = [
      "recipe",
      "engine, s",
      "pipelines, s",
      "pipelines and self-test, s",
      "first step, s",
      "all, s",
      "self-test",
      "pipelines together + alone",
    ];
    await report("start", {
      title: "The GPU engine's start: each round",
      info,
      body: table(head, rows),
      data: { results },
    });
    return true;
  });
}
