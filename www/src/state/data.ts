import type { AugmentedImage, DataInfo, DataProgress, Download, Example, Normalization } from "../module.js";
import type { ReadyRun } from "../protocol.js";

/** The data set of the last run that was prepared: it stays until there is another, or the one that was chosen instead is not at hand. */
export interface DataState {
  info: DataInfo | null;
  /** The first training examples. */
  examples: Example[];
  /** What the run makes of some training images. */
  augmented: AugmentedImage[];
  /** How pixels are scaled for the network; null where it has a way of its own. */
  normalization: Normalization | null;
  /** Whether nothing of it is here: a network answers by the weights of a file alone. */
  isAbsent: boolean;
  /** What is on its way. */
  fetching: DataProgress | null;
  /** What other servers are asked for, once a person wants it. */
  download: Download | null;
}

export const initialData: DataState = {
  info: null,
  examples: [],
  augmented: [],
  normalization: null,
  isAbsent: false,
  fetching: null,
  download: null,
};

/** A run was prepared: what it trains on is here. */
export function prepared({ data, examples, augmented, normalization }: ReadyRun): DataState {
  return { info: data, examples, augmented, normalization, isAbsent: false, fetching: null, download: null };
}

/** The data are not here, and a network answers without them. */
export function absent({ fetching, download }: DataState, info: DataInfo): DataState {
  return { ...initialData, info, isAbsent: true, fetching, download };
}

/** The data set of that name is not at hand: what is here of another one would be shown as its images and classes. */
export function withoutOther(data: DataState, name: string | undefined): DataState {
  return data.info === null || data.info.name === name ? data : initialData;
}
