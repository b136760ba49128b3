/** How long an adapter is waited for, in milliseconds. */
const PATIENCE = 3000;

/** How long after an answer WebGPU is asked again, in milliseconds. */
const INTERVAL = 250;

/**
 * The graphics adapter that the platform prefers for performance; null where there is none.
 *
 * A browser whose GPU process has just started may say that there is none, and give one some hundred milliseconds later. So WebGPU is
 * asked again for three seconds. Where one came late the first time, those that ask later do not wait for it: every part of the page
 * asks here, and before the module does.
 */
export async function requestAdapter(gpu: GPU): Promise<GPUAdapter | null> {
  for (let waited = 0; ; waited += INTERVAL) {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
    if (adapter || waited >= PATIENCE) return adapter;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}
