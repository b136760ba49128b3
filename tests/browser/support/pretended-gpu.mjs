// @ts-check
// An engine that calls itself a GPU and computes the CPU engine's bits.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

/** @typedef {import("./server.mjs").Fault} Fault */

/**
 * The CPU build in the place of the GPU build: an engine that calls itself a GPU and computes the CPU engine's bits.
 * @param {"well" | "in software" | "never" | "fails to go on"} how it computes
 * @returns {Fault}
 */
export function cpuAsGpu(how) {
  return async (_, response, file) => {
    const original = await readFile(file.replace(/([\\/])gpu([\\/][^\\/]*)$/, "$1cpu$2"));
    const isScript = file.endsWith(".js");
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "application/wasm" });
    response.end(isScript ? pretending(String(original), how) : original);
  };
}

/** The script of the CPU build, each of whose instances pretends. @param {string} script @param {string} how */
function pretending(script, how) {
  const end = script.lastIndexOf("\nreturn { ");
  assert.ok(end > 0, "the script gives an instance's exports at its end");
  return `${script.slice(0, end)}\n(${pretendGpu})(Engine, Run, ${JSON.stringify(how)});${script.slice(end)}`;
}

/** @param {any} Engine @param {any} Run @param {string} how */
function pretendGpu(Engine, Run, how) {
  Engine.gpu = async () => Engine.cpu();
  const software = how === "in software";
  const pretended = { kind: "gpu", software, adapter: "pretended", label: "GPU, pretended", selfTest: "passed" };
  for (const [type, name] of [
    [Engine, "info"],
    [Run, "engine"],
  ]) {
    const original = type.prototype[name];
    type.prototype[name] = function () {
      return { ...original.call(this), ...pretended };
    };
  }
  // It is the CPU engine: only a checkpoint that says otherwise is one of another engine's to it.
  const { resume } = Engine.prototype;
  Engine.prototype.resume = async function (
    /** @type {string} */ link,
    /** @type {any} */ data,
    /** @type {Uint8Array} */ checkpoint,
    /** @type {any[]} */ ...others
  ) {
    return resume.call(this, link, data, await saysGpu(checkpoint), ...others);
  };

  /** The checkpoint, with another engine in its header and the digest that belongs to that. @param {Uint8Array} checkpoint */
  async function saysGpu(checkpoint) {
    const foreign = checkpoint.slice();
    const text = () => new TextDecoder("latin1").decode(foreign);
    const put = (/** @type {string} */ key, /** @type {string} */ value) =>
      foreign.set(new TextEncoder().encode(`${key}=${value}`), text().indexOf(`${key}=`));
    put("engine", "gpu");
    const start = 8 + Number(new DataView(foreign.buffer).getBigUint64(0, true));
    const { __metadata__: metadata, ...tensors } = JSON.parse(new TextDecoder().decode(foreign.subarray(8, start)));
    /** @type {Uint8Array[]} */
    const hashed = [];
    const length = (/** @type {number} */ count) => new Uint8Array(new BigUint64Array([BigInt(count)]).buffer);
    const update = (/** @type {Uint8Array} */ bytes) => hashed.push(length(bytes.length), bytes);
    const encode = (/** @type {string} */ word) => new TextEncoder().encode(word);
    for (const [key, value] of [...new URLSearchParams(metadata.bunsen)].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (key !== "digest") [key, value].forEach((word) => update(encode(word)));
    }
    for (const name of Object.keys(tensors).sort()) {
      const { dtype, shape, data_offsets: range } = tensors[name];
      [name, dtype].forEach((word) => update(encode(word)));
      update(new Uint8Array(await new Blob(shape.map(length)).arrayBuffer()));
      update(foreign.subarray(start + range[0], start + range[1]));
    }
    const digest = await crypto.subtle.digest("SHA-256", await new Blob(/** @type {any[]} */ (hashed)).arrayBuffer());
    put("digest", [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    return foreign;
  }
  if (how === "never") Engine.prototype.start = () => new Promise(() => {});
  if (how === "fails to go on") {
    Engine.prototype.resume = async () => {
      throw Object.assign(new Error("The GPU fell over. It was only pretended."), { kind: "gpu" });
    };
  }
}
