import type { EngineInfo } from "../api.js";

/** What computes: "GPU, software adapter: llvmpipe (LLVM 15.0.6, 256 bits)". */
export function engineInWords({ label, adapter }: Pick<EngineInfo, "label" | "adapter">): string {
  return adapter && !label.includes(adapter) ? `${label}: ${adapter}` : label;
}
