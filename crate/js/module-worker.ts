// Starts module workers wherever a page and its scripts stand.

/** What the constructor of a worker takes. */
export interface WorkerScript {
  /** Its address, absolute or relative to that of the page. */
  readonly url: string | URL;
  readonly options?: WorkerOptions | undefined;
}

/**
 * Starts a worker.
 *
 * A browser starts no worker from an address of another origin than the page's, and in a frame without an origin of its own (`sandbox` without
 * `allow-same-origin`) every address is of another one. What a blob of the page imports may be of any origin whose server allows that.
 */
export function startModuleWorker({ url, options }: WorkerScript): Worker {
  const { location } = globalThis as { location?: { href: string } };
  // What has no address, as a test, has no origin either.
  if (!location) return new Worker(url, options);
  const { origin, href } = new URL(url, location.href);
  if (origin === globalThis.origin) return new Worker(href, options);
  const blobUrl = URL.createObjectURL(new Blob([relay(href)], { type: "text/javascript" }));
  // Chromium starts no module worker from a blob whose page has no origin: a classic one may import, too.
  const worker = new Worker(blobUrl, { ...options, type: "classic" });
  // The worker has fetched the blob when it says its first word; the address costs nothing until the page is left.
  setTimeout(() => URL.revokeObjectURL(blobUrl), 60_000);
  return worker;
}

/**
 * The script of a worker, as a bundler left it. Bundlers pack the script of `new Worker(new URL("./script.js", import.meta.url))`, in these
 * very words, and change its address and its type.
 * @param start creates the worker, and does nothing else
 */
export function scriptOf(start: () => Worker): WorkerScript {
  const { Worker } = globalThis;
  let script: WorkerScript | undefined;
  try {
    globalThis.Worker = class {
      constructor(url: string | URL, options?: WorkerOptions) {
        script = { url, options };
      }
    } as unknown as typeof Worker;
    start();
  } finally {
    globalThis.Worker = Worker;
  }
  if (!script) throw new Error("no worker was created");
  return script;
}

/** A script that imports another one, and hands it what was said before it was there. */
function relay(url: string): string {
  return `
    const early = [];
    const keep = (event) => early.push(event);
    addEventListener("message", keep);
    import(${JSON.stringify(url)}).then(
      () => {
        removeEventListener("message", keep);
        for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
      },
      (thrown) => setTimeout(() => { throw thrown; }),
    );`;
}
