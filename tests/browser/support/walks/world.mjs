// @ts-check
// The world of a walk: its time goes faster, and what can fail in a browser fails when it is told to. All of it is put
// around the page and its workers; neither knows.

/**
 * Timers and clocks go so many times as fast, so that a minute of training is over soon. `step`: milliseconds that every
 * pull takes longer than it computes, so that walks find runs in their midst; where there are none, the worker's clock goes
 * as it always does.
 */
export const PACE = { timers: 4, page: 4, worker: 60, step: 10 };

/** A minute of a worker, in milliseconds of ours. */
export const MINUTE_MS = 60_000 / PACE.worker;

/**
 * What fails now.
 * @typedef {{
 *   storage: "well" | "full" | "forbidden" | "hanging", requests: boolean, traps: boolean, gpuLost: boolean,
 *   clockBack: number, step: number,
 * }} Faults
 */

/** @type {Faults} */
export const NO_FAULTS = {
  storage: "well",
  requests: false,
  traps: false,
  gpuLost: false,
  clockBack: 0,
  step: PACE.step,
};

/** The channel on which workers hear of a change; those that start later are told by their name. */
export const CHANNEL = "walk-faults";

/**
 * In front of the page's scripts and of the module in its worker. It is sent as text, and sees nothing of this file.
 * @param {{ pace: typeof PACE, channel: string, none: Faults }} how
 */
export function makeWorld({ pace, channel, none }) {
  /** @type {any} */ const self = globalThis;
  const isPage = typeof document !== "undefined";
  if (self.walkWorld || (isPage && self !== self.top)) return;
  // The writer of runs and the workers of a pool have names of their own.
  const told = /^\{/.test(self.name) && !isPage ? JSON.parse(self.name) : none;
  /** @type {{ faults: Faults, later: typeof setTimeout, now: () => number }} */
  const world = { faults: { ...none, ...told }, later: setTimeout.bind(self), now: performance.now.bind(performance) };
  self.walkWorld = world;
  let [from, since] = [0, world.now()];
  if (!isPage) {
    const word = new BroadcastChannel(channel);
    word.onmessage = ({ data }) => {
      if (data === "which") return;
      [from, since] = [performance.now(), world.now()];
      world.faults = data;
    };
    // What was changed while the worker was being loaded.
    word.postMessage("which");
  }

  // Time.
  const { setTimeout: timeout, setInterval: interval } = self;
  self.setTimeout = (/** @type {any} */ act, delay = 0, /** @type {any[]} */ ...rest) =>
    timeout(act, delay / pace.timers, ...rest);
  self.setInterval = (/** @type {any} */ act, delay = 0, /** @type {any[]} */ ...rest) =>
    interval(act, delay / pace.timers, ...rest);
  const rate = () => (isPage ? pace.page : world.faults.step > 0 ? pace.worker : 1);
  performance.now = () => from + (world.now() - since) * rate();
  const { now } = Date;
  Date.now = () => now() - world.faults.clockBack;

  // A tab behind others computes as it does in front, and is taken to be seen: only nothing of it is drawn.
  if (isPage) Object.defineProperty(document, "visibilityState", { get: () => "visible" });

  // The private storage.
  const refuse = (/** @type {boolean} */ writes) => {
    const { storage } = world.faults;
    if (storage === "forbidden") throw new DOMException("Storage is not allowed here.", "SecurityError");
    if (storage === "full" && writes) throw new DOMException("There is no room.", "QuotaExceededError");
    return storage === "hanging" ? new Promise(() => {}) : undefined;
  };
  /** @param {any} prototype @param {string} name @param {boolean} [writes] */
  const unreliable = (prototype, name, writes = false) => {
    const original = prototype?.[name];
    if (!original) return;
    prototype[name] = async function (/** @type {any[]} */ ...given) {
      await refuse(writes);
      return original.apply(this, given);
    };
  };
  unreliable(self.StorageManager?.prototype, "getDirectory");
  unreliable(self.FileSystemDirectoryHandle?.prototype, "getDirectoryHandle");
  unreliable(self.FileSystemDirectoryHandle?.prototype, "getFileHandle");
  unreliable(self.FileSystemDirectoryHandle?.prototype, "removeEntry");
  unreliable(self.FileSystemFileHandle?.prototype, "getFile");
  unreliable(self.FileSystemFileHandle?.prototype, "createSyncAccessHandle", true);

  // The module: a step takes a moment; it traps, or loses its GPU; a request is refused.
  if (isPage) return;
  const spoil = (/** @type {any} */ made, /** @type {any} */ module) => {
    /** @type {Record<string, any>} */
    const exports = { ...(made.instance ?? made).exports };
    const { run_step, run_batch, run_activations } = exports;
    exports.run_step = async (/** @type {any[]} */ ...given) => {
      if (world.faults.traps) throw new WebAssembly.RuntimeError("unreachable");
      if (world.faults.gpuLost)
        throw Object.assign(new Error("The GPU was lost. It was only pretended."), { kind: "gpu" });
      const reports = await run_step(...given);
      if (world.faults.step > 0) await new Promise((over) => world.later(over, world.faults.step));
      return reports;
    };
    const refused =
      (/** @type {any} */ answer) =>
      (/** @type {any[]} */ ...given) => {
        if (world.faults.requests) throw Object.assign(new Error("That cannot be had now."), { kind: "data" });
        return answer(...given);
      };
    exports.run_batch = refused(run_batch);
    exports.run_activations = refused(run_activations);
    return { module: made.module ?? module, instance: { exports } };
  };
  const { instantiate, instantiateStreaming } = WebAssembly;
  Object.assign(WebAssembly, {
    instantiate: (/** @type {any} */ source, /** @type {any} */ imports) =>
      instantiate(source, imports).then((made) => spoil(made, source)),
    instantiateStreaming: (/** @type {any} */ source, /** @type {any} */ imports) =>
      instantiateStreaming(source, imports).then((made) => spoil(made, undefined)),
  });
}
