import type { Example, Lab, LayerInfo, Run } from "../module.js";
import type { Failure, Requests } from "../protocol.js";
import { Transferred, type RequestHandlers } from "../rpc/server.js";
import type { CustomDatasets } from "./custom-datasets.js";
import { cardsOf, codeOf } from "./descriptions.js";
import { explore } from "./explorer.js";
import { measure } from "./measure.js";

/** What requests are about, as it stands. */
export interface Subject {
  id: number;
  lab: Lab | undefined;
  customDatasets: CustomDatasets | undefined;
  /** The recipe that was taken. */
  recipe: { link: string; values: Record<string, string> } | undefined;
  run: Run | undefined;
  step: number;
  layers: LayerInfo[];
}

/** What the page is told was being done when a request failed, where that is something else than inspecting. */
export const DURING: Partial<Record<keyof Requests, Failure["during"]>> = {
  measure: "preparing",
  exportFile: "training",
};

/** These wait for data while the worker goes on with other things. */
export const WAITS_FOR_DATA: ReadonlySet<keyof Requests> = new Set(["explore"]);

/** A file that is not what it should be is no failure of the run that goes on. */
export const READS_A_FILE: ReadonlySet<keyof Requests> = new Set(["readCheckpoint", "readRunFile"]);

/** What answers each request. None changes a run. */
export function requestHandlers(subject: () => Subject): RequestHandlers<Requests> {
  return {
    measure: async () => {
      const { lab, recipe } = subject();
      return lab && recipe ? measured(lab, recipe.link) : null;
    },
    describeNetworks: ({ data }) => {
      const { lab, recipe } = subject();
      return lab ? cardsOf(lab, data, recipe?.values) : [];
    },
    code: async ({ language }) => {
      const { lab, recipe } = subject();
      return lab && recipe ? codeOf(lab, recipe.link, language) : null;
    },
    testExample: async ({ index }) => {
      const { run } = subject();
      if (!run) return null;
      await run.testReady();
      return run.examples("test", index % Math.max(1, run.data.test), 1)[0] ?? null;
    },
    testExamples: ({ indices }) => {
      const { run } = subject();
      if (!run) return [];
      return indices.flatMap((index) => run.examples("test", index, 1).map((one): [number, Example] => [index, one]));
    },
    explore: (request) => {
      const { run } = subject();
      return run ? explore(run, request) : null;
    },
    batch: ({ step }) => subject().run?.batch(step) ?? null,
    exportFile: async ({ what }) => {
      const { run, step } = subject();
      if (!run) return null;
      const content = await (what === "weights" ? run.weights() : run.checkpoint());
      return new Transferred({ step, content }, [content.buffer as ArrayBuffer]);
    },
    runFile: ({ scores }) => {
      const { run, step, recipe } = subject();
      if (!run || !recipe) return null;
      return { step, text: run.runFile(scores), values: recipe.values, stepsPerEpoch: run.plan.stepsPerEpoch };
    },
    readCheckpoint: ({ bytes }) => {
      const { lab } = subject();
      if (!lab) return null;
      const { link, step } = lab.readCheckpoint(bytes);
      return { link, step };
    },
    readRunFile: ({ text }) => {
      const { lab } = subject();
      if (!lab) return null;
      const file = lab.readRunFile(text);
      return { file, values: lab.parse(file.link).values };
    },
    readFiles: async (params) => {
      const { customDatasets, id } = subject();
      return customDatasets ? customDatasets.read(id, params) : null;
    },
    storeDataset: async ({ store }) => {
      await subject().customDatasets?.store(store);
      return null;
    },
    removeStoredDatasets: async () => {
      await subject().customDatasets?.removeStored();
      return null;
    },
  };
}

/** How fast a run of that recipe is trained, in a run that is then dropped. */
async function measured(lab: Lab, link: string): Promise<number> {
  const run = await lab.start(link);
  try {
    return await measure(run);
  } finally {
    run.free();
  }
}
