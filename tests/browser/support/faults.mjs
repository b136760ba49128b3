// @ts-check
// Ways to answer wrongly, and scripts that make a browser misbehave.
//
// The production code has no hooks for tests: what must fail is made to fail around it. A script is put in front of
// `pkg/index.js` as the test server hands it out, so it runs wherever the module is loaded, before the module is used.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";

export { cpuAsGpu } from "./pretended-gpu.mjs";

/** @typedef {import("./server.mjs").Fault} Fault */

/** @param {Buffer | string} body @param {string} [type] @returns {Fault} */
function body(body, type = "application/octet-stream") {
  return (_, response) => {
    response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
  };
}

/** The file, changed. @param {(original: Buffer) => Buffer} change @returns {Fault} */
function changed(change) {
  return async (request, response, file) => body(change(await readFile(file)))(request, response, file);
}

/** An empty file. */
export const empty = body("");

/** The page that many hosts answer with when a file is missing. */
export const webPage = body("<!doctype html><title>Not here</title><p>Nothing to see.", "text/html");

/** The same without saying so. */
export const disguisedWebPage = body("<!doctype html><title>Not here</title><p>Nothing to see.");

/** The first half. */
export const half = changed((original) => original.subarray(0, original.length >> 1));

/** A packed file with some bytes of its middle turned over. */
export const corrupt = changed((original) => {
  const damaged = Buffer.from(original);
  for (let i = 0; i < 64; i++) damaged[(damaged.length >> 1) + i] ^= 0xff;
  return damaged;
});

/** A sound gzip file of the right length, with one byte of its contents changed. */
export const wrongDigest = changed((original) => {
  const contents = gunzipSync(original);
  contents[contents.length - 1] ^= 1;
  return gzipSync(contents, { level: 1 });
});

/** The connection breaks off half-way. @type {Fault} */
export const brokenOff = async (_, response, file) => {
  const original = await readFile(file);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": original.length });
  response.write(original.subarray(0, original.length >> 1), () => response.socket?.end());
};

/** What a request asked for: which bytes, and on what condition. @typedef {{ range?: string | undefined, condition?: string | undefined }} Asked */

/**
 * A server that can go on in the middle of a file, and whose connection breaks off. `asked` is what was asked of it, `sent`
 * up to which byte of the file each answer went. A client may have fewer: a browser drops what no one has read yet when a
 * connection breaks off.
 * @param {object} how
 * @param {number} how.times how often it breaks off
 * @param {number} [how.after] the share of what is left that it sends before that
 * @param {boolean} [how.ranges] whether it knows of parts
 * @param {(answers: number) => string | undefined} [how.etag] the ETag of each answer
 * @param {(contents: Buffer, answers: number) => Buffer} [how.contents] what each answer is of
 * @returns {Fault & { asked: Asked[], sent: number[] }}
 */
export function interrupted({ times, after = 0.4, ranges = true, etag = () => '"1"', contents = (same) => same }) {
  /** @type {Asked[]} */
  const asked = [];
  /** @type {number[]} */
  const sent = [];
  /** @type {Fault} */
  const fault = async (request, response, file) => {
    const tag = etag(asked.length);
    const whole = contents(await readFile(file), asked.length);
    const { range, "if-range": condition } = request.headers;
    asked.push({ range, condition: condition?.toString() });
    const wanted =
      ranges && (!condition || condition === tag) ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0;
    if (wanted > 0 && wanted >= whole.length) {
      response.writeHead(416, { "content-range": `bytes */${whole.length}` }).end();
      return;
    }
    const part = whole.subarray(wanted);
    response.writeHead(wanted > 0 ? 206 : 200, {
      "content-type": "application/octet-stream",
      "content-length": part.length,
      ...(wanted > 0 && { "content-range": `bytes ${wanted}-${whole.length - 1}/${whole.length}` }),
      ...(tag && { etag: tag }),
    });
    const length = asked.length > times ? part.length : Math.ceil(after * part.length);
    sent.push(wanted + length);
    if (length === part.length) response.end(part);
    else response.write(part.subarray(0, length), () => response.socket?.end());
  };
  return Object.assign(fault, { asked, sent });
}

/**
 * Asserts that each request but the first asked for what its client had not had yet: it began within what the answer before
 * it sent, past the beginning of that. Gives where each began.
 * @param {{ asked: Asked[], sent: number[] }} fault
 */
export function resumed({ asked, sent }) {
  assert.equal(asked[0]?.range, undefined, "the first asks for the whole file");
  const starts = asked.map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0));
  for (const [i, start] of starts.entries()) {
    if (i === 0) continue;
    const [from, to] = [starts[i - 1] ?? 0, sent[i - 1] ?? 0];
    assert.ok(from < start && start <= to, `request ${i} began at ${start}, the one before it had ${from} to ${to}`);
  }
  return starts;
}

/** The file as it is, but not before `open` is called. @returns {Fault & { open(): void }} */
export function gate() {
  let open = () => {};
  const opened = new Promise((resolve) => (open = () => resolve(undefined)));
  /** @type {Fault} */
  const fault = async (request, response, file) => {
    await opened;
    await body(await readFile(file))(request, response, file);
  };
  return Object.assign(fault, { open });
}

/** @param {number} status @returns {Fault} */
export function status(status) {
  return (_, response) => {
    response.writeHead(status, { "content-type": "text/plain" }).end("No.");
  };
}

/** The path of the script that every realm loads before it uses the module. */
export const ENTRANCE = "/pkg/index.js";

/**
 * Runs a function in front of the module's own script, in every realm that loads it.
 * @param {(argument: any) => void} script it is sent as text: it sees nothing of this file
 * @param {unknown} [argument] must survive JSON
 * @returns {Fault}
 */
export function inFront(script, argument = null) {
  return allInFront([script, argument]);
}

/** The same with several. @param {[script: (argument: any) => void, argument: unknown][]} scripts @returns {Fault} */
export function allInFront(...scripts) {
  const text = scripts.map(([script, argument]) => `(${script})(${JSON.stringify(argument)});\n`).join("");
  return async (_, response, file) => {
    const original = await readFile(file, "utf8");
    response
      .writeHead(200, { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-store" })
      .end(text + original);
  };
}

/** The script of every worker of the pool in a browser. */
export const POOL_WORKER = "/pkg/pool-worker-web.js";

/** The file as it is, for pages of any origin. @type {Fault} */
export const forAnyOrigin = async (_, response, file) => {
  const original = await readFile(file);
  const type = file.endsWith(".wasm") ? "application/wasm" : "text/javascript";
  response.writeHead(200, { "content-type": type, "access-control-allow-origin": "*" }).end(original);
};

/** For `inFront` of every realm: the machine says that it has so many cores. @param {number} count */
export function claimCores(count) {
  Object.defineProperty(navigator, "hardwareConcurrency", { get: () => count });
}

/** For `inFront` of a worker of the pool: what becomes of its third task. @param {"throw" | "hang" | "damage"} how */
export function failAtThirdTask(how) {
  let tasks = 0;
  addEventListener("message", (event) => {
    if (event.data.type !== "task" || ++tasks !== 3) return;
    event.stopImmediatePropagation();
    if (how === "throw") throw new Error("it fell over");
    if (how === "damage") {
      // What the message says of its own length is wrong: the module must notice.
      dispatchEvent(new MessageEvent("message", { data: { ...event.data, task: event.data.task.slice(0, 40) } }));
      return;
    }
    for (;;);
  });
}

/**
 * For every realm: there is WebGPU, as far as anybody asks.
 * @param {number | null} [late] so often it says that there is no adapter, as one does that has just started
 */
export function claimGpu(late) {
  let asked = 0;
  const requestAdapter = async () => (asked++ < (late ?? 0) ? null : {});
  Object.defineProperty(navigator, "gpu", { value: { requestAdapter } });
}

/**
 * For `inFront`: time seems to go so many times as fast, so all that is done seems slow; and where it does, each pull
 * really takes a moment.
 * @param {number} times
 */
export function seemSlow(times) {
  const now = performance.now.bind(performance);
  performance.now = () => times * now();
  if (times === 1) return;
  const { instantiate } = WebAssembly;
  Object.assign(WebAssembly, {
    instantiate: async (/** @type {any} */ source, /** @type {any} */ imports) => {
      /** @type {any} */
      const { exports } = await instantiate(source, imports);
      const step = async (/** @type {any[]} */ ...given) => {
        const reports = await exports.run_step(...given);
        await new Promise((over) => setTimeout(over, 20));
        return reports;
      };
      return { module: source, instance: { exports: { ...exports, run_step: step } } };
    },
  });
}

/**
 * One fault for each worker that asks for the path; the last stays. The page asks for it too, ahead of its worker.
 * @param {Fault[]} faults
 * @returns {Fault}
 */
export function inTurn(...faults) {
  return (request, response, file) => {
    const byWorker = /\/main-[^/]*$/.test(request.headers.referer ?? "");
    return (byWorker && faults.length > 1 ? faults.shift() : faults[0])?.(request, response, file);
  };
}

/** For `inFront`: the storage of this name is refused. @param {"forbidden" | "absent"} how */
export function refuseStorage(how) {
  Object.defineProperty(globalThis, "caches", {
    get() {
      if (how === "absent") return undefined;
      throw new DOMException("Storage is not allowed here.", "SecurityError");
    },
  });
}

/** For `inFront`: shaders take the least where they should take the greatest, which spoils ReLU and max pooling. */
export function miscompile() {
  if (typeof GPUDevice === "undefined") return;
  const create = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const code = descriptor.code.replace(/\bmax\(/g, "min(");
    return create.call(this, { ...descriptor, code });
  };
}

/** For `inFront`: a word on the channel "test-gpu" ruins the device: "lose" or "error". */
export function ruinOnDemand() {
  if (typeof GPUAdapter === "undefined") return;
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await request.call(this, descriptor);
    const channel = new BroadcastChannel("test-gpu");
    channel.onmessage = ({ data }) => {
      if (data === "lose") device.destroy();
      // A buffer may not be both: mapped for reading (1) and a vertex buffer (32).
      if (data === "error") device.createBuffer({ size: 16, usage: 1 | 32 });
    };
    return device;
  };
}

/**
 * For `inFront`: the GPU has no room for buffers of more bytes than that. As a real one does, it answers with a buffer
 * that is none, and says so to the error scope, or to whoever listens.
 * @param {number} limit
 */
export function exhaust(limit) {
  if (typeof GPUDevice === "undefined") return;
  const { prototype } = GPUDevice;
  const { createBuffer, pushErrorScope, popErrorScope } = prototype;
  /** @type {{ filter: GPUErrorFilter, failed: boolean }[]} */
  const scopes = [];
  prototype.pushErrorScope = function (filter) {
    scopes.push({ filter, failed: false });
    return pushErrorScope.call(this, filter);
  };
  prototype.popErrorScope = async function () {
    const scope = scopes.pop();
    const error = await popErrorScope.call(this);
    return scope?.failed ? new GPUOutOfMemoryError("Failed to allocate memory for buffer.") : error;
  };
  prototype.createBuffer = function (descriptor) {
    if (descriptor.size <= limit) return createBuffer.call(this, descriptor);
    const scope = scopes.filter(({ filter }) => filter === "out-of-memory").at(-1);
    if (scope) scope.failed = true;
    else {
      const error = new GPUOutOfMemoryError("Failed to allocate memory for buffer.");
      queueMicrotask(() => this.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error })));
    }
    pushErrorScope.call(this, "validation");
    const none = createBuffer.call(this, { size: 16, usage: 1 | 32 });
    popErrorScope.call(this);
    return none;
  };
}

/**
 * For `inFront`: a word on the channel "test-module" spoils the next training step. "stop" makes it trap, as a panic in Rust
 * does; "slow" makes it take a minute, in which its worker hears nothing, and which it announces by "slowed".
 */
export function spoilStepOnDemand() {
  if (typeof document !== "undefined") return;
  let word = "";
  const channel = new BroadcastChannel("test-module");
  channel.onmessage = ({ data }) => (word = data);
  const spoil = (/** @type {any} */ made, /** @type {any} */ module) => {
    // From a compiled module comes an instance alone, from bytes both.
    /** @type {Record<string, any>} */
    const exports = { ...(made.instance ?? made).exports };
    const step = exports.run_step;
    exports.run_step = (/** @type {any[]} */ ...given) => {
      if (word === "stop") throw new WebAssembly.RuntimeError("unreachable");
      if (word === "slow") {
        channel.postMessage("slowed");
        const end = performance.now() + 60_000;
        while (performance.now() < end);
      }
      return step(...given);
    };
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

/** For `inFront`: the private storage is refused, is not there, or never answers. @param {"forbidden" | "absent" | "hanging"} how */
export function refusePrivateStorage(how) {
  if (how === "absent") Object.defineProperty(navigator, "storage", { value: undefined });
  else {
    navigator.storage.getDirectory = async () => {
      if (how === "hanging") return new Promise(() => {});
      throw new DOMException("Storage is not allowed here.", "SecurityError");
    };
  }
}
