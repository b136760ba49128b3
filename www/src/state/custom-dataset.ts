import { CUSTOM_DATA, customDatasetValues } from "../../../crate/js/custom-dataset-keys.js";
import type { AddedFiles, StoredDataset, FileProgress } from "../module.js";
import type { CustomDatasetInfo } from "../protocol.js";

/** A person's own images, and a known data set's own files that they gave. */
export interface CustomDatasetState {
  /** The images that are here. */
  dataset: CustomDatasetInfo | null;
  /** How far files are read; null while none are. */
  reading: FileProgress | null;
  /** Why files were not taken; `sound` where they could be, but the link names others; whether the browser's own decoder may read some. */
  refused: { message: string; sound: boolean; browserDecoder: boolean } | null;
  /** A known data set's own files that were taken. */
  knownFiles: AddedFiles | null;
  /** What the browser's storage has, and why something is not stored. */
  stored: { datasets: StoredDataset[]; notice: string | null };
  /** Whether the images that are here are to be stored, until the worker has answered: it may be computing a step meanwhile. */
  storing: boolean | null;
}

export const initialCustomDataset: CustomDatasetState = {
  dataset: null,
  reading: null,
  refused: null,
  knownFiles: null,
  stored: { datasets: [], notice: null },
  storing: null,
};

/** Another run takes the place of the last: what was told of files was told of that. */
export function withoutFiles(state: CustomDatasetState): CustomDatasetState {
  return { ...state, reading: null, refused: null };
}

/** What a recipe becomes where own images are chosen: it names those that are here, if there are any. */
export function recipeValues({ dataset }: CustomDatasetState): Record<string, string> {
  return dataset ? customDatasetValues(dataset) : { data: CUSTOM_DATA };
}
