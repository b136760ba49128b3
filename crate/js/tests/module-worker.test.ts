import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { IMPORTED, type ModuleWorker, scriptOf, startModuleWorker } from "../module-worker.js";

class FakeWorker {
  static readonly started: FakeWorker[] = [];
  readonly url: string;
  onmessage: (message: { data: unknown }) => void = () => {};
  onerror: (event: { message: string; preventDefault(): void }) => void = () => {};
  readonly posted: unknown[] = [];
  isTerminated = false;

  constructor(
    url: string | URL,
    readonly options?: WorkerOptions,
  ) {
    this.url = String(url);
    FakeWorker.started.push(this);
  }

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  fail(message: string): void {
    this.onerror({ message, preventDefault: () => {} });
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
  beforeEach(() => {
    vi.stubGlobal("Worker", FakeWorker);
    vi.stubGlobal("location", { protocol: "https:", href: "https://page.test/index.html" });
  });

  const SCRIPT = "https://a.test/w.js";
  const OPTIONS = { type: "module", name: "pool" } as const;
  /** Whoever starts it is of that origin. */
  const start = (origin: string, settings?: Parameters<typeof startModuleWorker>[1]): ModuleWorker => {
    vi.stubGlobal("origin", origin);
    return startModuleWorker({ url: SCRIPT, options: OPTIONS }, settings);
  };
  const startFromBlob = (): ModuleWorker => start("https://a.test", { inheritsPolicy: true });

  test("of the page's origin is started as it is", () => {
    start("https://a.test");
    expect(FakeWorker.started).toMatchObject([{ url: SCRIPT, options: OPTIONS }]);
  });

  test("is started as it is where there is no page", () => {
    vi.stubGlobal("location", undefined);
    startModuleWorker({ url: "/w.js" });
    expect(FakeWorker.started[0]?.url).toBe("/w.js");
  });

  test.each(["https://b.test", "null"])(
    "of another origin than %s is started from a blob, as a classic one",
    (origin) => {
      start(origin);
      expect(FakeWorker.started).toMatchObject([
        { url: expect.stringMatching(/^blob:/), options: { type: "classic", name: "pool" } },
      ]);
    },
  );

  test("that is to be under the policy of whoever starts it is started from a blob, and so are its own", () => {
    startFromBlob();
    vi.stubGlobal("location", { protocol: "blob:", href: "blob:https://a.test/1" });
    start("https://a.test");
    expect(FakeWorker.started.map(({ url }) => url.slice(0, 5))).toEqual(["blob:", "blob:"]);
  });

  test("hears what was said before its script was there", () => {
    const worker = startFromBlob();
    const heard: unknown[] = [];
    worker.onmessage = ({ data }) => heard.push(data);
    worker.postMessage("first");
    const [blob] = FakeWorker.started;
    blob!.onmessage({ data: "said on the way" });
    expect(blob!.posted).toEqual([]);
    blob!.onmessage({ data: IMPORTED });
    worker.postMessage("second");
    blob!.onmessage({ data: "said then" });
    expect(blob!.posted).toEqual(["first", "second"]);
    expect(heard).toEqual(["said on the way", "said then"]);
    expect(FakeWorker.started.length).toBe(1);
  });

  test("starts from its address where blobs are forbidden", () => {
    const worker = startFromBlob();
    worker.postMessage("first");
    const errors: string[] = [];
    worker.onerror = ({ message }) => errors.push(message);
    FakeWorker.started[0]!.fail("forbidden");
    expect(FakeWorker.started[0]!.isTerminated).toBe(true);
    expect(FakeWorker.started[1]).toMatchObject({ url: SCRIPT, options: OPTIONS, posted: ["first"] });
    FakeWorker.started[1]!.fail("its own");
    expect(errors).toEqual(["its own"]);
    expect(FakeWorker.started.length).toBe(2);
  });

  test("that fails once its script is there is not started again", () => {
    const worker = startFromBlob();
    const errors: string[] = [];
    worker.onerror = ({ message }) => errors.push(message);
    FakeWorker.started[0]!.onmessage({ data: IMPORTED });
    FakeWorker.started[0]!.fail("unreachable");
    expect(errors).toEqual(["unreachable"]);
    expect(FakeWorker.started.length).toBe(1);
  });

  test("of another origin is not started from its address", () => {
    const worker = start("null");
    const errors: string[] = [];
    worker.onerror = ({ message }) => errors.push(message);
    FakeWorker.started[0]!.fail("forbidden");
    expect(errors).toEqual(["forbidden"]);
    expect(FakeWorker.started.length).toBe(1);
  });

  test("that was ended is not started again", () => {
    startFromBlob().terminate();
    FakeWorker.started[0]!.fail("too late");
    expect(FakeWorker.started.length).toBe(1);
  });
});
