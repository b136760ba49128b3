// A worker with Bunsen through the module that a page would import. Whoever drives the browser calls its `methods`.
import { memory } from "./memory.mjs";

let lab;
let run;

globalThis.methods = {
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
  reports: (count) => run.step(count),
  /** `count` more steps (fewer at the end of the run): how many, how long, and the last report. */
  async advance(count) {
    const before = performance.now();
    const all = await run.step(count);
    return { steps: all.length, seconds: (performance.now() - before) / 1000, last: all.at(-1) };
  },
  evaluate: () => run.evaluate(),
  evaluateOn: (data) => (typeof run.evaluateOn === "function" ? run.evaluateOn(data) : null),
  check: () => run.check(),
  memory,
};
