// What runs in a worker of the decoder pool: loads the images module that it is sent, and decodes files one after another.

import { build } from "./build.js";
import type { DecoderRequest, DecoderResponse, PictureFormat } from "./decoder-pool.js";
import { messageOf } from "./errors.js";
import * as images from "./images/bunsen_images.js";

export type Post = (response: DecoderResponse, transfer: ArrayBuffer[]) => void;

let format: PictureFormat | undefined;

export async function handle(request: DecoderRequest, post: Post): Promise<void> {
  try {
    if (request.type === "load") {
      // After a deployment, a browser may have kept one of the two.
      if (request.build !== build) throw new Error("its script is of another build of Bunsen");
      images.initSync({ module: request.module });
      ({ format } = request);
      return;
    }
    if (!format) throw new Error("it was asked before it was loaded");
    const { id, path, file, sample } = request;
    const bytes = file instanceof Uint8Array ? file : await read(file);
    const { size, channels, fit } = format;
    const prepared = bytes && images.prepareImage(path, bytes, size, channels === "colour", fit, sample);
    post({ type: "decoded", id, prepared }, prepared ? [prepared.buffer as ArrayBuffer] : []);
  } catch (thrown) {
    post({ type: "failed", why: messageOf(thrown) }, []);
  }
}

/** Why a file cannot be read, whoever builds the collection says. */
function read(file: Blob): Promise<Uint8Array | undefined> {
  return file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => undefined,
  );
}
