/** The recorded runs of a recipe, as `learn/<lesson>/runs/<name>.json` has them: `cargo xtask bench lessons --store` writes them. */
import type { ThinCurve } from "../src/stories/curve.js";
import { LessonError } from "./lesson-error.js";

/** The version of how they are written. */
export const FORMAT = 1;

/** So many colours and dashes are told apart. */
export const LOOKS = 5;

/** What an author writes: what is trained, and how often. */
export interface RunPlan {
  format: number;
  /** In the text of a figure: "plain, 40 layers". */
  title: string;
  /** How its curves look in all pictures of the lesson, of `LOOKS`; where nothing is said, what is free in a picture. */
  look?: number;
  /** The recipe's link, without a seed. */
  link: string;
  seeds: readonly number[];
  /** The step at which the norms of gradients are recorded, where a lesson shows them. */
  gradientsAt?: number;
  /** Pixels: its test images are scored as they are, and moved by one, two … to so many, where a lesson shows what becomes of its answers. */
  shiftsTo?: number;
  /** Whether how sure it is of its answers is recorded. */
  confidence?: true;
}

/** A run with one seed, as it was trained. */
export interface LessonRun {
  seed: number;
  check: string;
  marks: string;
  steps: number;
  parameters: number;
  /** The share of test images that it has right at its end. */
  test: number;
  testImages: number;
  /** Over its last epoch, of the images that it trains on: the share that it has right, and the mean loss. */
  train: number;
  loss: number;
  /** The mean over test images of the largest probability that it gives: how sure it is of its answers. */
  confidence?: number;
  curve: ThinCurve;
  /** The norm of the gradient by each convolution's weights, from the image on. */
  gradients?: readonly number[];
  /** The share of test images that it has right when each is moved by no pixel, by one, by two … */
  shifted?: readonly number[];
}

export interface RunFile extends RunPlan {
  runs: readonly LessonRun[];
}

/** Images are moved by so many pixels at most: drawn digits then begin to leave the image. */
export const MOST_SHIFT = 4;

const KEYS = ["format", "title", "look", "link", "seeds", "gradientsAt", "shiftsTo", "confidence", "runs"];
const NUMBERS = ["seed", "steps", "parameters", "test", "testImages", "train", "loss"] as const;

/** What an author wrote, and the runs where they are there. @param file as its author knows it */
export function readRunPlan(text: string, file: string): RunPlan & { runs: readonly unknown[] } {
  const wrong = (sentence: string): never => {
    throw new LessonError(file, null, sentence);
  };
  let read: Partial<RunFile>;
  try {
    read = JSON.parse(text) as Partial<RunFile>;
  } catch (thrown) {
    return wrong(`This is no JSON (${thrown instanceof Error ? thrown.message : String(thrown)}).`);
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) return wrong("This is no run file.");
  const unknown = Object.keys(read).find((key) => !KEYS.includes(key));
  if (unknown) return wrong(`A run file has no “${unknown}”: there are ${KEYS.join(", ")}.`);
  const { format, title, look, link, seeds, gradientsAt, shiftsTo, confidence, runs = [] } = read;
  if (format !== FORMAT) return wrong(`Its format is ${String(format)}, and this version reads ${FORMAT}.`);
  if (typeof title !== "string" || title === "") return wrong("It has no title.");
  if (look !== undefined && !(Number.isInteger(look) && look >= 0 && look < LOOKS))
    return wrong(`“look” has to be a number from 0 to ${LOOKS - 1}.`);
  if (typeof link !== "string" || link === "") return wrong("It has no link.");
  if (/(^|&)(seed|check|marks)=/.test(link))
    return wrong("Its link has a seed, a check or marks: seeds stand in “seeds”, and the rest is recorded.");
  if (!Array.isArray(seeds) || seeds.length === 0 || !seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0))
    return wrong("“seeds” has to be a list of whole numbers.");
  if (new Set(seeds).size < seeds.length) return wrong("A seed stands there twice.");
  if (gradientsAt !== undefined && !(Number.isSafeInteger(gradientsAt) && gradientsAt > 0))
    return wrong("“gradientsAt” has to be a step.");
  if (shiftsTo !== undefined && !(Number.isSafeInteger(shiftsTo) && shiftsTo > 0 && shiftsTo <= MOST_SHIFT))
    return wrong(`“shiftsTo” has to be a number of pixels, from 1 to ${MOST_SHIFT}.`);
  if (confidence !== undefined && confidence !== true) return wrong("“confidence” can be true alone.");
  if (!Array.isArray(runs)) return wrong("“runs” has to be a list.");
  return {
    ...{ format, title },
    ...(look !== undefined && { look }),
    ...{ link, seeds },
    ...(gradientsAt !== undefined && { gradientsAt }),
    ...(shiftsTo !== undefined && { shiftsTo }),
    ...(confidence && { confidence }),
    runs,
  };
}

/** A run file whose runs are all there. @param file as its author knows it */
export function readRunFile(text: string, file: string): RunFile {
  const { runs, ...plan } = readRunPlan(text, file);
  const wrong = (sentence: string): never => {
    throw new LessonError(file, null, `${sentence} “cargo xtask bench lessons --store” trains them.`);
  };
  const trained = runs.map((run) => (isRun(run) ? run : wrong("One of its runs cannot be read.")));
  const missing = plan.seeds.filter((seed) => !trained.some((run) => run.seed === seed));
  if (missing.length > 0) return wrong(`The runs with seed ${missing.join(", ")} are missing.`);
  if (trained.length > plan.seeds.length) return wrong("It has runs with other seeds than it says.");
  if (plan.gradientsAt !== undefined && trained.some(({ gradients }) => !gradients))
    return wrong("The norms of its gradients are missing.");
  const { shiftsTo } = plan;
  if (shiftsTo !== undefined && trained.some(({ shifted }) => shifted?.length !== shiftsTo + 1))
    return wrong("What it has right of shifted images is missing.");
  if (plan.confidence && trained.some((run) => run.confidence === undefined))
    return wrong("How sure it is of its answers is missing.");
  return { ...plan, runs: trained };
}

function isRun(value: unknown): value is LessonRun {
  const run = Object(value) as Partial<LessonRun>;
  const { every, losses, steps } = Object(run.curve) as Partial<ThinCurve>;
  const areNumbers = (list: unknown): boolean =>
    Array.isArray(list) && list.length > 0 && list.every((each) => Number.isFinite(each));
  return (
    NUMBERS.every((key) => Number.isFinite(run[key])) &&
    typeof run.check === "string" &&
    /^[0-9a-f]{16}$/.test(run.check) &&
    typeof run.marks === "string" &&
    areNumbers(losses) &&
    areNumbers([every, steps]) &&
    (run.confidence === undefined || Number.isFinite(run.confidence)) &&
    (run.gradients === undefined || areNumbers(run.gradients)) &&
    (run.shifted === undefined || areNumbers(run.shifted))
  );
}

/** The link of one of its runs: with its seed. */
export function linkOf({ link }: Pick<RunPlan, "link">, seed: number): string {
  const at = link.lastIndexOf("&v=");
  return at < 0 ? `${link}&seed=${seed}` : `${link.slice(0, at)}&seed=${seed}${link.slice(at)}`;
}
