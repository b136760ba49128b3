// Threads beside this one: a browser's workers and Node's.

import { inNode } from "./host.js";
import { startModuleWorker, type WorkerScript } from "./module-worker.js";

/** A worker of a browser or a thread of Node's, as far as it is used here. */
export interface Thread<Request> {
  post(message: Request, transfer?: ArrayBuffer[]): void;
  /** Whether Node's process waits for it: at first it does not. A page ends when it is closed. */
  keepAlive(isNeeded: boolean): void;
  stop(): void;
}

/** Where the script of a thread is. */
export interface ThreadScripts {
  readonly node: () => URL;
  readonly web: () => WorkerScript;
}

/** Starts a thread. `onFailure`: told why it cannot go on, also where its script is not there. */
export async function startThread<Request, Response>(
  scripts: ThreadScripts,
  onResponse: (response: Response) => void,
  onFailure: (why: string) => void,
): Promise<Thread<Request>> {
  if (inNode) {
    const { startNodeThread } = await import("./node.js");
    const thread = startNodeThread<Request, Response>(scripts.node(), onResponse, onFailure);
    return { ...thread, post: (message, transfer = []) => thread.post(message, transfer) };
  }
  const worker = startModuleWorker(scripts.web());
  worker.onmessage = (event: MessageEvent<Response>) => onResponse(event.data);
  worker.onerror = (event) => {
    event.preventDefault();
    onFailure(event.message || "its script could not be loaded");
  };
  worker.onmessageerror = () => onFailure("a message could not be read");
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    keepAlive() {},
    stop: () => worker.terminate(),
  };
}

/** How many cores there are. */
export async function coreCount(): Promise<number> {
  if (inNode) return (await import("./node.js")).coreCount();
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}
