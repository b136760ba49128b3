// The entry point of the package.

import { AllocationWatcher } from "./allocation-watcher.js";
import type { DataOptions, Lab, LabOptions } from "./api.js";
import type { Engine } from "./cpu/bunsen.js";
import { requireOptions, shown } from "./arguments.js";
import { BunsenError, throwingBunsenErrors } from "./errors.js";
import { describeAdapter } from "./graphics-adapter.js";
import { GpuProofs, identityOf } from "./gpu-proofs.js";
import { inNode } from "./host.js";
import { GuardedLab } from "./lab.js";
import { loadBuild, type Build } from "./module.js";
import { usePackageFolder } from "./package-files.js";
import { requireWebGpu } from "./web-gpu.js";
import { workerLimit, WorkerPool } from "./worker-pool.js";

export type * from "./api.js";
export { Autosave } from "./autosave.js";
export { build } from "./build.js";
export { sampleImages } from "./custom-dataset.js";
export { CustomDatasetStorage } from "./custom-dataset-storage.js";
export { BunsenError } from "./errors.js";

/** Opens a lab: loads the module and opens the engine. The GPU build is fetched only for "gpu". */
export function openLab(options: LabOptions = {}): Promise<Lab> {
  return open(options);
}

const LAB_OPTIONS = {
  engine: true,
  workers: true,
  onWorkers: true,
  onProgress: true,
  data: true,
  files: true,
} as const satisfies Record<keyof LabOptions, true>;
const DATA_OPTIONS = {
  base: true,
  mirrors: true,
  keep: true,
  folder: true,
  onProgress: true,
} as const satisfies Record<keyof DataOptions, true>;

const open = throwingBunsenErrors(async (options: LabOptions | null): Promise<Lab> => {
  options ??= {};
  requireOptions(options, "openLab", LAB_OPTIONS, "run");
  requireOptions(options.data, "openLab's data", DATA_OPTIONS, "run");
  const { engine = "auto", files } = options;
  if (files !== undefined) usePackageFolder(files);
  switch (engine) {
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
      throw new BunsenError("engine", `There is no engine ${shown(engine)}: choose "auto", "cpu" or "gpu".`);
  }
});

async function openCpu({ data = {}, workers, onWorkers, onProgress }: LabOptions, why: string): Promise<Lab> {
  const build = await loadBuild("cpu", onProgress);
  const notices: string[] = [];
  const pool = new WorkerPool(build.module, (notice) => {
    if (notice) notices.push(notice);
    onWorkers?.();
  });
  const engine = build.guard.call(() => build.exports.Engine.cpu(pool));
  return new GuardedLab(build, engine, why, data, { pool, limit: await workerLimit(workers), notices });
}

async function openGpu({ data = {}, onProgress }: LabOptions): Promise<Lab> {
  const { adapter, open } = await requireWebGpu();
  const { name, software } = describeAdapter(adapter);
  const build = await loadBuild("gpu", onProgress);
  const engine = await engineOf(build, ({ gpu }) => {
    if (gpu) return openWatched(build, () => open(() => gpu(name, software)));
    throw new BunsenError("engine", "This GPU build holds no GPU engine: it was built without the feature `gpu`.");
  });
  // They are kept in the storage of a browser.
  const proofs = data.keep === false || inNode ? undefined : new GpuProofs(identityOf(adapter), build.digest);
  return new GuardedLab(build, engine, "it was asked for", data, undefined, proofs);
}

function openWatched(build: Build, open: () => Promise<Engine>): Promise<Engine> {
  const allocations = new AllocationWatcher();
  build.guard.explain = (error) => allocations.explain(error);
  return allocations.watch(open);
}

/** One instance has one GPU engine, which its labs share: it opens the device once and never again. */
const engines = new WeakMap<Build, Promise<Engine>>();

function engineOf(build: Build, open: (from: Build["exports"]["Engine"]) => Engine | Promise<Engine>): Promise<Engine> {
  const known = engines.get(build);
  if (known) return known;
  const opening = build.guard.callAsync(async () => open(build.exports.Engine));
  engines.set(build, opening);
  opening.catch(() => engines.delete(build));
  return opening;
}
