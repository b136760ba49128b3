import type { GivenFile, Requests } from "../protocol.js";
import type { RequestMessage } from "../rpc/protocol.js";
import { macrotask } from "./inbox.js";

/** Some of the files of a request, ahead of it. */
export interface FilePart {
  type: "files";
  /** The request's id. */
  request: number;
  files: readonly GivenFile[];
}

/** The copy of a file for the worker holds the page's main thread for a fifth of a millisecond. */
const PART = 100;

/**
 * Posts a request of the page. Of many files at most a part is sent in one task, so that the page answers to a person in between;
 * the last part goes with the request itself.
 */
export async function postRequest(
  message: RequestMessage<Requests>,
  transfer: Transferable[],
  post: (message: RequestMessage<Requests> | FilePart, transfer: Transferable[]) => void,
): Promise<void> {
  const files = filesOf(message);
  const last = Math.max(0, Math.ceil(files.length / PART) - 1) * PART;
  if (last === 0) return post(message, transfer);
  for (let at = 0; at < last; at += PART) {
    post({ type: "files", request: message.id, files: files.slice(at, at + PART) }, []);
    await macrotask();
  }
  post(withFiles(message, files.slice(last)), transfer);
}

/** Puts requests together again, in the worker. */
export class FileParts {
  readonly #parts = new Map<number, GivenFile[]>();

  put({ request, files }: FilePart): void {
    const before = this.#parts.get(request);
    if (before) before.push(...files);
    else this.#parts.set(request, [...files]);
  }

  /** The request with the files that came before it, in their order. */
  whole(message: RequestMessage<Requests>): RequestMessage<Requests> {
    const before = this.#parts.get(message.id);
    this.#parts.delete(message.id);
    return before ? withFiles(message, [...before, ...filesOf(message)]) : message;
  }
}

function filesOf({ params }: RequestMessage<Requests>): readonly GivenFile[] {
  return params && "files" in params ? params.files : [];
}

const withFiles = (message: RequestMessage<Requests>, files: readonly GivenFile[]): RequestMessage<Requests> =>
  ({ ...message, params: { ...message.params, files } }) as RequestMessage<Requests>;
