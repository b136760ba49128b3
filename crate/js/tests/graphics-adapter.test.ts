import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { describeAdapter, requestAdapter } from "../graphics-adapter.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A WebGPU that gives these answers, and then the last one again and again. */
function answering(...answers: (() => Promise<unknown>)[]) {
  let asked = 0;
  const request = vi.fn(() => answers[Math.min(asked++, answers.length - 1)]?.());
  return { gpu: { requestAdapter: request } as unknown as GPU, request };
}

const nothing = async () => null;
const refused = async () => Promise.reject(new Error("refused"));
const adapter = { name: "an adapter" };

test("an adapter that is there is given at once", async () => {
  const { gpu, request } = answering(async () => adapter);
  expect(await requestAdapter(gpu)).toBe(adapter);
  expect(request).toHaveBeenCalledExactlyOnceWith({ powerPreference: "high-performance" });
});

test("an adapter that WebGPU gives at the third request is waited for", async () => {
  const { gpu, request } = answering(nothing, refused, async () => adapter);
  const asked = requestAdapter(gpu);
  await vi.runAllTimersAsync();
  expect(await asked).toBe(adapter);
  expect(request).toHaveBeenCalledTimes(3);
});

test("after three seconds there is none", async () => {
  const { gpu, request } = answering(nothing);
  const start = Date.now();
  const asked = requestAdapter(gpu);
  await vi.runAllTimersAsync();
  expect(await asked).toBeNull();
  expect(Date.now() - start).toBe(3000);
  expect(request.mock.calls.length).toBeGreaterThan(5);
});

test.each([
  [{ vendor: "nvidia", architecture: "", device: "", description: "" }, "nvidia – the browser tells no more"],
  [{ vendor: "nvidia", architecture: "ampere", device: "", description: "" }, "nvidia ampere"],
  [{ vendor: "intel", architecture: "xe", device: "", description: "Intel Iris" }, "Intel Iris (intel xe)"],
  [{ vendor: "", architecture: "", device: "", description: "Apple M2" }, "Apple M2"],
  [{ vendor: "", architecture: "", device: "", description: "" }, ""],
  [undefined, ""],
])("an adapter is named as far as the browser tells: %o", (info, name) => {
  expect(describeAdapter({ info } as unknown as GPUAdapter)).toEqual({ name, software: false });
});

test.each([
  { vendor: "google", architecture: "swiftshader" },
  { vendor: "mesa", description: "llvmpipe (LLVM 15.0.6, 256 bits)" },
  { description: "Microsoft Basic Render Driver" },
  { vendor: "nvidia", isFallbackAdapter: true },
])("one that computes in software is known: %o", (info) => {
  expect(describeAdapter({ info } as unknown as GPUAdapter).software).toBe(true);
});
