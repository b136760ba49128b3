// One download: resumes with a Range request where the connection was lost, reports its progress, and fails with a short
// reason that fits into a list of them.
//
// A file that was put together of several responses is verified as a whole, by its digest, before anybody uses it.

import { ByteBuffer, chunksOf } from "./byte-buffer.js";
import { delay, untilOnline } from "./connectivity.js";
import type { ResumableFile, Version } from "./resumable-file.js";

/** A host that sends nothing for so long is given up, or asked again where it had begun. */
const STALL_MS = 30_000;
/** Pauses between retries: a longer one each time that no more bytes came. */
const RETRY_PAUSES_MS = [1_000, 2_000, 4_000];
/** However few bytes came each time. */
const MAX_REQUESTS = 40;

/** Told bytes so far, bytes in all (0 when unknown), and what is waited for, if anything. */
export type OnProgress = (loaded: number, total: number, waiting?: string) => void;

export interface DownloadRequest {
  url: string;
  /** The size of the file when unpacked, in bytes: what is much longer is not that file. */
  unpackedSize: number;
  onProgress: OnProgress;
  /** Stores the bytes that came, should the page be closed before the rest comes. */
  partial?: ResumableFile | undefined;
}

export interface DownloadResult {
  bytes: Uint8Array;
  /** Whether it was put together of several responses, which may have been of two versions of the file. */
  resumed: boolean;
}

/** The connection was lost before the end of the file: the bytes so far are good, and the download can be resumed. */
class ConnectionLost extends Error {}

export async function download(request: DownloadRequest): Promise<DownloadResult> {
  return new Transfer(request).run();
}

class Transfer {
  readonly #request: DownloadRequest;
  readonly #buffer: ByteBuffer;
  #version: Version | undefined;
  #resumed: boolean;

  /** Begins with what an earlier visit got from the same address. */
  constructor(request: DownloadRequest) {
    const stored = request.partial?.read();
    const earlier = stored?.version.address === request.url ? stored : undefined;
    this.#request = request;
    this.#version = earlier?.version;
    this.#buffer = new ByteBuffer(earlier?.bytes);
    this.#resumed = earlier !== undefined;
  }

  async run(): Promise<DownloadResult> {
    let [failures, furthest] = [0, this.#buffer.length];
    for (let requests = 1; !this.#complete; requests++) {
      try {
        await this.#fetchRest(failures === RETRY_PAUSES_MS.length);
        break;
      } catch (thrown) {
        if (!(thrown instanceof ConnectionLost)) this.#request.partial?.discard();
        if (!(thrown instanceof ConnectionLost) || furthest + this.#buffer.length === 0) throw thrown;
        if (this.#buffer.length > furthest) failures = 0;
        furthest = Math.max(furthest, this.#buffer.length);
        const pause = RETRY_PAUSES_MS[failures++];
        if (pause === undefined || requests >= MAX_REQUESTS) {
          throw new Error(`${thrown.message}, and did not go on when it was tried again`, { cause: thrown });
        }
        await this.#pause(pause);
      }
    }
    if (this.#buffer.length === 0) throw new Error("it sent an empty file");
    const bytes = this.#buffer.view();
    if (isWebPage(bytes)) {
      this.#request.partial?.discard();
      throw new Error(WEB_PAGE);
    }
    return { bytes, resumed: this.#resumed };
  }

  get #complete(): boolean {
    const total = this.#version?.total ?? 0;
    return total > 0 && this.#buffer.length === total;
  }

  async #pause(milliseconds: number): Promise<void> {
    this.#report(`the connection broke off: trying again in ${milliseconds / 1_000} s`);
    await delay(milliseconds);
    await untilOnline(() => this.#report("there is no network: going on when it is back"));
    this.#report();
  }

  /** One request for the bytes that are missing. @param restart for all bytes: some servers answer no Range request */
  async #fetchRest(restart: boolean): Promise<void> {
    const abort = new AbortController();
    let stalled = false;
    const startTimer = (): ReturnType<typeof setTimeout> =>
      setTimeout(() => {
        stalled = true;
        abort.abort();
      }, STALL_MS);
    let timer = startTimer();
    this.#report();
    try {
      const response = await this.#respond(restart, abort.signal);
      const { unpackedSize, partial } = this.#request;
      const limit = longest(unpackedSize);
      this.#report();
      for await (const chunk of chunksOf(response)) {
        clearTimeout(timer);
        timer = startTimer();
        this.#buffer.append(chunk);
        if (this.#buffer.length > limit) throw tooLong(unpackedSize);
        partial?.append(chunk);
        this.#report();
      }
      if (this.#buffer.length < (this.#version?.total ?? 0)) throw this.#connectionLost();
    } catch (thrown) {
      if (stalled) throw new ConnectionLost(`it sent nothing for ${STALL_MS / 1000} seconds`);
      // For a lost connection, fetch throws a TypeError that says no more than that.
      throw thrown instanceof TypeError ? this.#connectionLost() : thrown;
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  #connectionLost(): ConnectionLost {
    return new ConnectionLost(`the connection broke off after ${this.#buffer.length} bytes`);
  }

  #report(waiting?: string): void {
    const [loaded, total] = [this.#buffer.length, this.#version?.total ?? 0];
    this.#request.onProgress(loaded, total && Math.max(total, loaded), waiting);
  }

  async #respond(restart: boolean, signal: AbortSignal): Promise<Response> {
    const { url, partial } = this.#request;
    const from = restart ? 0 : this.#buffer.length;
    const response = await fetchFrom(url, from, this.#version?.validator, signal);
    if (response.status === 416) {
      this.#discard();
      throw new ConnectionLost("it has no more bytes than it sent, and yet not all of them");
    }
    const resumes = from > 0 && response.status === 206;
    if (resumes && !isContinuation(response, from, this.#version?.validator)) {
      this.#discard();
      throw new ConnectionLost("it went on with another file than it had begun with");
    }
    if (resumes) {
      this.#resumed = true;
      return response;
    }
    this.#discard();
    const encoded = Boolean(response.headers.get("content-encoding"));
    const total = encoded ? 0 : Number(response.headers.get("content-length")) || 0;
    if (total > longest(this.#request.unpackedSize)) throw tooLong(this.#request.unpackedSize);
    this.#version = { address: url, validator: validatorOf(response), total };
    // An encoded body arrives decoded: its offset says nothing of the file's.
    if (!encoded) partial?.begin(this.#version);
    this.#buffer.reserve(total);
    return response;
  }

  #discard(): void {
    this.#buffer.clear();
    this.#version = undefined;
    this.#resumed = false;
    this.#request.partial?.discard();
  }
}

const tooLong = (bytes: number): Error => new Error(`it sends more than the ${bytes} bytes that the file has`);

/** The most bytes of a file that has so many unpacked: some more, for one that does not compress, or of another form. */
export const longest = (unpackedSize: number): number => unpackedSize + unpackedSize / 8 + 65_536;

const WEB_PAGE = "it answered with a web page instead of the file";

/** Whether a file is a page that some hosts send for a missing file under the missing one's type. No data set begins so. */
function isWebPage(bytes: Uint8Array): boolean {
  return /^\s*<(!doctype|html)\b/i.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}

async function fetchFrom(
  url: string,
  from: number,
  validator: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers: Record<string, string> = {};
  if (from > 0) headers["range"] = `bytes=${from}-`;
  // Another origin would need a preflight for this header; there the response's own validator is compared.
  if (from > 0 && validator && new URL(url).origin === globalThis.origin) headers["if-range"] = validator;
  let response: Response;
  try {
    response = await fetch(url, { signal, headers, credentials: "same-origin" });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw new ConnectionLost(from > 0 ? `the connection broke off after ${from} bytes` : "it could not be reached");
  }
  const { status } = response;
  if (status === 416 && from > 0) return response;
  if (status === 404) throw new Error("it is not there");
  if (from > 0 && (status === 429 || status >= 500)) {
    throw new ConnectionLost(`it answered ${status} after ${from} bytes`);
  }
  if (!response.ok) throw new Error(`it answered ${status}`);
  // Many sites answer a missing file with a page that says so.
  if (response.headers.get("content-type")?.startsWith("text/html")) {
    // In mid-download that is the login page of some network.
    throw from > 0 ? new ConnectionLost(WEB_PAGE) : new Error(WEB_PAGE);
  }
  return response;
}

/** Whether a response holds the bytes that follow, as far as it says. Other origins may hide these headers. */
function isContinuation(response: Response, from: number, validator: string | undefined): boolean {
  const range = response.headers.get("content-range");
  const current = validatorOf(response);
  const same = !validator || !current || current === validator;
  return same && (range === null || range.startsWith(`bytes ${from}-`)) && !response.headers.get("content-encoding");
}

/** The validator that tells versions of a file apart; a weak ETag does not promise equal bytes. */
function validatorOf(response: Response): string | undefined {
  const tag = response.headers.get("etag");
  if (tag && !tag.startsWith("W/")) return tag;
  return response.headers.get("last-modified") ?? undefined;
}
