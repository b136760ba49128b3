// A worker with Bunsen through the module that a page would import. Whoever drives the browser calls its `methods`.
import { dispatches, pipelines } from "./dispatches.mjs";
import { memory } from "./memory.mjs";

let lab;
let run;

globalThis.methods = {
  /** Opens an engine and starts a run, if there is a link; says what it runs on and how long each took. */
  async open({ engine, link, keep = false, workers }) {
    const address = new URL("/pkg/index.js", self.location.href).href;
    const begun = performance.now();
    const { openLab } = await import(address);
    const data = { base: new URL("/data/", self.location.href), mirrors: false, keep };
    lab = await openLab({ engine, data, workers });
    const opened = performance.now();
    if (lab.engine.kind !== engine) throw new Error(`Bunsen opened its ${lab.engine.kind} engine, not ${engine}.`);
    const openMs = opened - begun;
    if (link === undefined) return { openMs };
    const { startMs } = await this.start(link);
    return {
      parameters: run.plan.parameters,
      plan: run.plan,
      engine: { ...(run.engine ?? lab.engine) },
      data: run.data,
      openMs,
      startMs,
    };
  },
  async start(link) {
    const before = performance.now();
    run = await lab.start(link);
    return { startMs: performance.now() - before };
  },
  reports: (count) => run.step(count),
  /** `count` more steps (fewer at the end of the run): how many, how long, and the last report. */
  async advance(count) {
    const before = performance.now();
    const all = await run.step(count);
    return { steps: all.length, seconds: (performance.now() - before) / 1000, last: all.at(-1) };
  },
  /** Waits until so many workers share the steps. */
  async joined(workers) {
    while (lab.engine.threads < workers) await new Promise((turn) => setTimeout(turn, 20));
  },
  /** Waits for all of the data: for how many milliseconds. */
  async whole() {
    const before = performance.now();
    await run.testReady();
    return performance.now() - before;
  },
  /** How long the images of one batch take as the run sees them: augmented, and handed out of the module. */
  previewMs(images) {
    const before = performance.now();
    if (run.firstBatchAugmentations(images, 1).length !== images)
      throw new Error(`The batch has not ${images} images.`);
    return performance.now() - before;
  },
  /** Bytes of all images and labels. */
  dataBytes() {
    const { train, test, channels, height, width } = run.data;
    return (train + test) * (channels * height * width + 1);
  },
  evaluate: () => run.evaluate(),
  evaluateOn: (data) => (typeof run.evaluateOn === "function" ? run.evaluateOn(data) : null),
  check: () => run.check(),
  memory,
  dispatches,
  pipelines: () => pipelines,
  repeat: (repeats) => Object.assign(globalThis, { repeats }),
};
