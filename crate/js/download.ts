// One download: goes on where it stopped when the network goes away, reports its progress, and fails with a short reason
// that fits into a list of them.
//
// Whatever was put together here is verified as a whole by its digest before anybody uses it.

import { Bytes, pieces } from "./bytes.js";
import { untilOnline, wait } from "./network.js";
import type { Edition, Part } from "./part.js";

/** A place that sends nothing for so long is given up, or asked again where it had begun. */
const PATIENCE_MS = 30_000;
/** After a connection broke off, before it is tried again: longer each time that nothing more came. */
const PAUSES_MS = [1_000, 2_000, 4_000];
/** However little came each time. */
const MOST_ANSWERS = 40;

export interface Order {
  address: string;
  /** How many bytes the file has when unpacked: what is much longer is not that file. */
  contents: number;
  /** Told bytes so far, bytes in all (0 when unknown), and what is waited for, if anything. */
  progress(loaded: number, total: number, waiting?: string): void;
  /** Where bytes are kept that came, should the page be closed before the rest comes. */
  part?: Part | undefined;
}

export interface Download {
  bytes: Uint8Array;
  /** Whether it was put together of several answers, which may have been of two editions of the file. */
  pieced: boolean;
}

/** The connection came to its end before the file did: what came is good, and more may come. */
class BrokenOff extends Error {}

export async function download(order: Order): Promise<Download> {
  const transfer = await Transfer.begin(order);
  return transfer.run();
}

class Transfer {
  readonly #order: Order;
  readonly #bytes: Bytes;
  #edition: Edition | undefined;
  #pieced: boolean;

  private constructor(order: Order, before: { edition: Edition; bytes: Uint8Array } | undefined) {
    this.#order = order;
    this.#edition = before?.edition;
    this.#bytes = new Bytes(before?.bytes);
    this.#pieced = before !== undefined;
  }

  /** With what an earlier visit got from the same address. */
  static async begin(order: Order): Promise<Transfer> {
    const before = order.part?.read();
    return new Transfer(order, before?.edition.address === order.address ? before : undefined);
  }

  async run(): Promise<Download> {
    let [failed, furthest] = [0, this.#bytes.length];
    for (let answers = 1; !this.#whole; answers++) {
      try {
        await this.#once(failed === PAUSES_MS.length);
        break;
      } catch (thrown) {
        if (!(thrown instanceof BrokenOff)) this.#order.part?.drop();
        if (!(thrown instanceof BrokenOff) || furthest + this.#bytes.length === 0) throw thrown;
        if (this.#bytes.length > furthest) failed = 0;
        furthest = Math.max(furthest, this.#bytes.length);
        const pause = PAUSES_MS[failed++];
        if (pause === undefined || answers >= MOST_ANSWERS) {
          throw new Error(`${thrown.message}, and did not go on when it was tried again`);
        }
        await this.#pause(pause);
      }
    }
    if (this.#bytes.length === 0) throw new Error("it sent an empty file");
    return { bytes: this.#bytes.all(), pieced: this.#pieced };
  }

  get #whole(): boolean {
    const total = this.#edition?.total ?? 0;
    return total > 0 && this.#bytes.length === total;
  }

  async #pause(milliseconds: number): Promise<void> {
    const tell = (waiting?: string): void =>
      this.#order.progress(this.#bytes.length, this.#edition?.total ?? 0, waiting);
    tell(`the connection broke off: trying again in ${milliseconds / 1_000} s`);
    await wait(milliseconds);
    await untilOnline(() => tell("there is no network: going on when it is back"));
    tell();
  }

  /** One request, for what is not there yet. @param anew for all of it: some servers cannot be asked for a part */
  async #once(anew: boolean): Promise<void> {
    const stop = new AbortController();
    let stalled = false;
    const patience = (): ReturnType<typeof setTimeout> =>
      setTimeout(() => {
        stalled = true;
        stop.abort();
      }, PATIENCE_MS);
    let timer = patience();
    this.#tell();
    try {
      const response = await this.#reach(anew, stop.signal);
      const limit = this.#order.contents + this.#order.contents / 8 + 65_536;
      this.#tell();
      for await (const piece of pieces(response)) {
        clearTimeout(timer);
        timer = patience();
        this.#bytes.add(piece);
        if (this.#bytes.length > limit)
          throw new Error(`it sends more than the ${this.#order.contents} bytes that the file has`);
        this.#order.part?.add(piece);
        this.#tell();
      }
      if (this.#bytes.length < (this.#edition?.total ?? 0)) throw this.#brokenOff();
    } catch (thrown) {
      if (stalled) throw new BrokenOff(`it sent nothing for ${PATIENCE_MS / 1000} seconds`);
      // What a broken connection throws says no more than that.
      throw thrown instanceof TypeError ? this.#brokenOff() : thrown;
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
  }

  #brokenOff(): BrokenOff {
    return new BrokenOff(`the connection broke off after ${this.#bytes.length} bytes`);
  }

  #tell(): void {
    const [loaded, total] = [this.#bytes.length, this.#edition?.total ?? 0];
    this.#order.progress(loaded, total && Math.max(total, loaded));
  }

  async #reach(anew: boolean, signal: AbortSignal): Promise<Response> {
    const { address } = this.#order;
    const from = anew ? 0 : this.#bytes.length;
    const response = await request(address, from, this.#edition?.validator, signal);
    if (response.status === 416) {
      this.#forget();
      throw new BrokenOff("it has no more bytes than it sent, and yet not all of them");
    }
    const goesOn = from > 0 && response.status === 206;
    if (goesOn && !continues(response, from, this.#edition?.validator)) {
      this.#forget();
      throw new BrokenOff("it went on with another file than it had begun with");
    }
    if (goesOn) {
      this.#pieced = true;
      return response;
    }
    this.#forget();
    const packed = Boolean(response.headers.get("content-encoding"));
    const total = packed ? 0 : Number(response.headers.get("content-length")) || 0;
    this.#edition = { address, validator: validatorOf(response), total };
    // What is packed for the way arrives unpacked: nobody could say where it stopped.
    if (!packed) this.#order.part?.begin(this.#edition);
    this.#bytes.expect(total);
    return response;
  }

  #forget(): void {
    this.#bytes.clear();
    this.#edition = undefined;
    this.#pieced = false;
    this.#order.part?.drop();
  }
}

async function request(
  address: string,
  from: number,
  validator: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers: Record<string, string> = {};
  if (from > 0) headers["range"] = `bytes=${from}-`;
  // Another origin would have to be asked first whether it takes this header; there the answer's own is compared.
  if (from > 0 && validator && new URL(address).origin === globalThis.origin) headers["if-range"] = validator;
  let response: Response;
  try {
    response = await fetch(address, { signal, headers, credentials: "same-origin" });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw new BrokenOff(from > 0 ? `the connection broke off after ${from} bytes` : "it could not be reached");
  }
  const { status } = response;
  if (status === 416 && from > 0) return response;
  if (status === 404) throw new Error("it is not there");
  if (from > 0 && (status === 429 || status >= 500)) throw new BrokenOff(`it answered ${status} after ${from} bytes`);
  if (!response.ok) throw new Error(`it answered ${status}`);
  // Many sites answer a missing file with a page that says so.
  if (response.headers.get("content-type")?.startsWith("text/html")) {
    const said = "it answered with a web page instead of the file";
    // In mid-download that is some network's page to log in.
    throw from > 0 ? new BrokenOff(said) : new Error(said);
  }
  return response;
}

/** Whether an answer holds what follows, as far as it says. Other origins may keep these headers to themselves. */
function continues(response: Response, from: number, validator: string | undefined): boolean {
  const range = response.headers.get("content-range");
  const theirs = validatorOf(response);
  const same = !validator || !theirs || theirs === validator;
  return same && (range === null || range.startsWith(`bytes ${from}-`)) && !response.headers.get("content-encoding");
}

/** What tells this edition of a file from another; a weak tag does not promise equal bytes. */
function validatorOf(response: Response): string | undefined {
  const tag = response.headers.get("etag");
  if (tag && !tag.startsWith("W/")) return tag;
  return response.headers.get("last-modified") ?? undefined;
}
