// The module that decodes images and unpacks archives: `images/`, loaded when a person gives files.

import type { BytesLike } from "./api.js";
import { BunsenError, messageOf } from "./errors.js";
import type * as Bindings from "./images/bunsen_images.js";
import { compile, importScript } from "./module.js";
import { sizeInWords } from "./number-format.js";
import { packageFile } from "./package-files.js";
import { printable } from "./printable.js";

export type ImagesModule = typeof Bindings;

interface Instance {
  readonly images: ImagesModule;
  /** What it is an instance of. */
  readonly module: WebAssembly.Module;
}

/** The instance in use. */
let instance: Promise<Instance> | undefined;

/** Calls a function with the module. After a trap, the next call gets another instance. */
export async function withImagesModule<T>(
  work: (images: ImagesModule, module: WebAssembly.Module) => Promise<T>,
): Promise<T> {
  instance ??= load();
  const loading = instance;
  try {
    const { images, module } = await loading;
    return await work(images, module);
  } catch (thrown) {
    if (thrown instanceof WebAssembly.RuntimeError || !(await isFulfilled(loading))) {
      if (instance === loading) instance = undefined;
    }
    throw thrown;
  }
}

const isFulfilled = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );

const wasmUrl = (): URL =>
  packageFile("images/bunsen_images_bg.wasm", () => new URL("./images/bunsen_images_bg.wasm", import.meta.url));

async function load(): Promise<Instance> {
  try {
    const module = await compile(wasmUrl());
    const script = await importScript(() => import("./images/bunsen_images.js"), "bunsen_images.js", wasmUrl);
    const images = script.instantiate();
    await images.default({ module_or_path: module });
    return { images, module };
  } catch (thrown) {
    const why = messageOf(thrown).replace(/\.$/, "");
    throw new BunsenError(
      "data",
      `What reads images could not be loaded (${why}). Look at the connection and try again.`,
      { cause: thrown },
    );
  }
}

/** What is read into memory as a whole at most. */
const MOST_BYTES = 1 << 30;

/**
 * Random access to a file. In a browser's worker, and of a file on disk under Node, no more of it is in memory than is being read.
 * @param onRead told the offset of each read
 */
export async function randomAccess(
  name: string,
  file: BytesLike,
  onRead: (offset: number) => void = () => {},
): Promise<Bindings.RandomAccessFile> {
  if (isReadable(file)) {
    return {
      size: file.size,
      read(from, count) {
        onRead(from);
        return file.read(from, count);
      },
    };
  }
  const lazy = !(file instanceof Uint8Array) && "FileReaderSync" in globalThis;
  if (lazy) {
    const reader = new FileReaderSync();
    return {
      size: file.size,
      read(from, count) {
        onRead(from);
        return new Uint8Array(reader.readAsArrayBuffer(file.slice(from, from + count)));
      },
    };
  }
  if (!(file instanceof Uint8Array) && file.size > MOST_BYTES) {
    throw new BunsenError(
      "data",
      `${printable(name)} has ${sizeInWords(file.size)}, and ${sizeInWords(MOST_BYTES)} are the most of what is read into memory as a whole: give the folder, or open the lab in a worker (bunsen/worker).`,
    );
  }
  const bytes = await readBytes(file);
  return {
    size: bytes.length,
    read(from, count) {
      onRead(from);
      return bytes.subarray(from, from + count);
    },
  };
}

/** Whether it can be read at once, without a promise: a file on disk under Node. */
function isReadable(file: BytesLike): file is Blob & Pick<Bindings.RandomAccessFile, "read"> {
  return !(file instanceof Uint8Array) && "read" in file;
}

export async function readBytes(file: BytesLike): Promise<Uint8Array> {
  return file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer());
}
