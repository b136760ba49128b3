/** What the report of a run says: the run as it stood when the report was opened, in words and numbers. */
import type { Shared } from "../bench/share.js";
import { lengthAndSeed, subjectOf, TOLD, unfinished } from "../figure/recipe.js";
import { count, loss, percent } from "../format.js";
import type { DataInfo, Description, Field, ParsedLink, Plan, Score } from "../module.js";
import { changesOf } from "../panels/recipe/changes.js";
import { withMirrors } from "../score-text.js";
import { defineMessage, msg, plural } from "../words/msg.js";
import { translated } from "../words/translated.js";

/** What is known of a run that was scored. */
export interface ScoredRun {
  parsed: ParsedLink;
  fields: readonly Field[];
  description: Description | null;
  plan: Plan;
  data: DataInfo;
  score: Score;
  /** How far it is trained. */
  step: number;
  /** What happened, in plain words; empty where the run is not over. */
  outcome: string;
  /** The label of the engine. */
  engine: string;
  shared: Shared;
  /** The digest of the finished run. */
  check: string | null;
  /** The link that trains it again. */
  address: string;
  version: string;
}

export interface Report {
  /** "LeNet-5, MNIST" */
  title: string;
  accuracy: string;
  /** What the accuracy was counted on, and when. */
  scored: string;
  outcome: string;
  recipe: string;
  /** In what it differs from the network's own recipe, a sentence each. */
  changes: readonly string[];
  address: string;
  facts: readonly (readonly [term: string, value: string])[];
  check: string;
}

/** A link of layers may be longer than the sheet. */
const LONGEST_ADDRESS = 420;

export function reportOf(run: ScoredRun): Report {
  const { parsed, fields, plan, score, step } = run;
  return {
    title: subjectOf(parsed.values, fields),
    accuracy: percent(score.accuracy),
    scored: scoredText(run),
    outcome: run.outcome || unfinished(step, plan.steps).join(" "),
    recipe: `${subjectOf(parsed.values, fields)}${lengthAndSeed(parsed.values)}.`,
    changes: changesOf(parsed, fields)
      .filter(({ key }) => !TOLD.includes(key))
      .map(({ label, value, default: own }) =>
        msg("{label}: {value} (the network's own recipe: {own})", { label, value, own }),
      ),
    address: shortened(run.address),
    facts: factsOf(run),
    check: checkWords(run.shared, run.check),
  };
}

/** What the accuracy was counted on, and when. */
function scoredText({ plan, data, score }: ScoredRun): string {
  const images = count(score.examples);
  const mirrors = withMirrors(score);
  const [step, steps] = [count(score.step), count(plan.steps)];
  const isPart = score.examples < data.test;
  if (score.step === plan.steps) {
    return isPart
      ? msg("of the first {images} test images right{mirrors}", { images, mirrors })
      : msg("of {images} test images right{mirrors}", { images, mirrors });
  }
  return isPart
    ? msg("of the first {images} test images right{mirrors} after step {step} of {steps}", {
        images,
        mirrors,
        step,
        steps,
      })
    : msg("of {images} test images right{mirrors} after step {step} of {steps}", { images, mirrors, step, steps });
}

function factsOf({ description, plan, data, score, engine, version }: ScoredRun): [string, string][] {
  const [train, test] = [count(data.train), count(data.test)];
  return [
    [
      msg("Data"),
      msg("{title}: {train} images to train on, {test} to test with", { title: translated(data.title), train, test }),
    ],
    [msg("Training"), lengthText(plan)],
    ...(description ? networkFacts(description) : []),
    [msg("Test loss"), loss(score.loss)],
    [msg("Engine"), translated(engine)],
    ["Bunsen", version],
  ];
}

function lengthText({ epochs, stepsPerEpoch, batch, steps }: Plan): string {
  const images = plural(batch, "{count} image a step", "{count} images a step");
  if (steps !== epochs * stepsPerEpoch) return `${plural(steps, "{count} step", "{count} steps")}, ${images}`;
  const each = count(stepsPerEpoch);
  return `${plural(epochs, "{count} epoch of {each} steps", "{count} epochs of {each} steps", { each })}, ${images}`;
}

function networkFacts({ parameters, multiplyAdds, layers }: Description): [string, string][] {
  const among = { parameters: count(parameters) };
  return [
    [
      msg("Parameters"),
      plural(layers.length, "{parameters} in {count} layer", "{parameters} in {count} layers", among),
    ],
    [msg("Work"), msg("{number} multiply-adds an image", { number: count(multiplyAdds) })],
  ];
}

function shortened(address: string): string {
  if (address.length <= LONGEST_ADDRESS) return address;
  return msg("{beginning}… (cut off here: Share gives the whole link)", {
    beginning: address.slice(0, LONGEST_ADDRESS),
  });
}

/** The run's receipt: whether somebody else can have the same run, and how they see it. */
export function checkWords(
  { verdict, checkedLink, handedOver, engine, computedFrom, isFinished }: Shared,
  check: string | null,
): string {
  if (verdict && ["same", "within", "differs", "outside"].includes(verdict.kind)) {
    const text = translated(verdict.text);
    return check ? msg("{verdict} The check of this run is {check}.", { verdict: text, check }) : text;
  }
  if (checkedLink && check) {
    return msg(
      "Check {check}. It is a digest of the recipe, the data, the loss of every step and the final weights. Whoever trains this link on the CPU engine, in any browser, gets the same numbers, and Bunsen compares the check.",
      { check },
    );
  }
  if (!isFinished) return msg("The run is not finished, so it has no check yet.");
  if (handedOver !== null) return `${msg("No check: another engine went on with this run.")} ${translated(BAND)}`;
  if (engine === "gpu") return `${msg("No check: this run was computed on a GPU.")} ${translated(BAND)}`;
  if (computedFrom > 0) {
    return msg("No check: the first steps of this run come from a file and were not computed here.");
  }
  return msg("No check to compare with: whoever opens the link trains the same recipe.");
}

const BAND = defineMessage("Whoever trains the link starts the same, and stays within a band around this run.");

/** Why there is nothing to report; null where there is. */
export function nothingToReport(step: number, score: Score | null, failure: string | null): string | null {
  if (step === 0) {
    return msg("Nothing to report yet: this network is not trained. Train it, then open the report again.");
  }
  if (score && score.step <= step) return null;
  if (failure !== null) {
    return msg("No report: the run could not be scored. {why}", { why: translated(failure) });
  }
  return msg(
    "Nothing to report yet: the run has not been scored. That happens at the end of an epoch, and when the run ends.",
  );
}

/** @param shown how many of all mistakes are on the sheet */
export function mistakesTitle(shown: number, all: number): string {
  if (all === 0) return msg("No mistakes on the test images");
  return shown < all
    ? msg("The worst {shown} of {all} mistakes", { shown: count(shown), all: count(all) })
    : msg("All mistakes: {all}", { all: count(all) });
}

/** More classes are no matrix that can be read on paper. */
const MOST_CLASSES = 20;
const WORST_CELLS = 5;

/** The most frequent confusions in a sentence, where the matrix is too large for the sheet; null where it is not. */
export function insteadOfMatrix(confusion: readonly (readonly number[])[], classes: readonly string[]): string | null {
  if (classes.length <= MOST_CLASSES) return null;
  const name = (label: number): string => classes[label] ?? String(label);
  const wrong = confusion
    .flatMap((row, label) => row.map((images, predicted) => ({ label, predicted, images })))
    .filter(({ label, predicted, images }) => label !== predicted && images > 0)
    .sort((a, b) => b.images - a.images)
    .slice(0, WORST_CELLS)
    .map(({ label, predicted, images }) =>
      msg("{is} as {said} ({images})", { is: name(label), said: name(predicted), images: count(images) }),
    );
  const instead = msg("A confusion matrix of {number} classes does not fit on this sheet.", {
    number: count(classes.length),
  });
  if (wrong.length === 0) return instead;
  return `${instead} ${msg("Most frequent mistakes: {mistakes}.", { mistakes: wrong.join(", ") })}`;
}
