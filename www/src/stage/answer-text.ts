/** The network's answer to what is on the stage, in words. */
import { argmax } from "../math.js";
import type { Example } from "../module.js";
import { roundedText } from "../rounded-weights.js";
import { initialWeightsNote, type InitialWeights } from "../state/weights.js";
import { msg } from "../words/msg.js";

export interface AnswerText {
  /** The class that the network holds most probable; empty where there is none. */
  name: string;
  note: string;
  /** Of a test image, whether that is right, and which class is: empty of a picture that a person gave, which has no label. */
  truth: string;
  isRight: boolean;
  /** The test image that all this is said of. */
  example: Example | null;
}

export const NO_ANSWER: AnswerText = { name: "", note: "", truth: "", isRight: false, example: null };

/** What is read out of an answer changes this often at most. */
export const READ_OUT_INTERVAL_MS = 700;

/** @param answer `prediction`: of this very image */
export function answerText(answer: {
  hasImage: boolean;
  example: Example | null;
  prediction: Float32Array | null;
  classes: readonly string[];
  /** Whether the network is built when it is trained first. */
  needsTraining: boolean;
  hasTrained: boolean;
  /** What it answers with before it is. */
  initialWeights: InitialWeights;
  /** To how many bits its weights were rounded after it was trained; null where they were not. */
  rounded: number | null;
}): AnswerText {
  const { example, prediction, classes } = answer;
  const none = (note: string): AnswerText => ({ ...NO_ANSWER, note, example });
  if (!answer.hasImage) return none(msg("Nothing yet"));
  if (!prediction) return none(answer.needsTraining ? msg("Press Train first") : "…");
  const at = argmax(prediction);
  const name = classes[at];
  if (name === undefined) return none(msg("No answer: the network's outputs are no numbers"));
  const { hasTrained, initialWeights, rounded } = answer;
  const trained = rounded === null ? "" : roundedText(rounded);
  const note = hasTrained ? trained : initialWeightsNote(initialWeights);
  const truth = example && classes[example.label];
  if (!example || truth == null) return { ...none(note), name };
  const isRight = example.label === at;
  return {
    name,
    note,
    isRight,
    example,
    truth: isRight ? msg("✓ Right") : msg("✗ Wrong: it is {class}", { class: truth }),
  };
}
