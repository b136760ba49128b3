// Bunsen through the module that any page would import. It is not bundled: this is the built one, as it is served.
import type { EngineInfo, Example, Lab, LabOptions, ParsedLink, Plan as Length, Run } from "../../module.js";
import { serveRequests } from "../../rpc/server.js";
import { burst } from "./burst.js";
import type { Course } from "./training.js";
import type { BunsenMethods } from "./methods.js";

/** What the worker is told when it opens. */
export interface BunsenOptions {
  /** Addresses of the module and of the data sets. */
  module: string;
  data: string;
  engine: "cpu" | "gpu";
  /** Workers that share a step, where the module knows of any; null: as many as it likes. */
  workers: number | null;
  link: string;
}

/** What the module is, before anything is measured. */
export interface ModuleInfo {
  /** The networks that it knows, and what each one's own recipe trains on. */
  networks: { value: string; label: string; data: string }[];
  /** How many workers share a step by default; null where the module knows of none. */
  workers: number | null;
  /** The recipe that was asked for, or why there is none. */
  recipe: ParsedLink | null;
  refusal: string | null;
}

/** A run that was started. */
export interface Opened {
  parameters: number;
  plan: Length;
  engine: EngineInfo;
}

/** Steps further on: how many there were, and how long they took. */
export interface Advance {
  steps: number;
  seconds: number;
}

/** What makes a peer's run the same as one of ours, but for the learning rates, which the page knows by the recipe. */
export interface SharedCourse extends Omit<Course, "rates"> {
  /** Its first losses. */
  losses: number[];
}

let lab: Lab;
let run: Run;

async function openLab({ module, data, engine, workers }: Omit<BunsenOptions, "link">): Promise<Lab> {
  const { openLab: open } = (await import(/* @vite-ignore */ module)) as {
    openLab: (options: LabOptions) => Promise<Lab>;
  };
  const options = { engine, data: { base: data }, ...(workers === null ? {} : { workers }) };
  return open(options);
}

function workersOf(engine: EngineInfo): number | null {
  const { workers } = engine as { workers?: unknown };
  return typeof workers === "number" ? workers : null;
}

async function losses(count: number): Promise<number[]> {
  const reports = await run.step(count);
  if (reports.length === 0) throw new Error("The run is over: it is too short to be timed.");
  return reports.map(({ loss }) => loss);
}

/** The training images of all batches by their places in the data set: a batch has images alone, so they are known by their pixels. */
function orderOf(run: Run): Uint32Array {
  const decoder = new TextDecoder("latin1");
  const nameOf = ({ pixels, label }: Example): string => decoder.decode(pixels) + label;
  const { steps, batch } = run.plan;
  const count = run.labels("train").length;
  const places = new Map(run.examples("train", 0, count).map((example, index) => [nameOf(example), index]));
  const order = new Uint32Array(steps * batch);
  for (let step = 1, at = 0; step <= steps; step++) {
    for (const example of run.batch(step)) {
      const place = places.get(nameOf(example));
      if (place === undefined) throw new Error(`An image of step ${step} is none of the training images.`);
      order[at++] = place;
    }
  }
  return order;
}

serveRequests<BunsenMethods>(self, {
  async moduleInfo(options) {
    lab = await openLab(options);
    const kind = lab.fields().find(({ key }) => key === "model")?.kind;
    const choices = kind?.type === "choice" ? kind.choices : [];
    const networks = choices.map(({ value, label }) => {
      return { value, label, data: lab.parse(`model=${value}`).values["data"] ?? "" };
    });
    const workers = workersOf(lab.engine);
    try {
      return { networks, workers, recipe: lab.parse(options.link), refusal: null };
    } catch (thrown) {
      return { networks, workers, recipe: null, refusal: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  },
  async open(options) {
    lab = await openLab(options);
    const { kind } = lab.engine;
    if (kind !== options.engine) throw new Error(`Bunsen opened its ${kind} engine, not ${options.engine}.`);
    run = await lab.start(options.link);
    return { parameters: run.plan.parameters, plan: run.plan, engine: run.engine };
  },
  async start(count) {
    const examples = run.examples("train", 0, count);
    const size = examples[0]?.pixels.length ?? 0;
    const pixels = new Uint8Array(count * size);
    examples.forEach((example, index) => pixels.set(example.pixels, index * size));
    return { weights: await run.weights(), pixels, labels: Uint8Array.from(examples, ({ label }) => label) };
  },
  async course(count) {
    const weights = await run.weights();
    const order = orderOf(run);
    return { weights, order, batch: run.plan.batch, losses: await losses(count) };
  },
  async losses({ link, count }) {
    const other = await lab.start(link);
    try {
      return (await other.step(count)).map(({ loss }) => loss);
    } finally {
      other.free();
    }
  },
  burst: (plan) => burst(losses, plan),
  async advance(count) {
    const before = performance.now();
    const { length } = await run.step(count);
    return { steps: length, seconds: (performance.now() - before) / 1000 };
  },
  evaluate: () => run.evaluate(),
});
