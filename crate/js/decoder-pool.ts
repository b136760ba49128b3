// A pool of workers with an instance of the images module each, which decode the images of a collection that is being built.
//
// The pool is optional: what it does not decode, whoever builds the collection does, with the same bytes.

import type { BytesLike, CustomDataset } from "./api.js";
import { build } from "./build.js";
import { readBytes } from "./images-module.js";
import { packageScript } from "./package-files.js";
import { startThread, type Thread, type ThreadScripts } from "./thread.js";

/** What a picture is made. */
export type PictureFormat = Pick<CustomDataset, "size" | "channels" | "fit">;

/** What a worker is sent: first the module that it runs, then files. */
export type DecoderRequest =
  | { type: "load"; module: WebAssembly.Module; build: string; format: PictureFormat }
  | { type: "decode"; id: number; path: string; file: Uint8Array | Blob; sample: boolean };

/** `prepared`: what the builder takes; undefined where the file is no image alone. */
export type DecoderResponse =
  { type: "decoded"; id: number; prepared: Uint8Array | undefined } | { type: "failed"; why: string };

/** For fewer images no worker is started. */
const FEW = 32;
/** Larger files are looked at by their beginning first. */
const MOST_BYTES = 16 << 20;
const IMAGE = /\.(jpe?g|png|webp|gif|bmp)$/i;
/** How many files a worker has at hand. */
const AHEAD = 2;
/** Pictures in every way to make them square are made of the first ones alone. */
const SAMPLES = 32;
/** An answer that does not come by then never does: no image takes so long. */
const TIMEOUT_MS = 30_000;

type Prepared = Uint8Array | undefined;

class Member {
  thread: Thread<DecoderRequest> | undefined;
  isLost = false;
  /** What waits for an answer, by the number of what was asked. */
  readonly waiting = new Map<number, (prepared: Prepared) => void>();
}

/** Decodes files for whoever builds a collection of them. */
export class DecoderPool {
  readonly #threads: number;
  readonly #module: WebAssembly.Module;
  readonly #format: PictureFormat;
  #members: readonly Member[] = [];
  #asked = 0;

  /** @param threads that there may be @param module of the images, compiled */
  constructor(threads: number, module: WebAssembly.Module, format: PictureFormat) {
    this.#threads = threads;
    this.#module = module;
    this.#format = format;
  }

  /** Starts the workers, where so many files are worth it and there may be more than one thread. */
  expect(paths: readonly string[]): void {
    const isSlow = paths.filter((path) => IMAGE.test(path)).length >= FEW;
    if (this.#members.length > 0 || this.#threads < 2 || !isSlow) return;
    this.#members = Array.from({ length: this.#threads }, () => new Member());
    for (const member of this.#members) void this.#start(member);
  }

  /** For how many files it is to be asked at once. */
  get ahead(): number {
    return Math.max(1, this.#members.length * AHEAD);
  }

  /** Whether it decodes a file of so many bytes. */
  takes(path: string, bytes: number): boolean {
    return this.#members.length > 0 && IMAGE.test(path) && bytes > 0 && bytes <= MOST_BYTES;
  }

  /** What the builder takes of a file; undefined where it has to decode the file itself. @param isOwn whether the bytes are the pool's alone */
  async decode(path: string, bytes: BytesLike, isOwn = false): Promise<Prepared> {
    if (!this.takes(path, bytes instanceof Uint8Array ? bytes.length : bytes.size)) return undefined;
    const id = this.#asked++;
    // A file on disk under Node is no Blob that a thread could be sent.
    const file = bytes instanceof Blob ? bytes : await readBytes(bytes).catch(() => undefined);
    const member = this.#idlest();
    if (!file || !member?.thread) return undefined;
    const { thread } = member;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#lose(member), TIMEOUT_MS);
      member.waiting.set(id, (prepared) => {
        clearTimeout(timer);
        member.waiting.delete(id);
        resolve(prepared);
      });
      const transfer = isOwn && file instanceof Uint8Array ? [file.buffer as ArrayBuffer] : [];
      thread.post({ type: "decode", id, path, file, sample: id < SAMPLES }, transfer);
    });
  }

  close(): void {
    for (const member of this.#members) this.#lose(member);
  }

  async #start(member: Member): Promise<void> {
    try {
      const onResponse = (response: DecoderResponse): void => this.#receive(member, response);
      const thread = await startThread<DecoderRequest, DecoderResponse>(SCRIPTS, onResponse, () => this.#lose(member));
      if (member.isLost) return thread.stop();
      member.thread = thread;
      thread.keepAlive(true);
      thread.post({ type: "load", module: this.#module, build, format: this.#format });
    } catch {
      this.#lose(member);
    }
  }

  #idlest(): Member | undefined {
    const ready = this.#members.filter(({ thread, isLost }) => thread && !isLost);
    return ready.sort((a, b) => a.waiting.size - b.waiting.size)[0];
  }

  #receive(member: Member, response: DecoderResponse): void {
    if (response.type === "failed") return this.#lose(member);
    member.waiting.get(response.id)?.(response.prepared);
  }

  /** It decodes nothing more: what it was at is decoded by whoever takes it. */
  #lose(member: Member): void {
    member.isLost = true;
    member.thread?.stop();
    for (const answer of [...member.waiting.values()]) answer(undefined);
  }
}

const SCRIPTS: ThreadScripts = {
  node: () => new URL("./decoder-worker-node.js", import.meta.url),
  web: () =>
    packageScript(
      "decoder-worker-web.js",
      "bunsen-decoder",
      // Spelled out so that bundlers find it.
      () => new Worker(new URL("./decoder-worker-web.js", import.meta.url), { type: "module", name: "bunsen-decoder" }),
    ),
};
