/** A lesson to test with. */
import { readLesson, type Lesson } from "./lesson.js";
import { renderLesson, type Rendered } from "./markdown.js";
import type { LessonRun } from "./run-file.js";
import type { KnownRecipe, KnownRun, Runs } from "./runs.js";

export function lessonRun(more: Partial<LessonRun> = {}): LessonRun {
  return {
    seed: 1,
    check: "0123456789abcdef",
    marks: "m",
    steps: 4,
    parameters: 16_698,
    test: 0.75,
    testImages: 1_000,
    train: 0.6,
    loss: 1.5,
    curve: { every: 2, losses: [2, 1], steps: 4 },
    ...more,
  };
}

function recipe(
  name: string,
  title: string,
  look: number | undefined,
  runs: readonly LessonRun[],
  fields: Readonly<Record<string, string>> = {},
): [string, KnownRecipe] {
  const link = "model=lenet5&data=digits&steps=4&v=1";
  const known = runs.map((run): KnownRun => ({
    ...run,
    title,
    ...(look !== undefined && { look }),
    name: `${name}@${run.seed}`,
    link: `${link}&seed=${run.seed}`,
    checked: `${link}&seed=${run.seed}&check=${run.check}&marks=${run.marks}`,
    examples: 10_000,
    values: { model: "lenet5", data: "digits", subset: "0", lr: "0.002", seed: String(run.seed), ...fields },
    operations: 18e9,
  }));
  return [name, { format: 1, title, link, seeds: runs.map(({ seed }) => seed), runs: known }];
}

/** `shallow` and `other`, which looks like it, have one run; `deep` three, with gradients. */
export const RUNS: Runs = new Map([
  recipe("shallow", "8 layers", 0, [lessonRun({ shifted: [0.75, 0.5] })]),
  recipe("other", "8 other layers", 0, [lessonRun()]),
  recipe("deep", "40 layers", undefined, [
    lessonRun({ seed: 1, test: 0.1, confidence: 0.4, gradients: [2e-18, 0.5] }),
    lessonRun({ seed: 2, test: 0.2, confidence: 0.5, gradients: [3e-18, 0.5] }),
    lessonRun({ seed: 3, test: 0.3, confidence: 0.6, loss: 2.25, parameters: 91_450, gradients: [4e-18, 0.5] }),
  ]),
]);

/** With `wide` beside them, whose network has a field that the others lack. */
export const WIDE: Runs = new Map([...RUNS, recipe("wide", "wide", 3, [lessonRun()], { widths: "300" })]);

export const FRONT = `title: Depth
claim: “Deeper is better.”
summary: Is it?
order: 5
source: he2015; He et al. 2015; Deep Residual Learning; https://arxiv.org/abs/1512.03385`;

/** A lesson with this text. */
export function lessonOf(text: string, front = FRONT, runs = RUNS): Lesson {
  return readLesson(`---\n${front}\n---\n${text}\n`, "depth", runs);
}

export function rendered(text: string, front = FRONT, runs = RUNS): Rendered {
  return renderLesson(lessonOf(text, front, runs), { bench: "../../", site: "https://example.org/" });
}

/** The sentence that something is refused with. */
export function sentenceOf(make: () => unknown): string {
  try {
    make();
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
  return "nothing was refused";
}
