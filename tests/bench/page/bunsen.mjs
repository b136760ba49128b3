// Bunsen through the module that a page would import. It is not bundled: this is the built one, as it is served.
import { burst } from "./burst.mjs";
import { memory } from "./memory.mjs";
import { answer } from "./rpc.mjs";

let lab;
let run;

const reports = (count) => run.step(count);
const losses = async (count) => (await reports(count)).map((report) => report.loss);

answer({
  /** Opens an engine and starts a run; says what it runs on and how long each took. */
  async open({ engine, link }) {
    const address = new URL("/pkg/index.js", self.location.href).href;
    const begun = performance.now();
    const { openLab } = await import(address);
    const data = { base: new URL("/data/", self.location.href), mirrors: false, keep: false };
    lab = await openLab({ engine, data });
    const opened = performance.now();
    if (lab.engine.kind !== engine) throw new Error(`Bunsen opened its ${lab.engine.kind} engine, not ${engine}.`);
    run = await lab.start(link);
    const started = performance.now();
    return {
      parameters: run.plan.parameters,
      plan: run.plan,
      engine: { ...(run.engine ?? lab.engine) },
      data: run.data,
      openMs: opened - begun,
      startMs: started - opened,
    };
  },
  /** What the peers start from: the network's weights, and the first examples of the training split. */
  async beginning(count) {
    const examples = run.examples("train", 0, count);
    const pixels = new Uint8Array(count * 784);
    examples.forEach((example, index) => pixels.set(example.pixels, index * 784));
    return { weights: await run.weights(), pixels, labels: Uint8Array.from(examples, (example) => example.label) };
  },
  /** The losses of another run on the same engine. */
  async lossesOf(link, count) {
    const other = await lab.start(link);
    const read = await other.step(count);
    other.free();
    return read.map((report) => report.loss);
  },
  burst: (plan) => burst(losses, plan),
  reports,
  /** `count` more steps (fewer at the end of the run): how many, how long, and the last report. */
  async advance(count) {
    const before = performance.now();
    const all = await reports(count);
    return { steps: all.length, seconds: (performance.now() - before) / 1000, last: all.at(-1) };
  },
  evaluate: () => run.evaluate(),
  evaluateOn: (data) => (typeof run.evaluateOn === "function" ? run.evaluateOn(data) : null),
  check: () => run.check(),
  memory,
});
