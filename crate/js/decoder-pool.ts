// A pool of workers with an instance of the images module each, which decode the images of a collection that is being built.
//
// The pool is optional: what it does not decode, whoever builds the collection does, with the same bytes.

import type { CustomDataset, InputFile } from "./api.js";
import { build } from "./build.js";
import { readBytes } from "./images-module.js";
import { scriptOf, type WorkerScript } from "./module-worker.js";
import { namedFile } from "./package-files.js";
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
  /** What waits for an answer, by the file's number. */
  readonly waiting = new Map<number, (prepared: Prepared) => void>();
}

/** Decodes the files of a list ahead of whoever takes them in their order. */
export class DecoderPool {
  readonly #files: readonly InputFile[];
  readonly #members: Member[];
  readonly #decoded = new Map<number, Promise<Prepared>>();
  #next = 0;

  private constructor(files: readonly InputFile[], members: Member[]) {
    this.#files = files;
    this.#members = members;
  }

  /**
   * Starts as many workers; none where the files are few, or one thread is all that there is.
   * @param module of the images, compiled
   */
  static open(
    files: readonly InputFile[],
    threads: number,
    module: WebAssembly.Module,
    format: PictureFormat,
  ): DecoderPool | undefined {
    if (threads < 2 || files.filter(isImage).length < FEW) return undefined;
    const pool = new DecoderPool(
      files,
      Array.from({ length: threads }, () => new Member()),
    );
    for (const member of pool.#members) void pool.#start(member, module, format);
    return pool;
  }

  /** What the builder takes of a file; undefined where it has to read the file itself. Files are taken in their order, each once. */
  async take(index: number): Promise<Uint8Array | undefined> {
    const end = Math.min(this.#files.length, index + this.#members.length * AHEAD);
    for (; this.#next < end; this.#next++) this.#decoded.set(this.#next, this.#decode(this.#next));
    const decoded = this.#decoded.get(index);
    this.#decoded.delete(index);
    return decoded;
  }

  close(): void {
    for (const member of this.#members) this.#lose(member);
  }

  async #start(member: Member, module: WebAssembly.Module, format: PictureFormat): Promise<void> {
    try {
      const onResponse = (response: DecoderResponse): void => this.#receive(member, response);
      const thread = await startThread<DecoderRequest, DecoderResponse>(SCRIPTS, onResponse, () => this.#lose(member));
      if (member.isLost) return thread.stop();
      member.thread = thread;
      thread.keepAlive(true);
      thread.post({ type: "load", module, build, format });
    } catch {
      this.#lose(member);
    }
  }

  async #decode(index: number): Promise<Prepared> {
    const input = this.#files[index];
    if (!input || !isImage(input)) return undefined;
    // A file on disk under Node is no Blob that a thread could be sent.
    const file = input.bytes instanceof Blob ? input.bytes : await readBytes(input.bytes).catch(() => undefined);
    const member = this.#idlest();
    if (!file || !member?.thread) return undefined;
    const { thread } = member;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#lose(member), TIMEOUT_MS);
      member.waiting.set(index, (prepared) => {
        clearTimeout(timer);
        member.waiting.delete(index);
        resolve(prepared);
      });
      thread.post({ type: "decode", id: index, path: input.path, file, sample: index < SAMPLES });
    });
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

function isImage({ path, bytes }: InputFile): boolean {
  const size = bytes instanceof Uint8Array ? bytes.length : bytes.size;
  return IMAGE.test(path) && size > 0 && size <= MOST_BYTES;
}

const SCRIPTS: ThreadScripts = {
  node: () => new URL("./decoder-worker-node.js", import.meta.url),
  web: decoderScript,
};

function decoderScript(): WorkerScript {
  const named = namedFile("decoder-worker-web.js");
  const options: WorkerOptions = { type: "module", name: "bunsen-decoder" };
  if (named) return { url: named, options };
  // Spelled out so that bundlers find it.
  return scriptOf(
    () => new Worker(new URL("./decoder-worker-web.js", import.meta.url), { type: "module", name: "bunsen-decoder" }),
  );
}
