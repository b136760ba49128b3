/** What can be measured: a name, a worker, and what that worker is told when it opens. */
import type { ModuleWorker } from "../../../crate/js/module-worker.js";
import { startPageWorker } from "../page-worker.js";
import { siteFiles } from "../site-files.js";
import type { ModuleInfo, BunsenOptions } from "./workers/bunsen.js";
import type { PeerNetwork, PeerOptions, Start, TrainingOptions } from "./workers/start.js";
import type { Course } from "./workers/training.js";
import { plural } from "./text.js";
import bunsenUrl from "./workers/bunsen.ts?worker&url";
import jaxUrl from "./workers/jax.ts?worker&url";
import tfjsUrl from "./workers/tfjs.ts?worker&url";

export type Library = "Bunsen" | "jax-js" | "TensorFlow.js";

interface AnyCandidate {
  /** Its name in the address: `engines=bunsen-cpu,jax-js-wasm`. */
  key: string;
  name: string;
  /** Whether it computes on WebGPU. */
  webgpu: boolean;
  spawn: () => ModuleWorker;
}

/** One of our engines. */
export interface BunsenCandidate extends AnyCandidate {
  library: "Bunsen";
  /** What the worker is told when it opens, for a run of that link. */
  options: (link: string) => BunsenOptions;
}

/** Another library. */
export interface PeerCandidate extends AnyCandidate {
  library: Exclude<Library, "Bunsen">;
  /** What the worker is told when it opens. */
  options: (network: PeerNetwork, start: Start) => PeerOptions;
  /** What it is told when it opens for a whole run. */
  trainingOptions: (course: Course) => TrainingOptions;
}

export type Candidate = BunsenCandidate | PeerCandidate;

export function isOurs(candidate: Candidate): candidate is BunsenCandidate {
  return candidate.library === "Bunsen";
}

const bunsenWorker = (): ModuleWorker => startPageWorker(bunsenUrl, "bunsen");
const jaxWorker = (): ModuleWorker => startPageWorker(jaxUrl, "jax-js");
const tfjsWorker = (): ModuleWorker => startPageWorker(tfjsUrl, "tensorflow.js");

function bunsen(key: string, name: string, engine: "cpu" | "gpu", workers: number | null = null): BunsenCandidate {
  return {
    key,
    name: `Bunsen ${name}`,
    library: "Bunsen",
    webgpu: engine === "gpu",
    spawn: bunsenWorker,
    options: (link) => ({
      ...siteFiles(),
      engine,
      workers,
      link,
    }),
  };
}

function peer(
  library: PeerCandidate["library"],
  short: string,
  spawn: () => ModuleWorker,
  device: string,
  name = device,
): PeerCandidate {
  return {
    key: `${short}-${device}`,
    name: `${library}, ${name}`,
    library,
    webgpu: device === "webgpu",
    spawn,
    options: (network, start) => ({ device, network, start }),
    trainingOptions: (course) => ({ device, data: siteFiles().data, course }),
  };
}

/** The engine that is always there: it says what the module is, and what the peers start from. */
export const CPU = bunsen("bunsen-cpu", "CPU", "cpu");

const GPU = bunsen("bunsen-gpu", "GPU", "gpu");

export const PEERS: readonly PeerCandidate[] = [
  peer("jax-js", "jax-js", jaxWorker, "webgpu", "WebGPU"),
  peer("jax-js", "jax-js", jaxWorker, "wasm"),
  peer("TensorFlow.js", "tfjs", tfjsWorker, "cpu"),
  peer("TensorFlow.js", "tfjs", tfjsWorker, "webgpu", "WebGPU"),
];

/** Bunsen's engines. Where the CPU engine uses several workers by default, it also takes part with a single worker. */
export function ours({ workers }: Pick<ModuleInfo, "workers">): BunsenCandidate[] {
  if (workers === null || workers < 2) return [CPU, GPU];
  return [
    bunsen("bunsen-cpu-1", "CPU, 1 worker", "cpu", 1),
    { ...CPU, name: `Bunsen CPU, ${plural(workers, "worker")}` },
    GPU,
  ];
}
