// The module that decodes images and unpacks archives: `images/`, loaded when a person gives files.

import type { BytesLike } from "./api.js";
import { BunsenError, messageOf } from "./errors.js";
import type * as Bindings from "./images/bunsen_images.js";
import { compile, importScript } from "./module.js";
import { packageFile } from "./package-files.js";

export type ImagesModule = typeof Bindings;

/** The instance in use. */
let instance: Promise<ImagesModule> | undefined;

/** Calls a function with the module. After a trap, the next call gets another instance. */
export async function withImagesModule<T>(work: (images: ImagesModule) => Promise<T>): Promise<T> {
  instance ??= load();
  const loading = instance;
  try {
    return await work(await loading);
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

async function load(): Promise<ImagesModule> {
  try {
    const module = await compile(wasmUrl());
    const script = await importScript(() => import("./images/bunsen_images.js"), "bunsen_images.js", wasmUrl);
    const images = script.instantiate();
    await images.default({ module_or_path: module });
    return images;
  } catch (thrown) {
    const why = messageOf(thrown).replace(/\.$/, "");
    throw new BunsenError(
      "data",
      `What reads images could not be loaded (${why}). Look at the connection and try again.`,
      { cause: thrown },
    );
  }
}

/**
 * Random access to a file. In a browser's worker no more of it is in memory than is being read.
 * @param onRead told the offset of each read
 */
export async function randomAccess(
  file: BytesLike,
  onRead: (offset: number) => void = () => {},
): Promise<Bindings.RandomAccessFile> {
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
  const bytes = await readBytes(file);
  return {
    size: bytes.length,
    read(from, count) {
      onRead(from);
      return bytes.subarray(from, from + count);
    },
  };
}

export async function readBytes(file: BytesLike): Promise<Uint8Array> {
  return file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer());
}
