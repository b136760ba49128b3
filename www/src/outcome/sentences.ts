/** The findings in words, with what to look at and what to try. */
import { count, loss, percent, significant } from "../format.js";
import { withMirrors } from "../score-text.js";
import type { Evidence, HeldOut } from "./evidence.js";
import type { Finding, Guessing, Why } from "./rules.js";

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

const LOSS: Step = { kind: "curve", quantity: "loss", label: "Look at the loss" };
const TENTH: Step = { kind: "rate", rate: "tenth" };

/** What happened, in plain words. @param split the images of the scores */
export function told(finding: Finding, split: Evidence["split"]): Told {
  switch (finding.kind) {
    case "diverged": {
      const { step, before, after, guessing } = finding;
      const jump =
        after === null
          ? `the loss was ${loss(before)} and is no number any more`
          : guessing || after < before
            ? "the loss jumped there"
            : `the loss went from ${loss(before)} to ${loss(after)} and did not come back`;
      const end = guessing ? ` Now it is as good as guessing: ${shares(guessing)}${reasonOf(guessing.why)}` : "";
      const cause = " The usual cause is a learning rate that is too large.";
      return {
        text: `Diverged at step ${count(step)}: ${jump}.${end}${cause}`,
        steps: [TENTH, LOSS, ...look(guessing?.why)],
      };
    }
    case "guessing": {
      const when = finding.of === "training" ? ` after ${count(finding.step)} steps` : "";
      return {
        text: `As good as guessing${when}: ${shares(finding)}${reasonOf(finding.why)}`,
        steps: [...tries(finding.why), ...look(finding.why), LOSS],
      };
    }
    case "overfits": {
      const { train, score } = finding;
      const text =
        `Finished, but it overfits: ${percent(train)} of the training images were right in the last epoch, and ${right(score, split)} are${withMirrors(score)}. ` +
        "More training images, augmentation or weight decay usually help.";
      return { text, steps: [{ kind: "curve", quantity: "accuracy", label: "Look at the accuracy" }, mistakes] };
    }
    case "rising": {
      const { from, score } = finding;
      const points = significant(Math.round(1_000 * (score.accuracy - from.accuracy)) / 10);
      const text =
        `Finished: ${right(score, split)} right${withMirrors(score)}, and still rising: ${points} points more than at step ${count(from.step)}. ` +
        "More epochs would probably help.";
      return {
        text,
        steps: [{ kind: "epochs" }, { kind: "curve", quantity: "accuracy", label: "Look at the accuracy" }],
      };
    }
    case "finished":
      return {
        text: `Finished: ${right(finding.score, split)} right${withMirrors(finding.score)}.`,
        steps: [mistakes],
      };
  }
}

const mistakes: Step = { kind: "panel", panel: "mistakes-panel", label: "Look at what it gets wrong" };

/** "93.0 % of 2,000 test images" */
function right({ accuracy, images }: HeldOut, split: string): string {
  return `${percent(accuracy)} of ${count(images)} ${split} images`;
}

function shares({ accuracy, images, tta, of, chance, isChanceLeast }: Guessing): string {
  const which = of === "training" ? `the last ${count(images)} training images` : `${count(images)} ${of} images`;
  const least = isChanceLeast ? "at least " : "";
  return `${percent(accuracy)} of ${which} right${withMirrors({ tta })}, and always naming the commonest class gets ${least}${percent(chance)}.`;
}

const REASONS: { [K in Why["kind"]]: (why: Extract<Why, { kind: K }>) => string } = {
  dead: ({ layer }) => `All that reaches ${layer} is 0: the units before it are dead, and nothing before it learns.`,
  vanishing: ({ layer, share }) =>
    `The gradient vanishes on its way back: at ${layer} it is ${significant(share)} times that of the output. ` +
    "Normalization, skip connections or fewer layers usually help.",
  still: () => "The weights hardly moved: the learning rate is very small.",
};

/** Why, where it is known, as a further sentence. */
function reasonOf(why: Why | null): string {
  return why ? ` ${REASONS[why.kind](why as never)}` : "";
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
