// The page the benchmark drives. Each engine lives in a module worker of its own; `bench.call` asks it for something.
const workers = new Map();

function open(name, script) {
  const worker = new Worker(script, { type: "module", name });
  const waiting = new Map();
  const failAll = (message) => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  };
  worker.onmessage = ({ data: { id, value, error } }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  };
  worker.onerror = (event) => failAll(`The worker of ${name} stopped: ${event.message || "it could not be loaded"}.`);
  workers.set(name, { worker, waiting, failAll, next: 0 });
}

function call(name, method, ...args) {
  const entry = workers.get(name);
  if (!entry) return Promise.reject(new Error(`No worker is open for ${name}.`));
  const id = entry.next++;
  return new Promise((resolve, reject) => {
    entry.waiting.set(id, { resolve, reject });
    entry.worker.postMessage({ id, method, args });
  });
}

function close(name) {
  const entry = workers.get(name);
  entry?.worker.terminate();
  entry?.failAll(`The worker of ${name} was closed.`);
  workers.delete(name);
}

/** What WebGPU calls the adapter that every engine on this page gets. */
async function adapter() {
  const found = await navigator.gpu?.requestAdapter();
  if (!found) return "none";
  const { vendor, architecture, device, description } = found.info;
  return [vendor, architecture, device, description].filter(Boolean).join(" ");
}

globalThis.bench = {
  open,
  call,
  close,
  adapter,
  facts: async () => ({
    adapter: await adapter(),
    isolated: globalThis.crossOriginIsolated,
    cores: navigator.hardwareConcurrency,
    userAgent: navigator.userAgent,
  }),
};
