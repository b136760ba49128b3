// WebGPU under Node, which has none of its own: Dawn, Chromium's, from the npm package `webgpu`. Imported where the GPU engine is
// asked for, and by Node alone. Nobody has the package who did not install it: it is an optional peer dependency.

import { BunsenError, messageOf } from "./errors.js";

// Node's own modules are asked for as it runs: a bundler for pages would look for what an import names.
const { createRequire } = process.getBuiltinModule("node:module");
const { join } = process.getBuiltinModule("node:path");
const { pathToFileURL } = process.getBuiltinModule("node:url");

/** What is used of the package. */
interface Dawn {
  /** @param options Dawn's own switches */
  create(options: string[]): GPU;
  /** The classes of WebGPU, by their names. */
  readonly globals: Readonly<Record<string, unknown>>;
}

/** The object that a scope has as `navigator`. */
type Navigator = { gpu?: GPU };
type Scope = { navigator?: Navigator; WorkerGlobalScope?: unknown };

const scope = globalThis as unknown as Scope;

let created: Promise<GPU> | undefined;

/** WebGPU: that of the process where it has one, else the package's. Throws an error of kind "engine" where there is none. */
export function nodeGpu(): Promise<GPU> {
  const own = scope.navigator?.gpu;
  if (own) return Promise.resolve(own);
  created ??= create();
  // It may be installed while a program runs.
  created.catch(() => (created = undefined));
  return created;
}

async function create(): Promise<GPU> {
  const path = locate();
  if (path === undefined) {
    throw new BunsenError(
      "engine",
      "Node has no WebGPU of its own, and the package `webgpu`, which has, is not installed: `npm install webgpu`. Or choose the CPU engine.",
    );
  }
  try {
    const { create, globals } = (await import(
      /* @vite-ignore */ /* webpackIgnore: true */ pathToFileURL(path).href
    )) as Dawn;
    // The module asks of what class an error is.
    for (const [name, value] of Object.entries(globals)) {
      if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    return create([]);
  } catch (thrown) {
    const why = messageOf(thrown).split("\n", 1)[0]?.replace(/\.$/, "");
    throw new BunsenError(
      "engine",
      `The package \`webgpu\` cannot be loaded here (${why}). Install it again, or choose the CPU engine.`,
      { cause: thrown },
    );
  }
}

/** Where the package is: beside this one, as `npm install` and `npx -p` put it, else in the project that the process was started in. */
function locate(): string | undefined {
  for (const from of [() => import.meta.url, () => join(process.cwd(), "package.json")]) {
    try {
      return createRequire(from()).resolve("webgpu");
    } catch {
      // It is not there, or the folder is gone.
    }
  }
  return undefined;
}

/** Why WebGPU has no adapter here, and what brings one. */
export function noAdapter(): BunsenError {
  const remedy =
    process.platform === "linux"
      ? "install the graphics card's Vulkan driver, for an NVIDIA card its own, for others `mesa-vulkan-drivers`"
      : "install the graphics card's driver";
  return new BunsenError(
    "engine",
    `WebGPU finds no graphics adapter, so the GPU engine cannot be used: ${remedy}. Or choose the CPU engine.`,
  );
}

/** How many are at work in `withWebGpu`. */
let users = 0;
let restore = (): void => {};

/**
 * Does something that looks for WebGPU where a browser's worker has it, as the module does when it opens a device. Afterwards nothing
 * of that is left: other packages take a process with a `WorkerGlobalScope` for a browser.
 */
export async function withWebGpu<T>(gpu: GPU, work: () => Promise<T>): Promise<T> {
  if (users++ === 0) restore = pretendWorker(gpu);
  try {
    return await work();
  } finally {
    if (--users === 0) restore();
  }
}

/** Gives what undoes it. */
function pretendWorker(gpu: GPU): () => void {
  const undo: (() => void)[] = [];
  const put = (target: object, name: string, value: unknown): void => {
    const own = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
    undo.push(() => {
      if (own) Object.defineProperty(target, name, own);
      else delete (target as Record<string, unknown>)[name];
    });
  };
  if (!scope.WorkerGlobalScope) put(scope, "WorkerGlobalScope", class WorkerGlobalScope {});
  // Node 20 has no `navigator`.
  if (!scope.navigator) put(scope, "navigator", { gpu });
  else if (!scope.navigator.gpu) put(scope.navigator, "gpu", gpu);
  return () => undo.reverse().forEach((step) => step());
}
