// Loads one of the two builds: `cpu/` at once, `gpu/` only when somebody wants the GPU engine.

import type * as Bindings from "./cpu/bunsen.js";
import { hex } from "./digest.js";
import { BunsenError, messageOf } from "./errors.js";
import { TrapGuard } from "./trap-guard.js";

/** What the generated bindings of both builds export. */
export type Exports = Omit<typeof Bindings, "Engine"> & {
  Engine: {
    cpu(pool?: Bindings.WorkerPool): Bindings.Engine;
    gpu?(adapter: string, software: boolean): Promise<Bindings.Engine>;
  };
  /** The message of the last panic, where the build tells it. */
  lastPanic?(): string | undefined;
};

/** A build, instantiated. */
export interface Build {
  readonly exports: Exports;
  /** The compiled module, for other workers to instantiate. */
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The digest of the module, of the GPU build: empty where it cannot be had. */
  readonly digest: Promise<string>;
  readonly guard: TrapGuard;
}

type BuildKind = "cpu" | "gpu";

/** The builds' addresses, spelled out so that bundlers find them. */
const wasmUrls: Record<BuildKind, () => URL> = {
  cpu: () => new URL("./cpu/bunsen_bg.wasm", import.meta.url),
  gpu: () => new URL("./gpu/bunsen_bg.wasm", import.meta.url),
};

/** The instance in use of each build. All labs share it, until it traps or its GPU is lost. */
const instances: Record<BuildKind, Promise<Build> | undefined> = { cpu: undefined, gpu: undefined };
/** How often each build's script was imported: see `importScript`. */
const importCounts: Record<BuildKind, number> = { cpu: 0, gpu: 0 };

/** The build of that name, instantiated now or before. */
export function loadBuild(kind: BuildKind): Promise<Build> {
  const known = instances[kind];
  if (known) return known;
  const forget = (): void => {
    if (instances[kind] === loading) instances[kind] = undefined;
  };
  const loading: Promise<Build> = load(kind, () => forget());
  instances[kind] = loading;
  // A later attempt may succeed: the GPU build is made after the page is served.
  loading.catch(forget);
  return loading;
}

async function load(kind: BuildKind, onDead: () => void): Promise<Build> {
  let exports: Exports;
  let module: WebAssembly.Module;
  let memory: WebAssembly.Memory;
  let digest = Promise.resolve("");
  try {
    const compiled = compile(wasmUrls[kind](), (bytes) => {
      if (kind === "gpu") digest = digestOf(bytes());
    });
    [exports, module] = await Promise.all([importScript(kind), compiled]);
    ({ memory } = (await exports.default({ module_or_path: module })) as { memory: WebAssembly.Memory });
  } catch (thrown) {
    throw notLoaded(kind, thrown);
  }
  const guard = new TrapGuard(() => exports.lastPanic?.(), onDead);
  return { exports, module, memory, digest, guard };
}

/**
 * A browser imports an address once: it remembers an import that failed, and an imported script keeps its one instance. So
 * the first import is the plain one, which bundlers understand, and later ones use an address that is new to the browser.
 */
async function importScript(kind: BuildKind): Promise<Exports> {
  const earlier = importCounts[kind]++;
  if (earlier > 0) {
    const url = new URL(`./${kind}/bunsen.js?instance=${earlier + 1}`, import.meta.url).href;
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as Exports;
  }
  if (kind === "cpu") return (await import("./cpu/bunsen.js")) as unknown as Exports;
  return (await import("./gpu/bunsen.js")) as unknown as Exports;
}

/** A digest of some megabytes, which is computed beside all else. */
async function digestOf(bytes: Promise<ArrayBuffer>): Promise<string> {
  try {
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await bytes)));
  } catch {
    return "";
  }
}

/**
 * Compiles a module of the package.
 * @param take may ask for its bytes before it is compiled
 */
export async function compile(
  url: URL,
  take?: (bytes: () => Promise<ArrayBuffer>) => void,
): Promise<WebAssembly.Module> {
  if (import.meta.url.startsWith("file:")) {
    // Node: there is no fetch for files.
    const { readWasm } = await import("./node.js");
    return WebAssembly.compile(await readWasm(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`);
  take?.(() => response.clone().arrayBuffer());
  // Streaming compilation needs a server that knows the file's media type.
  const streamable = response.headers.get("content-type")?.startsWith("application/wasm");
  return streamable ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

function notLoaded(kind: BuildKind, thrown: unknown): BunsenError {
  const why = messageOf(thrown).replace(/\.$/, "");
  if (kind === "gpu") {
    return new BunsenError(
      "engine",
      `The GPU build is not there (yet): it could not be loaded (${why}). ` +
        "If it is still being built, try again in a few minutes; until then choose the CPU engine.",
      { cause: thrown },
    );
  }
  if (thrown instanceof WebAssembly.CompileError) {
    return new BunsenError(
      "engine",
      `This browser cannot run the module (${why}). It needs WebAssembly with SIMD, which every current browser has.`,
      { cause: thrown },
    );
  }
  return new BunsenError("engine", `The module could not be loaded (${why}). Look at the connection and try again.`, {
    cause: thrown,
  });
}
