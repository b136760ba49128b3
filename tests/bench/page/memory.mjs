// Counts what an engine holds, from outside it. Must be evaluated before the module is: it puts itself between.
const wasm = new Set();
const gpu = { buffers: 0, bytes: 0, peak: 0 };
/** How many buffers are alive of each size and usage. */
const kinds = new Map();

function remember(instance) {
  for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) wasm.add(value);
}

for (const name of ["instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...args) => {
    const result = await original.apply(WebAssembly, args);
    remember(result.instance ?? result);
    return result;
  };
}

if (typeof GPUDevice !== "undefined") {
  // A buffer ends when it is destroyed or, unseen, when it is collected: the registry sees the second.
  const live = new WeakSet();
  const count = ({ size, usage }, by) => {
    gpu.buffers += by;
    gpu.bytes += by * size;
    const kind = `${size} bytes, usage ${usage}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + by);
  };
  const forget = (kind) => count(kind, -1);
  const collected = new FinalizationRegistry(forget);
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    const { size, usage } = buffer;
    live.add(buffer);
    count({ size, usage }, 1);
    gpu.peak = Math.max(gpu.peak, gpu.bytes);
    collected.register(buffer, { size, usage }, buffer);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    if (live.delete(this)) {
      collected.unregister(this);
      forget(this);
    }
    return destroy.call(this);
  };
}

/**
 * Bytes of wasm memory and of GPU buffers alive after a garbage collection (the browser runs with --expose-gc), and the
 * most that the buffers ever came to, those that waited to be collected among them.
 */
export async function memory() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const bytes = [...wasm].reduce((sum, each) => sum + each.buffer.byteLength, 0);
  return {
    wasm: bytes,
    gpuBuffers: gpu.buffers,
    gpuBytes: gpu.bytes,
    gpuPeak: gpu.peak,
    gpuKinds: Object.fromEntries(kinds),
  };
}
