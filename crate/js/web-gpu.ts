// WebGPU where this runs: a browser's own, or the one that Node was given.

import { BunsenError } from "./errors.js";
import { requestAdapter } from "./graphics-adapter.js";
import { inNode } from "./host.js";

export interface WebGpu {
  readonly adapter: GPUAdapter;
  /** Opens a device, which the module asks for by itself. */
  open<T>(open: () => Promise<T>): Promise<T>;
}

/** WebGPU and its adapter. Says that there is none before megabytes are fetched for one. */
export function requireWebGpu(): Promise<WebGpu> {
  return inNode ? requireDawn() : requireBrowsers();
}

async function requireDawn(): Promise<WebGpu> {
  const { nodeGpu, noAdapter, withWebGpu } = await import("./node-gpu.js");
  const gpu = await nodeGpu();
  // No other process has to start first.
  const adapter = await requestAdapter(gpu, 0);
  if (!adapter) throw noAdapter();
  return { adapter, open: (open) => withWebGpu(gpu, open) };
}

async function requireBrowsers(): Promise<WebGpu> {
  const { gpu } = globalThis.navigator ?? {};
  if (!gpu) {
    const secure = globalThis.isSecureContext ?? true;
    const why = secure ? "There is no WebGPU here" : "WebGPU needs a page that is served by https or from localhost";
    throw new BunsenError("engine", `${why}, so the GPU engine cannot be used. Choose the CPU engine.`);
  }
  const adapter = await requestAdapter(gpu);
  if (!adapter) {
    throw new BunsenError(
      "engine",
      "There is WebGPU here but no graphics adapter for it, so the GPU engine cannot be used. Choose the CPU engine.",
    );
  }
  return { adapter, open: (open) => open() };
}
