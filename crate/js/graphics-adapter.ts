/** How long an adapter is waited for, in milliseconds. */
const PATIENCE = 3000;

/** How long after an answer WebGPU is asked again, in milliseconds. */
const INTERVAL = 250;

/** Parts of the names of adapters that compute in software. */
const SOFTWARE = ["swiftshader", "llvmpipe", "lavapipe", "basic render", "software"];

/** What a browser, or Dawn under Node, tells of its adapter. */
export interface AdapterDescription {
  /** Empty where it tells nothing. */
  name: string;
  /** Whether it computes in software: then it is not called a GPU. */
  software: boolean;
}

/**
 * The graphics adapter that the platform prefers for performance; null where there is none.
 *
 * A browser whose GPU process has just started may say that there is none, and give one some hundred milliseconds later. So WebGPU is
 * asked again for three seconds, as the module does when it opens the device (`lab/engine/device_request.rs`). Where one came late the
 * first time, those that ask later do not wait for it: every part of the page asks here, and before the module does.
 * @param patience how long it is asked again, in milliseconds
 */
export async function requestAdapter(gpu: GPU, patience = PATIENCE): Promise<GPUAdapter | null> {
  for (let waited = 0; ; waited += INTERVAL) {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
    if (adapter || waited >= patience) return adapter;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

/** The adapter's name, and whether it computes in software: wgpu passes on neither. */
export function describeAdapter(adapter: GPUAdapter): AdapterDescription {
  // Some browsers know no `info`, and some that have one leave parts of it empty.
  const { description, vendor, architecture, device, isFallbackAdapter }: Partial<GPUAdapterInfo> = adapter.info ?? {};
  const short = [vendor, architecture, device].filter(Boolean).join(" ");
  const text = [description, short].join(" ").toLowerCase();
  return {
    name: nameOf(description ?? "", short, vendor ?? ""),
    software: isFallbackAdapter === true || SOFTWARE.some((part) => text.includes(part)),
  };
}

function nameOf(description: string, short: string, vendor: string): string {
  if (description) return short ? `${description} (${short})` : description;
  // "nvidia" alone would look like a mistake of ours.
  return short && short === vendor ? `${vendor} – the browser tells no more` : short;
}
