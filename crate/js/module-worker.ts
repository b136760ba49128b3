// Starts module workers wherever a page and its scripts stand.

/** What the constructor of a worker takes. */
export interface WorkerScript {
  /** Its address, absolute or relative to that of the page. */
  readonly url: string | URL;
  readonly options?: WorkerOptions | undefined;
}

/** What is used of a worker. */
export interface ModuleWorker {
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
  terminate(): void;
}

/**
 * Starts a worker. Throws where the browser starts none.
 *
 * Its first script may have to be a blob that imports the worker's, for two reasons:
 *
 * - A browser starts no worker from an address of another origin than the page's, and in a frame without an origin of its own (`sandbox` without
 *   `allow-same-origin`) every address is of another one. What a blob imports may be of any origin whose server allows that.
 * - A worker from a blob is under the Content-Security-Policy of whoever starts it, which may stand in a page; one from an address is under that of its own
 *   response alone. So whoever asks for it gets a blob (`inheritsPolicy`), and so do the workers of a worker that is from one.
 *
 * Where a host forbids workers from blobs, the worker is started from its address, if that is of the page's origin.
 */
export function startModuleWorker(script: WorkerScript, { inheritsPolicy = false } = {}): ModuleWorker {
  const { location } = globalThis as { location?: { href: string; protocol: string } };
  // What has no address, as a test, has no origin either.
  if (!location) return create(script.url, script.options);
  const url = new URL(script.url, location.href);
  const isOwn = url.origin === globalThis.origin;
  const isFromBlob = location.protocol === "blob:";
  if (isOwn && !isFromBlob && !inheritsPolicy) return create(url.href, script.options);
  return new RelayedWorker(url, script.options, isOwn);
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** The policy that vouches for addresses of workers, where the browser knows trusted types; null where the host allows none of ours. */
let policy: ReturnType<TrustedTypes["createPolicy"]> | null | undefined;

/** Starts a worker also where the host requires trusted types: it has to allow a policy called `bunsen`. */
function create(url: string | URL, options: WorkerOptions | undefined): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (policy === undefined) {
    try {
      policy = trustedTypes?.createPolicy("bunsen", { createScriptURL: (address) => address }) ?? null;
    } catch {
      policy = null;
    }
  }
  return new Worker(policy?.createScriptURL(String(url)) ?? url, options);
}

/** What a blob says when it has imported the worker's script. */
export const IMPORTED = "imported";

class RelayedWorker implements ModuleWorker {
  onmessage: ModuleWorker["onmessage"] = null;
  onerror: ModuleWorker["onerror"] = null;
  onmessageerror: ModuleWorker["onmessageerror"] = null;
  readonly #url: URL;
  readonly #options: WorkerOptions | undefined;
  /** Whether the browser may start it from its address, too. */
  readonly #isOwn: boolean;
  #worker: Worker;
  /** What is said to it before its script is there; `undefined` from then on. */
  #early: [unknown, Transferable[]][] | undefined = [];
  #isTerminated = false;

  constructor(url: URL, options: WorkerOptions | undefined, isOwn: boolean) {
    this.#url = url;
    this.#options = options;
    this.#isOwn = isOwn;
    try {
      this.#worker = this.#startBlob();
    } catch (thrown) {
      if (!isOwn) throw thrown;
      this.#worker = this.#startDirectly();
    }
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    if (this.#early) this.#early.push([message, transfer]);
    else this.#worker.postMessage(message, transfer);
  }

  terminate(): void {
    this.#isTerminated = true;
    this.#worker.terminate();
  }

  #startBlob(): Worker {
    const { href, pathname } = this.#url;
    const blobUrl = URL.createObjectURL(new Blob([importing(href)], { type: "text/javascript" }));
    // Chromium starts no module worker from a blob whose page has no origin: a classic one may import, too. The fragment is for the
    // browser's tools.
    const worker = create(`${blobUrl}#${pathname}`, { ...this.#options, type: "classic" });
    worker.onmessage = (event) => {
      if (event.data !== IMPORTED) return this.onmessage?.(event);
      URL.revokeObjectURL(blobUrl);
      this.#connect(worker);
    };
    worker.onerror = (event) => {
      URL.revokeObjectURL(blobUrl);
      if (this.#isTerminated) return;
      if (!this.#isOwn) return this.onerror?.(event);
      event.preventDefault();
      worker.terminate();
      try {
        // It works from there, or the browser says what is wrong with the script itself.
        this.#worker = this.#startDirectly();
      } catch {
        this.onerror?.(event);
      }
    };
    return worker;
  }

  #startDirectly(): Worker {
    return this.#connect(create(this.#url.href, this.#options));
  }

  /** From now on, all that either side says reaches the other. */
  #connect(worker: Worker): Worker {
    worker.onmessage = (event) => this.onmessage?.(event);
    worker.onerror = (event) => this.onerror?.(event);
    worker.onmessageerror = (event) => this.onmessageerror?.(event);
    for (const [message, transfer] of this.#early ?? []) worker.postMessage(message, transfer);
    this.#early = undefined;
    return worker;
  }
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

/** A script that imports another one, and says when that is there. */
function importing(url: string): string {
  return `import(${JSON.stringify(url)}).then(
    () => postMessage("${IMPORTED}"),
    (thrown) => setTimeout(() => { throw thrown; }),
  );`;
}
