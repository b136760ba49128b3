// Seconds to an accuracy on MNIST's test images, as bench.html measures them.
import { bodyOf, withPage } from "../measuring.mjs";
import { report as write } from "../results.mjs";

export const options = {
  engines: { type: "string", default: "bunsen-cpu", help: "bunsen-cpu, bunsen-gpu, or both with a comma" },
  recipe: { type: "string", default: "model=lenet5&data=mnist", help: "the recipe, as in a link" },
  adapter: { type: "string", default: "software", help: "software | hardware, for the gpu engine" },
};

export async function main({ engines, recipe, adapter }) {
  return withPage({ adapter }, async ({ measure, info }) => {
    const { report, markdown } = await measure({ engines: "", networks: "", time: engines }, recipe);
    await write("time", { title: "Time to accuracy", info, body: bodyOf(markdown), data: report });
    return report.time.every(({ failed }) => failed === null);
  });
}
