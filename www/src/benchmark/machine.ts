import { describeAdapter, requestAdapter } from "../../../crate/js/graphics-adapter.js";

/** What the figures are taken on: without it no figure means anything. */
export interface Machine {
  browser: string;
  platform: string;
  /** Logical cores, as far as the browser tells. */
  cores: number;
  /** What WebGPU calls its adapter; null where there is none. */
  adapter: string | null;
  /** Whether that adapter computes in software. */
  software: boolean;
  /** Why WebGPU cannot be used, where it cannot. */
  noWebGpu: string | null;
  /** Whether threads can share memory here, which jax-js needs for more than one. */
  isolated: boolean;
  userAgent: string;
}

interface Brands {
  brands?: { brand: string; version: string }[];
  platform?: string;
  getHighEntropyValues?: (hints: string[]) => Promise<{
    architecture?: string;
    platformVersion?: string;
    fullVersionList?: { brand: string; version: string }[];
  }>;
}

export async function machine(): Promise<Machine> {
  return { ...(await browser()), ...(await graphics()), ...rest() };
}

/** One line of a description. */
export function describe({ browser, platform, cores, adapter, software, noWebGpu, isolated }: Machine): string {
  const gpu = adapter === null ? `no GPU (${noWebGpu})` : `GPU adapter: ${adapter}${software ? ", in software" : ""}`;
  const threads = isolated ? "cross-origin isolated" : "not cross-origin isolated: one thread for jax-js wasm";
  return `${browser} on ${platform}; ${cores} logical core${cores === 1 ? "" : "s"}; ${gpu}; ${threads}`;
}

function rest(): Pick<Machine, "cores" | "isolated" | "userAgent"> {
  const { hardwareConcurrency, userAgent } = navigator;
  return { cores: hardwareConcurrency, isolated: globalThis.crossOriginIsolated, userAgent };
}

async function browser(): Promise<Pick<Machine, "browser" | "platform">> {
  const data = (navigator as { userAgentData?: Brands }).userAgentData;
  const hints = ["architecture", "platformVersion", "fullVersionList"];
  const more = await data?.getHighEntropyValues?.(hints).catch(() => undefined);
  const brands = (more?.fullVersionList ?? data?.brands ?? []).filter(({ brand }) => !/not.?a.?brand/i.test(brand));
  // The make of a browser says more than the engine that it shares with others.
  const brand = brands.find((each) => each.brand !== "Chromium") ?? brands[0];
  const platform = [data?.platform, more?.platformVersion, more?.architecture].filter(Boolean).join(" ");
  return {
    browser: brand ? `${brand.brand} ${brand.version}` : fromUserAgent(navigator.userAgent),
    platform: platform || navigator.platform || "an unnamed platform",
  };
}

function fromUserAgent(text: string): string {
  const [, firefox] = /Firefox\/([\d.]+)/.exec(text) ?? [];
  if (firefox) return `Firefox ${firefox}`;
  const [, safari] = /Version\/([\d.]+).*Safari/.exec(text) ?? [];
  if (safari) return `Safari ${safari}`;
  const [, chrome] = /Chrome\/([\d.]+)/.exec(text) ?? [];
  return chrome ? `Chrome ${chrome}` : text;
}

async function graphics(): Promise<Pick<Machine, "adapter" | "software" | "noWebGpu">> {
  const none = (noWebGpu: string) => ({ adapter: null, software: false, noWebGpu });
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (!gpu) {
    return none(isSecureContext ? "this browser has no WebGPU here" : "WebGPU needs https, or localhost");
  }
  const found = await requestAdapter(gpu);
  if (!found) return none("WebGPU finds no graphics adapter here");
  const { name, software } = describeAdapter(found);
  return { adapter: name || "an unnamed adapter", software, noWebGpu: null };
}
