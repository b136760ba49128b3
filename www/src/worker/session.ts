import { CustomDatasets } from "../panels/custom-images/worker/custom-datasets.js";
import type { Lab, LayerInfo, ParsedLink } from "../module.js";
import type { Command } from "../protocol.js";
import { WeightsFiles } from "./weights-files.js";
import { NO_STORAGE, RunAutosave } from "./run-autosave.js";
import type { Post } from "./runner.js";

declare const BUNSEN_BUILD: string;

type Module = typeof import("../../../crate/js/index.js");
type LabOptions = NonNullable<Parameters<Module["openLab"]>[0]>;

/** The lab, and what goes with it. */
export interface Session {
  lab: Lab;
  autosave: RunAutosave;
  customDatasets: CustomDatasets;
  weights: WeightsFiles;
}

/** Loads the module, and opens a lab. */
export async function openSession(
  { module: address, engine, workers, data, customDataset, weights: held, keeps }: Extract<Command, { type: "open" }>,
  { onWorkers, ...options }: Pick<LabOptions, "onWorkers"> & LabOptions["data"],
  post: Post,
): Promise<Session> {
  const module = (await import(/* @vite-ignore */ address)) as Module;
  if (module.build !== BUNSEN_BUILD) {
    throw new Error("The page and its module are of two builds of Bunsen. Load the page again");
  }
  const lab = await module.openLab({
    engine,
    onWorkers,
    ...(workers !== null && { workers }),
    data: { base: data, keep: keeps, ...options },
  });
  const customDatasets = new CustomDatasets(module, lab, post);
  // Images that cannot be read again are missed when a run needs them, and that is told then.
  if (customDataset) await customDatasets.adopt(customDataset).catch(() => {});
  const weights = new WeightsFiles(lab, post, keeps);
  if (held) await weights.adopt(held).catch(() => {});
  const tell = (notice: string | undefined): void => post({ type: "autosave", notice: notice ?? null });
  const storage = keeps ? new module.Autosave(tell) : NO_STORAGE;
  return { lab, customDatasets, weights, autosave: new RunAutosave(storage) };
}

/** The recipe that was taken. */
export interface Recipe {
  parsed: ParsedLink;
  layers: LayerInfo[];
  /** The link as it was given, with its check. */
  link: string;
  /** The run file that its run is compared with. */
  runFile: string | undefined;
}

/** A link as the recipe that it is. A run file of another recipe is left out. */
export function readRecipe(lab: Lab, link: string, runFile: string | null): Omit<Recipe, "layers"> {
  const parsed = lab.parse(link);
  const belongs = runFile !== null && lab.parse(lab.readRunFile(runFile).link).link === parsed.link;
  return { parsed, link, runFile: belongs ? runFile : undefined };
}
