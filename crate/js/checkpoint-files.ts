// The files of autosaved checkpoints: what their names say, and which of them is older.

import { shortDigest } from "./digest.js";
import { UNFINISHED, type Folder, type StoredFile } from "./opfs.js";
import type { StorageSeal } from "./storage-seal.js";

/** A checkpoint's file, its name in parts: digests of recipe and contents among them. */
export interface CheckpointFile extends StoredFile {
  recipe: string;
  run: string;
  /** Steps done; undefined for a file that was never finished. */
  step?: number;
  digest?: string;
  /** Of the browser that wrote it. */
  seal?: string;
}

/** A checkpoint from the storage. */
export interface StoredCheckpoint {
  readonly bytes: Uint8Array;
  /** Whether this browser wrote it by itself: a file that was put there is not sealed. */
  readonly sealed: boolean;
}

const EXTENSION = "safetensors";

/**
 * "recipe.run.step.digest.seal.safetensors", without a seal where the browser cannot make one.
 * @param seal undefined for bytes that this browser did not write: they must not pass for its own
 */
export async function checkpointName(
  seal: StorageSeal | undefined,
  { recipe, run, step }: { recipe: string; run: string; step: number },
  bytes: Uint8Array,
): Promise<string> {
  const parts = [recipe, run, step, await shortDigest(bytes)].join(".");
  return [parts, await seal?.seal(parts, bytes), EXTENSION].filter(Boolean).join(".");
}

/** What lies in the folder: checkpoints, and what was to become some. */
export async function listCheckpoints(folder: Folder): Promise<CheckpointFile[]> {
  const files: CheckpointFile[] = [];
  for (const file of await folder.list()) {
    const parts = file.name.split(".");
    const [recipe, run, step, digest] = parts;
    if (!recipe || !run) continue;
    if (file.name.endsWith(UNFINISHED)) files.push({ ...file, recipe, run });
    else if (parts.at(-1) === EXTENSION && digest) {
      const seal = parts.length > 5 ? { seal: parts[4]! } : {};
      files.push({ ...file, recipe, run, step: Number(step), digest, ...seal });
    }
  }
  return files;
}

/** The Web Lock that a run's worker holds for as long as it lives. */
export const lockOf = (run: string): string => `bunsen-run-${run}`;

/** Of these the files whose run has stopped, for nobody holds its lock. */
export async function listStopped(folder: Folder): Promise<CheckpointFile[]> {
  const { held = [] } = await navigator.locks.query();
  const locks = new Set(held.map(({ name }) => name));
  return (await listCheckpoints(folder)).filter(({ run }) => !locks.has(lockOf(run)));
}

/**
 * What the file holds. `damaged`: it was read whole and has not the digest that its name says. `unreadable`: the browser
 * does not give it now, which says nothing of what it holds. `gone`: somebody removed it.
 */
export async function readCheckpoint(
  folder: Folder,
  { name, digest }: CheckpointFile,
): Promise<Uint8Array | "damaged" | "unreadable" | "gone"> {
  try {
    const bytes = await folder.read(name);
    return (await shortDigest(bytes)) === digest ? bytes : "damaged";
  } catch (thrown) {
    return (thrown as Error | undefined)?.name === "NotFoundError" ? "gone" : "unreadable";
  }
}

/** Whether this browser wrote the file with these bytes. */
export function isSealed(
  storageSeal: StorageSeal,
  { recipe, run, step, digest, seal }: CheckpointFile,
  bytes: Uint8Array,
): Promise<boolean> {
  return storageSeal.verify([recipe, run, step, digest].join("."), bytes, seal);
}

/** Sorted so that the first is the one to go on from: steps are the same run's, whenever they were written. */
export function mostStepsFirst(files: readonly CheckpointFile[]): CheckpointFile[] {
  return [...files].sort((a, b) => (b.step ?? -1) - (a.step ?? -1) || b.written - a.written);
}

/**
 * Sorted so that the last is the one to give up first: the run that was written to last comes first, and of each run the
 * checkpoint of the most steps. A clock may have been set back: what is dated after now was written before it was.
 */
export function latestFirst(files: readonly CheckpointFile[], now: number): CheckpointFile[] {
  const dates = new Map<string, number>();
  for (const { run, written } of files) {
    const date = written > now ? written - Number.MAX_SAFE_INTEGER : written;
    dates.set(run, Math.max(date, dates.get(run) ?? -Infinity));
  }
  const dateOf = ({ run }: CheckpointFile): number => dates.get(run) ?? 0;
  const inOrder = (a: CheckpointFile, b: CheckpointFile): number => dateOf(b) - dateOf(a) || a.run.localeCompare(b.run);
  return mostStepsFirst(files).sort(inOrder);
}
