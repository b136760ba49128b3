// The front door of the package.

import { Allocations } from "./allocations.js";
import type { Engine, EngineInfo, Field } from "./cpu/bunsen.js";
import { Crew, workersHere } from "./crew.js";
import type { DataOptions } from "./data.js";
import { BunsenError } from "./errors.js";
import { GuardedLab, type Lab } from "./lab.js";
import { loadBuild, type Build } from "./module.js";

export type {
  Activation,
  AugmentedImage,
  AugmentedView,
  CheckpointInfo,
  Choice,
  Computation,
  DataInfo,
  Description,
  EngineInfo,
  Example,
  Field,
  FieldKind,
  LayerInfo,
  LayerKind,
  LayerNumber,
  Normalization,
  GradientStatistics,
  ParsedLink,
  Plan,
  Predictions,
  Report,
  RunFile,
  Score,
  Stack,
  StackLayer,
  Structure,
  ExportedLayer,
  Verdict,
} from "./cpu/bunsen.js";
export type { CodeFile, Language } from "./code/index.js";
export type { DataOptions, DataProgress } from "./data.js";
export { BunsenError, type ErrorKind } from "./errors.js";
export { Keeper, type StoppedRun } from "./keeper.js";
export type { Batch, Lab, StartOptions } from "./lab.js";
export type { Bytes } from "./images.js";
export type { GivenFiles } from "./known-files.js";
export { OwnStorage, type KeptOwn } from "./own-storage.js";
export { ownSamples, type OwnData, type OwnFile, type OwnOptions, type OwnProgress } from "./own.js";
export type { Run } from "./run.js";

export type EngineKind = EngineInfo["kind"];
export type FieldGroup = Field["group"];

export interface LabOptions {
  /** What computes. "auto", the default, is the CPU engine: nothing is measured here, as the project's page does. */
  engine?: "auto" | "cpu" | "gpu" | undefined;
  /**
   * How many workers the CPU engine may use, this one included. They share the shards of a step, so more than the
   * recipe has shards are never used; their number changes the time and nothing else. Default: the machine's cores, at most 4.
   */
  workers?: number | undefined;
  /** Called when a worker has joined or was lost: `lab.engine` tells how many compute now, `run.notices` what happened. */
  onWorkers?: (() => void) | undefined;
  /** Where data sets come from. */
  data?: DataOptions | undefined;
}

/** Opens a lab: loads the module and readies the engine. The GPU build is fetched only for "gpu". */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { engine: wanted = "auto" } = options;
  switch (wanted) {
    case "gpu":
      return openGpu(options);
    case "cpu":
      return openCpu(options, "it was asked for");
    case "auto":
      return openCpu(
        options,
        "it is there at once and gives the same bits everywhere; whether a GPU would be faster is not measured",
      );
    default:
      throw new BunsenError("engine", `There is no engine "${String(wanted)}": choose "auto", "cpu" or "gpu".`);
  }
}

async function openCpu({ data = {}, workers, onWorkers }: LabOptions, why: string): Promise<Lab> {
  const build = await loadBuild("cpu");
  const notices: string[] = [];
  const crew = new Crew(build.module, (notice) => {
    if (notice) notices.push(notice);
    onWorkers?.();
  });
  const engine = build.guard.call(() => build.exports.Engine.cpu(crew));
  return new GuardedLab(build, engine, why, data, { crew, limit: await workersHere(workers), notices });
}

async function openGpu({ data = {} }: LabOptions): Promise<Lab> {
  await needAdapter();
  const build = await loadBuild("gpu");
  const engine = await engineOf(build, ({ gpu }) => {
    if (gpu) return watched(build, gpu);
    throw new BunsenError("engine", "This GPU build holds no GPU engine: it was built without the feature `gpu`.");
  });
  return new GuardedLab(build, engine, "it was asked for", data, undefined);
}

function watched(build: Build, open: () => Promise<Engine>): Promise<Engine> {
  const allocations = new Allocations();
  build.guard.explain = (error) => allocations.explain(error);
  return allocations.watch(open);
}

/** One instance has one engine, which its labs share: it opens the GPU's device once and never again. */
const engines = new WeakMap<Build, Promise<Engine>>();

function engineOf(build: Build, open: (from: Build["exports"]["Engine"]) => Engine | Promise<Engine>): Promise<Engine> {
  const known = engines.get(build);
  if (known) return known;
  const opening = build.guard.wait(async () => open(build.exports.Engine));
  engines.set(build, opening);
  opening.catch(() => engines.delete(build));
  return opening;
}

/** Says that there is no GPU before megabytes are fetched for one. */
async function needAdapter(): Promise<void> {
  const { gpu } = globalThis.navigator ?? {};
  if (!gpu) {
    const secure = globalThis.isSecureContext ?? true;
    const why = secure ? "There is no WebGPU here" : "WebGPU needs a page that is served by https or from localhost";
    throw new BunsenError("engine", `${why}, so the GPU engine cannot be used. Choose the CPU engine.`);
  }
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (!adapter) {
    throw new BunsenError(
      "engine",
      "There is WebGPU here but no graphics adapter for it, so the GPU engine cannot be used. Choose the CPU engine.",
    );
  }
}
