// What augmenting a batch costs beside the training step that it is for.
import { median, number, percent, table } from "../figures.mjs";
import { report, say } from "../results.mjs";
import { withBench } from "../session.mjs";

export const options = {
  steps: { type: "string", default: "8", help: "training steps that are timed" },
  with: {
    type: "string",
    default: "model=resnet-20&data=cifar10&batch=32&aug=crop,flip",
    help: "the recipe, as in a link",
  },
};

/** The most that it may cost of a step. */
const AIM = 0.1;
const REPEATS = 20;

export async function main(given) {
  return withBench({}, async ({ bench, info }) => {
    const open = async (name, link) => {
      await bench.open(name);
      return bench.call(name, "open", { engine: "cpu", link, workers: 1 });
    };
    const plain = new URLSearchParams(given.with);
    plain.set("aug", "");
    const { plan } = await open("augmented", given.with);
    await open("plain", `${plain}`);
    const times = { augmented: [], plain: [] };
    // In turns, so that what else the machine does falls on both.
    for (let round = 0; round <= REPEATS; round++) {
      for (const name of Object.keys(times)) {
        const milliseconds = await bench.call(name, "previewMs", plan.batch);
        if (round > 0) times[name].push(milliseconds);
      }
    }
    const steps = [];
    for (let step = 0; step <= Number(given.steps); step++) {
      const { seconds } = await bench.call("augmented", "advance", 1);
      if (step > 0) steps.push(1_000 * seconds);
      say(`step ${step + 1}: ${number(1_000 * seconds)} ms`);
    }
    const [augmented, bare, step] = [median(times.augmented), median(times.plain), median(steps)];
    const share = Math.max(0, augmented - bare) / step;
    const rows = [
      ["the batch's images out of the module, augmented", augmented.toFixed(2), percent(augmented / step)],
      ["the same without augmentation", bare.toFixed(2), percent(bare / step)],
      ["so augmentation itself", (augmented - bare).toFixed(2), percent(share)],
      ["a training step, one worker", number(step), ""],
    ];
    await report("augment", {
      title: "Augmentation beside the training step",
      info,
      body: `${table(["CPU engine in wasm, median", "ms", "of a step"], rows)}\n\nRecipe: \`${given.with}\`; batch ${plan.batch}. Aim: under ${percent(AIM)} of a step.`,
      data: { recipe: given.with, times, steps, share },
    });
    return share < AIM;
  });
}
