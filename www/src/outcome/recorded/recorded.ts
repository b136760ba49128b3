/** Real runs, as `record.mjs` recorded them. */
import type { Evidence } from "../evidence.js";
import links from "./links.json";

interface Recorded {
  link: string;
  stepsPerEpoch: number;
  batch: number;
  chance: number | null;
  loss: number[];
  /** How many of each batch were right. */
  right: number[];
  learningRate: number[];
  scores: number[][];
  norms: (string | number)[][];
}

const FILES = import.meta.glob<Recorded>("./*.json", { eager: true, import: "default" });

/** The evidence of a run by its name in `links.json`. */
export function recorded(name: string): Evidence {
  const run = FILES[`./${name}.json`];
  if (!run) throw new Error(`No run "${name}" was recorded.`);
  const { stepsPerEpoch, batch, chance, loss, right, learningRate, scores, norms } = run;
  return {
    stepsPerEpoch,
    batch,
    chance,
    isChanceLeast: false,
    loss,
    learningRate,
    accuracy: right.map((images) => images / batch),
    split: "test",
    scores: scores.map(([step = 0, accuracy = 0, images = 0]) => ({ step, accuracy, images })),
    norms: norms.map(([name, gradient, updateRatio]) => ({
      name: String(name),
      gradient: Number(gradient),
      updateRatio: Number(updateRatio),
    })),
  };
}

/** The names of the recorded runs that begin so: all in `links.json`, so that one that is missing is a failure. */
export function recordedNames(beginning: string): string[] {
  return Object.keys(links).filter((name) => name.startsWith(beginning));
}
