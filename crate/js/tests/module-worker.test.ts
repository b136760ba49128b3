import { afterEach, describe, expect, test, vi } from "vitest";
import { scriptOf, startModuleWorker } from "../module-worker.js";

class FakeWorker {
  static readonly started: FakeWorker[] = [];
  readonly url: string;

  constructor(
    url: string | URL,
    readonly options?: WorkerOptions,
  ) {
    this.url = String(url);
    FakeWorker.started.push(this);
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  FakeWorker.started.length = 0;
});

describe("the script of a worker", () => {
  test("is what a bundler made of it, and nothing is started", () => {
    vi.stubGlobal("Worker", FakeWorker);
    // As webpack writes it, whose scripts are no modules.
    const packed = (): Worker => new Worker(new URL("https://cdn.test/12.js"), { name: "pool" });
    expect(scriptOf(packed)).toEqual({ url: new URL("https://cdn.test/12.js"), options: { name: "pool" } });
    expect(FakeWorker.started).toEqual([]);
    expect(globalThis.Worker).toBe(FakeWorker);
  });

  test("that cannot be named leaves the browser's constructor in its place", () => {
    vi.stubGlobal("Worker", FakeWorker);
    const failing = (): Worker => new Worker(new URL("./script.js", "no base"));
    expect(() => scriptOf(failing)).toThrow("Invalid URL");
    expect(globalThis.Worker).toBe(FakeWorker);
  });
});

describe("a worker", () => {
  const start = (url: string, origin: string): FakeWorker | undefined => {
    vi.useFakeTimers();
    vi.stubGlobal("Worker", FakeWorker);
    vi.stubGlobal("origin", origin);
    vi.stubGlobal("location", { href: "https://page.test/index.html" });
    startModuleWorker({ url, options: { type: "module", name: "pool" } });
    return FakeWorker.started[0];
  };

  test("of the page's origin is started as it is", () => {
    const worker = start("https://a.test/w.js", "https://a.test");
    expect(worker?.url).toBe("https://a.test/w.js");
    expect(worker?.options).toEqual({ type: "module", name: "pool" });
  });

  test("is started as it is where there is no page", () => {
    vi.stubGlobal("Worker", FakeWorker);
    startModuleWorker({ url: "/w.js" });
    expect(FakeWorker.started[0]?.url).toBe("/w.js");
  });

  test.each(["https://b.test", "null"])(
    "of another origin than %s is started from a blob, as a classic one",
    (origin) => {
      const worker = start("https://a.test/w.js", origin);
      expect(worker?.url).toMatch(/^blob:/);
      expect(worker?.options).toEqual({ type: "classic", name: "pool" });
    },
  );
});
