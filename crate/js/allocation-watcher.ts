// Which allocation a GPU refused. A browser tells the device's owner no more than that memory ran out, and later; so the
// device's large allocations are watched one by one.

import { BunsenError } from "./errors.js";

/** Smaller allocations are never what a GPU has no room for. */
const LARGE = 1 << 20;

export class AllocationWatcher {
  /** Bytes of the first allocation that was refused. */
  #refused: number | undefined;

  /** Opens a device, and watches it. */
  async watch<T>(open: () => Promise<T>): Promise<T> {
    const prototype = globalThis.GPUAdapter?.prototype;
    if (!prototype) return open();
    const { requestDevice } = prototype;
    const watchDevice = (device: GPUDevice): GPUDevice => this.#watchDevice(device);
    prototype.requestDevice = async function (this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
      return watchDevice(await requestDevice.call(this, descriptor));
    };
    try {
      return await open();
    } finally {
      prototype.requestDevice = requestDevice;
    }
  }

  /** The error, or, where memory ran out, one that says how much was asked for. */
  explain(error: BunsenError): BunsenError {
    const reported = /can't allocate buffer of size: (\d+)/.exec(error.message)?.[1];
    const bytes = this.#refused ?? (reported === undefined ? undefined : Number(reported));
    if (bytes === undefined && !/out of (device )?memory/i.test(error.message)) return error;
    const amount = bytes === undefined ? "" : `: it was asked for ${format(bytes)} at once`;
    const message = `The GPU has not enough memory for this run${amount}. A smaller batch needs less; or use the CPU engine.`;
    return new BunsenError(error.kind, message, { cause: error, step: error.step });
  }

  #watchDevice(device: GPUDevice): GPUDevice {
    const create = device.createBuffer;
    device.createBuffer = (descriptor) => {
      const { size } = descriptor;
      if (size < LARGE) return create.call(device, descriptor);
      if (size > device.limits.maxBufferSize) this.#refused ??= size;
      device.pushErrorScope("out-of-memory");
      const buffer = create.call(device, descriptor);
      device.popErrorScope().then(
        (error) => {
          if (!error) return;
          this.#refused ??= size;
          // The scope has caught the error: whoever listens to the device must hear of it.
          device.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));
        },
        () => {}, // The device is lost, which is reported in another way.
      );
      return buffer;
    };
    return device;
  }
}

function format(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
