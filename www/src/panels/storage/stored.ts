import { CACHE } from "../../../../crate/js/dataset-storage.js";
import { Folder, FOLDERS } from "../../../../crate/js/opfs.js";
import { FOLDER as RUNS } from "../../runs/folder.js";

/** What a browser keeps of a person's: the panel has a line and a button for each kind. */
export type Kind = "datasets" | "images" | "runs";

/** Bytes of each kind. */
export type StoredBytes = Record<Kind, number>;

/** What the browser's storage holds. Throws where it gives none. */
export async function measure(): Promise<StoredBytes> {
  const [cached, downloads, images, runs, checkpoints, weights] = await Promise.all([
    cachedBytes(),
    ...[FOLDERS.downloads, FOLDERS.customDatasets, RUNS, FOLDERS.checkpoints, FOLDERS.weights].map(bytesIn),
  ] as const);
  return { datasets: cached + downloads!, images: images!, runs: runs! + checkpoints! + weights! };
}

/** Removes the known data sets, and what came of those whose download is not complete. */
export async function removeDatasets(): Promise<void> {
  // Not the cache itself: what has it open would write into one that nobody finds.
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) await cache.delete(request);
  // One that is being fetched stays.
  await removeFiles(FOLDERS.downloads);
}

/** Removes the files of weights that runs start from. The one at hand goes on. */
export function removeWeights(): Promise<void> {
  return removeFiles(FOLDERS.weights);
}

async function removeFiles(of: string): Promise<void> {
  const folder = new Folder(of);
  for (const { name } of await folder.list()) await folder.remove(name).catch(() => {});
}

async function cachedBytes(): Promise<number> {
  const responses = await (await caches.open(CACHE)).matchAll();
  return responses.reduce((sum, { headers }) => sum + Number(headers.get("content-length")), 0);
}

async function bytesIn(folder: string): Promise<number> {
  return (await new Folder(folder).list()).reduce((sum, { bytes }) => sum + bytes, 0);
}
