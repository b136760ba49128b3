/** The findings in words, with what to look at and what to try. */
import { count, loss, percent, significant } from "../format.js";
import { withMirrors } from "../score-text.js";
import { msg, plural } from "../words/msg.js";
import type { Evidence, HeldOut } from "./evidence.js";
import type { Diverged, Finding, Guessing, Why } from "./rules.js";

/** What can be done about a finding. */
export type Step =
  /** Try another learning rate: a tenth of this one, or the network's own. */
  | { kind: "rate"; rate: "tenth" | "own" }
  | { kind: "epochs" }
  /** Look inside the network, at a layer or at the one before it. */
  | { kind: "layer"; layer: string; before: boolean }
  | { kind: "panel"; panel: string; label: string }
  | { kind: "curve"; quantity: "loss" | "accuracy"; label: string };

export interface Told {
  text: string;
  steps: readonly Step[];
}

const TENTH: Step = { kind: "rate", rate: "tenth" };

/**
 * What happened, in plain words.
 * @param split the images of the scores
 * @param titleOf what a person calls the layer that PyTorch calls so
 * @param options `besideScore`: where the test accuracy stands beside it, which is not said twice then
 */
export function told(
  finding: Finding,
  split: Evidence["split"],
  titleOf: (layer: string) => string = (layer) => layer,
  { besideScore = false } = {},
): Told {
  const isScoreSaid = besideScore && split === "test";
  switch (finding.kind) {
    case "diverged": {
      const { guessing } = finding;
      const guesses = guessing
        ? [msg("Now it is as good as guessing: {shares}", { shares: shares(guessing, besideScore) })]
        : [];
      const sentences = [
        jumpOf(finding),
        ...guesses,
        ...reasonOf(guessing?.why, titleOf),
        msg("The usual cause is a learning rate that is too large."),
      ];
      return { text: sentences.join(" "), steps: [TENTH, theLoss(), ...look(guessing?.why)] };
    }
    case "guessing": {
      const said =
        finding.of === "training"
          ? plural(
              finding.step,
              "As good as guessing after {count} step: {shares}",
              "As good as guessing after {count} steps: {shares}",
              {
                shares: shares(finding, besideScore),
              },
            )
          : msg("As good as guessing: {shares}", { shares: shares(finding, besideScore) });
      return {
        text: [said, ...reasonOf(finding.why, titleOf)].join(" "),
        steps: [...tries(finding.why), ...look(finding.why), theLoss()],
      };
    }
    case "overfits": {
      const { train, score } = finding;
      const text = isScoreSaid
        ? msg(
            "Finished, but it overfits: {train} of the training images were right in the last epoch. More training images, augmentation or weight decay usually help.",
            { train: percent(train) },
          )
        : msg(
            "Finished, but it overfits: {train} of the training images were right in the last epoch, and {share} of {images} are{mirrors}. More training images, augmentation or weight decay usually help.",
            { train: percent(train), ...shareOf(score, split) },
          );
      return { text, steps: [theAccuracy(), theMistakes()] };
    }
    case "rising": {
      const { from, score } = finding;
      const rise = {
        points: significant(Math.round(1_000 * (score.accuracy - from.accuracy)) / 10),
        step: count(from.step),
      };
      const text = isScoreSaid
        ? msg(
            "Finished, and still rising: {points} points more than at step {step}. More epochs would probably help.",
            rise,
          )
        : msg(
            "Finished: {share} of {images} right{mirrors}, and still rising: {points} points more than at step {step}. More epochs would probably help.",
            { ...shareOf(score, split), ...rise },
          );
      return { text, steps: [{ kind: "epochs" }, theAccuracy()] };
    }
    case "finished":
      return {
        text: isScoreSaid
          ? msg("Finished.")
          : msg("Finished: {share} of {images} right{mirrors}.", shareOf(finding.score, split)),
        steps: [theMistakes()],
      };
  }
}

const theLoss = (): Step => ({ kind: "curve", quantity: "loss", label: msg("Look at the loss") });
const theAccuracy = (): Step => ({ kind: "curve", quantity: "accuracy", label: msg("Look at the accuracy") });
const theMistakes = (): Step => ({ kind: "panel", panel: "mistakes-panel", label: msg("Look at what it gets wrong") });

function jumpOf({ step, before, after, guessing }: Diverged): string {
  const at = { step: count(step) };
  if (after === null)
    return msg("Diverged at step {step}: the loss was {before} and is no number any more.", {
      ...at,
      before: loss(before),
    });
  if (guessing || after < before) return msg("Diverged at step {step}: the loss jumped there.", at);
  return msg("Diverged at step {step}: the loss went from {before} to {after} and did not come back.", {
    ...at,
    before: loss(before),
    after: loss(after),
  });
}

/** "93.0 %", "2,000 test images", and what follows them where each was scored with its mirror image. */
function shareOf(score: Pick<HeldOut, "accuracy" | "images" | "tta">, of: Guessing["of"]) {
  const { accuracy, images } = score;
  return { share: percent(accuracy), images: IMAGES[of](images), mirrors: withMirrors(score) };
}

/** Images of a split, as they stand after "of". */
const IMAGES: Record<Guessing["of"], (images: number) => string> = {
  test: (images) => plural(images, "{count} test image", "of|{count} test images"),
  validation: (images) => plural(images, "{count} validation image", "of|{count} validation images"),
  training: (images) => plural(images, "the last {count} training image", "of|the last {count} training images"),
};

function shares(guessing: Guessing, besideScore: boolean): string {
  if (besideScore && guessing.of === "test") {
    const chance = { chance: percent(guessing.chance) };
    return guessing.isChanceLeast
      ? msg("always naming the commonest class gets at least {chance}.", chance)
      : msg("always naming the commonest class gets {chance}.", chance);
  }
  const values = { ...shareOf(guessing, guessing.of), chance: percent(guessing.chance) };
  return guessing.isChanceLeast
    ? msg("{share} of {images} right{mirrors}, and always naming the commonest class gets at least {chance}.", values)
    : msg("{share} of {images} right{mirrors}, and always naming the commonest class gets {chance}.", values);
}

/** Why, where it is known, as a further sentence. */
function reasonOf(why: Why | null | undefined, titleOf: (layer: string) => string): string[] {
  switch (why?.kind) {
    case "dead":
      return [
        msg("All that reaches {layer} is 0: the units before it are dead, and nothing before it learns.", {
          layer: titleOf(why.layer),
        }),
      ];
    case "vanishing":
      return [
        msg(
          "The gradient vanishes on its way back: at {layer} it is {share} times that of the output. Normalization, skip connections or fewer layers usually help.",
          { layer: titleOf(why.layer), share: significant(why.share) },
        ),
      ];
    case "still":
      return [
        msg(
          "The weights hardly moved: the steps were very small. The usual cause is a learning rate that is too small.",
        ),
      ];
    case undefined:
      return [];
  }
}

/** What to try where nothing was learned. */
function tries(why: Why | null): Step[] {
  if (why?.kind === "still") return [{ kind: "rate", rate: "own" }];
  return why?.kind === "dead" ? [TENTH] : [];
}

/** The layer that shows why. */
function look(why: Why | null | undefined): Step[] {
  if (!why || why.kind === "still") return [];
  return [{ kind: "layer", layer: why.layer, before: why.kind === "dead" }];
}
