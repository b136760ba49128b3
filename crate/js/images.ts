// The module that makes data of files: `images/`, fetched when somebody gives some.

import { BunsenError, reasonOf } from "./errors.js";
import type * as Bindings from "./images/bunsen_images.js";
import { compile } from "./module.js";

export type Images = typeof Bindings;

/** The instance in use. */
let current: Promise<Images> | undefined;
/** How often the script was imported: one that was imported keeps the one instance that it made. */
let imports = 0;

/** Does something with the module. Where the module itself stops, the next call gets another instance. */
export async function withImages<T>(work: (images: Images) => Promise<T>): Promise<T> {
  current ??= load();
  const loading = current;
  try {
    return await work(await loading);
  } catch (thrown) {
    if (thrown instanceof WebAssembly.RuntimeError || !(await settled(loading))) {
      if (current === loading) current = undefined;
    }
    throw thrown;
  }
}

const settled = (loading: Promise<unknown>): Promise<boolean> =>
  loading.then(
    () => true,
    () => false,
  );

async function load(): Promise<Images> {
  const again = imports++;
  try {
    const module = await compile(new URL("./images/bunsen_images_bg.wasm", import.meta.url));
    const address = again > 0 ? new URL(`./images/bunsen_images.js?instance=${again + 1}`, import.meta.url).href : "";
    const images: Images = address
      ? await import(/* @vite-ignore */ /* webpackIgnore: true */ address)
      : await import("./images/bunsen_images.js");
    await images.default({ module_or_path: module });
    return images;
  } catch (thrown) {
    const why = reasonOf(thrown).replace(/\.$/, "");
    throw new BunsenError(
      "data",
      `What reads images could not be loaded (${why}). Look at the connection and try again.`,
      {
        cause: thrown,
      },
    );
  }
}

/** A file: in memory, or where the browser has it. */
export type Bytes = Uint8Array | Blob;

/** What only a worker has: a file's bytes at once. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/**
 * A file that can be read at any place. In a browser's worker no more of it is in memory than is being read.
 * @param reading told how many bytes lie before the place that is read
 */
export async function sourceOf(file: Bytes, reading: (at: number) => void = () => {}): Promise<Bindings.Source> {
  const lazy = !(file instanceof Uint8Array) && "FileReaderSync" in globalThis;
  if (lazy) {
    const reader = new FileReaderSync();
    return {
      size: file.size,
      read(from, count) {
        reading(from);
        return new Uint8Array(reader.readAsArrayBuffer(file.slice(from, from + count)));
      },
    };
  }
  const bytes = await bytesOf(file);
  return {
    size: bytes.length,
    read(from, count) {
      reading(from);
      return bytes.subarray(from, from + count);
    },
  };
}

export async function bytesOf(file: Bytes): Promise<Uint8Array> {
  return file instanceof Uint8Array ? file : new Uint8Array(await file.arrayBuffer());
}
