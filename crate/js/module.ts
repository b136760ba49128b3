// Loads one of the two builds: `cpu/` at once, `gpu/` only when somebody wants the GPU engine.

import type { LabOptions, ModuleProgress } from "./api.js";
import type * as Bindings from "./cpu/bunsen.js";
import { hex } from "./digest.js";
import { inNode } from "./host.js";
import { notLoaded, requireWasm } from "./load-errors.js";
import { packageFile } from "./package-files.js";
import { TrapGuard } from "./trap-guard.js";

/** What the generated bindings of both builds export. */
export type Exports = Omit<typeof Bindings, "Engine" | "instantiate"> & {
  /** The same of another instance. */
  instantiate(): Exports;
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

export type BuildKind = "cpu" | "gpu";

/** The addresses of the builds' WebAssembly, spelled out so that bundlers find them. */
export const wasmUrls: Record<BuildKind, () => URL> = {
  cpu: () => packageFile("cpu/bunsen_bg.wasm", () => new URL("./cpu/bunsen_bg.wasm", import.meta.url)),
  gpu: () =>
    packageFile("gpu/bunsen_bg.wasm", () => {
      // Where the folder was left out, a bundler either leaves the address as it is, or puts something here that throws.
      try {
        return new URL("./gpu/bunsen_bg.wasm", import.meta.url);
      } catch {
        throw withoutGpu();
      }
    }),
};

/** The builds' scripts. That of the GPU build is imported by its address, for bundlers refuse an import of what is not there. */
const scripts: Record<BuildKind, () => Promise<Exports>> = {
  cpu: async () => (await import("./cpu/bunsen.js")) as unknown as Exports,
  gpu: () => {
    const url = packageFile("gpu/bunsen.js", () => {
      try {
        return new URL("./gpu/bunsen.js", import.meta.url);
      } catch {
        throw withoutGpu();
      }
    });
    return import(/* @vite-ignore */ /* webpackIgnore: true */ url.href) as Promise<Exports>;
  },
};

const withoutGpu = (): Error => new Error("this app was packed without it");

/** The instance in use of each build. All labs share it, until it traps or its GPU is lost. */
const instances: Record<BuildKind, Promise<Build> | undefined> = { cpu: undefined, gpu: undefined };

/** The build of that name, instantiated now or before. */
export function loadBuild(kind: BuildKind, onProgress?: LabOptions["onProgress"]): Promise<Build> {
  const known = instances[kind];
  if (known) return known;
  const forget = (): void => {
    if (instances[kind] === loading) instances[kind] = undefined;
  };
  const loading: Promise<Build> = load(kind, () => forget(), onProgress);
  instances[kind] = loading;
  // A later attempt may succeed: the GPU build is made after the page is served.
  loading.catch(forget);
  return loading;
}

async function load(kind: BuildKind, onDead: () => void, onProgress: LabOptions["onProgress"]): Promise<Build> {
  let exports: Exports;
  let module: WebAssembly.Module;
  let memory: WebAssembly.Memory;
  let digest = Promise.resolve("");
  let bytes = { loaded: 0, total: 0 };
  const tell = (state: ModuleProgress["state"]): void => onProgress?.({ engine: kind, state, ...bytes });
  const onBytes = (loaded: number, total: number, isWhole: boolean): void => {
    bytes = { loaded, total };
    tell(isWhole ? "compiling" : "loading");
  };
  try {
    const takeDigest = (bytes: () => Promise<ArrayBuffer>): void => {
      if (kind === "gpu") digest = digestOf(bytes());
    };
    const compiled = compile(wasmUrls[kind](), takeDigest, onProgress && onBytes);
    let script: Exports;
    [script, module] = await Promise.all([
      importScript(scripts[kind], `../${kind}/bunsen.js`, wasmUrls[kind]),
      compiled,
    ]);
    exports = script.instantiate();
    ({ memory } = (await exports.default({ module_or_path: module })) as { memory: WebAssembly.Memory });
  } catch (thrown) {
    throw notLoaded(kind, thrown);
  }
  const guard = new TrapGuard(() => exports.lastPanic?.(), onDead);
  tell("ready");
  return { exports, module, memory, digest, guard };
}

/** How often each script could not be imported. */
const failures = new Map<string, number>();

/**
 * Imports a script of the package when it is wanted. A browser may remember that an address could not be imported: so one that failed is asked for again by another
 * address, beside its WebAssembly, where it lies unless it was bundled.
 */
export async function importScript<T>(load: () => Promise<T>, name: string, wasm: () => URL): Promise<T> {
  try {
    return await load();
  } catch (thrown) {
    const earlier = failures.get(name) ?? 0;
    failures.set(name, earlier + 1);
    if (earlier === 0) throw thrown;
    const url = new URL(`${name}?attempt=${earlier + 1}`, wasm()).href;
    const again = import(/* @vite-ignore */ /* webpackIgnore: true */ url) as Promise<T>;
    return again.catch(() => {
      throw thrown;
    });
  }
}

/** A digest of some megabytes, which is computed beside all else. */
async function digestOf(bytes: Promise<ArrayBuffer>): Promise<string> {
  try {
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await bytes)));
  } catch {
    return "";
  }
}

/** Told how many bytes came, of how many, 0 where that is not known, and whether those were the last. */
type OnBytes = (loaded: number, total: number, isWhole: boolean) => void;

/**
 * Compiles a module of the package.
 * @param take may ask for its bytes before it is compiled
 */
export async function compile(
  url: URL,
  take?: (bytes: () => Promise<ArrayBuffer>) => void,
  onBytes?: OnBytes,
): Promise<WebAssembly.Module> {
  if (inNode) {
    // There is no fetch for files.
    const { readWasm } = await import("./node.js");
    const bytes = await readWasm(url);
    onBytes?.(bytes.byteLength, bytes.byteLength, true);
    return WebAssembly.compile(bytes);
  }
  const fetched = await fetch(url);
  if (!fetched.ok) throw new Error(`${url.pathname} answered ${fetched.status}`);
  // A browser keeps the code that it compiled only of a response as it was fetched.
  const response = onBytes ? counted(fetched, onBytes) : fetched;
  take?.(() => response.clone().arrayBuffer());
  // Streaming compilation needs a server that knows the file's media type.
  const streamable = response.headers.get("content-type")?.startsWith("application/wasm");
  if (streamable) return WebAssembly.compileStreaming(response);
  const bytes = await response.arrayBuffer();
  requireWasm(bytes, url);
  return WebAssembly.compile(bytes);
}

/** A response that tells how much of it came. */
function counted(response: Response, onBytes: OnBytes): Response {
  const { body, headers, type } = response;
  if (!body) return response;
  // The length is that of what is sent. Whether it is packed, another origin does not tell.
  const isPlain = type === "basic" && !headers.get("content-encoding");
  const total = (isPlain && Number(headers.get("content-length"))) || 0;
  let loaded = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      onBytes(loaded, total, false);
      controller.enqueue(chunk);
    },
    flush: () => onBytes(loaded, loaded, true),
  });
  return new Response(body.pipeThrough(counter), { headers });
}
