import { trainedOf, type TrainedNetwork } from "../trained/networks.js";

/** A server that does not answer keeps nobody from giving the file. */
const PATIENCE_MS = 20_000;

/** The file of a network that comes with the page; null where it does not come, undefined where there is none of that digest. */
export async function trainedFile(
  digest: string,
  find: (digest: string) => Pick<TrainedNetwork, "url"> | undefined = trainedOf,
): Promise<Uint8Array | null | undefined> {
  const network = find(digest);
  if (!network) return undefined;
  try {
    const response = await fetch(network.url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  } catch {
    return null;
  }
}
