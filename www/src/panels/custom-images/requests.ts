import type { AddedFiles, CustomDatasetOptions } from "../../module.js";
import type { CustomDatasetInfo, GivenFile } from "../../protocol.js";
import type { RequestHandlers } from "../../rpc/server.js";
import type { RequestContextSource } from "../../worker/request-context.js";

export interface CustomImagesRequests {
  /**
   * Takes a person's own images, or a known data set's own files. `own`: the recipe is on own images, so that files which only have the
   * names of a known data set's are taken as such. `data`: the recipe's data set, which files are of whose names leave it open.
   */
  readFiles: {
    params: {
      files: GivenFile[];
      own: boolean;
      data: string | undefined;
      options: Pick<CustomDatasetOptions, "link" | "size" | "channels" | "fit" | "folder" | "browserDecoder" | "seed">;
    };
    result: ReadFiles | null;
  };
  /** Keeps the images that are shown in the browser's storage, or no longer. */
  storeDataset: { params: { store: boolean }; result: null };
  /** Removes all images that were stored, and frees their memory, but for those of the recipe: "" where it names none. */
  removeStoredDatasets: { params: { named: string }; result: null };
}

/** What reads them, and what the browser's storage keeps of them. */
export interface CustomDatasetReader {
  /** Reads files for a link. What is wrong with them is a response, not an error. */
  read(id: number, params: CustomImagesRequests["readFiles"]["params"]): Promise<ReadFiles>;
  /** Keeps the images that are shown in the browser's storage, or no longer. */
  store(store: boolean): Promise<void>;
  /** Removes all images that were stored, and frees their memory, but for those that the recipe names. */
  removeStored(named: string): Promise<void>;
}

/** What files became. `sound`: they could be taken, but the link names others; `browserDecoder`: the browser's own decoder may read some. */
export type ReadFiles =
  | { type: "customDataset"; dataset: CustomDatasetInfo }
  | { type: "knownFiles"; given: AddedFiles }
  | { type: "refused"; message: string; sound: boolean; browserDecoder: boolean };

export function customImagesHandlers(context: RequestContextSource): RequestHandlers<CustomImagesRequests> {
  return {
    readFiles: async (params) => {
      const { customDatasets, id } = context();
      return customDatasets ? customDatasets.read(id, params) : null;
    },
    storeDataset: async ({ store }) => {
      await context().customDatasets?.store(store);
      return null;
    },
    removeStoredDatasets: async ({ named }) => {
      await context().customDatasets?.removeStored(named);
      return null;
    },
  };
}
