// One download: reports its progress, and fails with a short reason that fits into a list of them.

/** A place that sends nothing for so long is given up. */
const PATIENCE_MS = 30_000;

/**
 * @param contents how many bytes the file has when unpacked: what is much longer is not that file
 * @param progress told bytes so far, and bytes in all (0 when unknown)
 */
export async function download(
  address: string,
  contents: number,
  progress: (loaded: number, total: number) => void,
): Promise<Uint8Array> {
  const stop = new AbortController();
  let stalled = false;
  let loaded = 0;
  const patience = (): ReturnType<typeof setTimeout> =>
    setTimeout(() => {
      stalled = true;
      stop.abort();
    }, PATIENCE_MS);
  let timer = patience();
  try {
    const response = await reach(address, stop.signal);
    const total = announced(response);
    const parts: Uint8Array[] = [];
    const limit = contents + contents / 8 + 65_536;
    progress(0, total);
    for await (const part of chunks(response)) {
      clearTimeout(timer);
      timer = patience();
      parts.push(part);
      loaded += part.byteLength;
      if (loaded > limit) throw new Error(`it sends more than the ${contents} bytes that the file has`);
      progress(loaded, Math.max(total, total && loaded));
    }
    if (loaded === 0) throw new Error("it sent an empty file");
    return joined(parts, loaded);
  } catch (thrown) {
    if (stalled) throw new Error(`it sent nothing for ${PATIENCE_MS / 1000} seconds`);
    if (thrown instanceof TypeError && loaded > 0) throw new Error(`the connection broke off after ${loaded} bytes`);
    throw thrown;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

async function reach(address: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { signal, credentials: "same-origin" });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    throw new Error("it could not be reached");
  }
  if (response.status === 404) throw new Error("it is not there");
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  // Many sites answer a missing file with a page that says so.
  if (response.headers.get("content-type")?.startsWith("text/html")) {
    throw new Error("it answered with a web page instead of the file");
  }
  return response;
}

/** How many bytes will come; unknown (0) where the server packs them for the way. */
function announced(response: Response): number {
  if (response.headers.get("content-encoding")) return 0;
  return Number(response.headers.get("content-length")) || 0;
}

async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) {
    yield new Uint8Array(await response.arrayBuffer());
    return;
  }
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function joined(parts: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
