/** The blocks of a lesson: what an author may put between paragraphs. */
import { readBody, listOf, type Body, type Keys, type Value } from "./body.js";
import { experimentOf, figureOf } from "./experiment.js";
import { escaped, tag } from "./html.js";
import { refuse, type Place } from "./lesson-error.js";
import { plotOf, type Quantity } from "./plot.js";
import { LOOKS } from "./run-file.js";
import type { Runs, KnownRun } from "./runs.js";
import { runOf, runsOf } from "./runs.js";

/** What blocks are made with. */
export interface BlockContext {
  runs: Runs;
  /** Markdown within a line, as HTML. */
  inline: (value: Value, isAsked?: boolean) => string;
  /** Its text as it is, for an attribute or a title. */
  plain: (value: Value) => string;
  /** Where the bench is, from the lesson's page: "../../". */
  bench: string;
  /** The address of the site as a teacher's page would have it. */
  site: string;
}

type Block = (body: Body, id: string, context: BlockContext) => string;

/** What each kind of block may say, and what it becomes. */
const BLOCKS: Readonly<Record<string, { keys: Keys; block: Block }>> = {
  experiment: {
    keys: {
      title: "one",
      runs: "one",
      train: "many",
      quantity: "maybe",
      edit: "maybe",
      show: "maybe",
      try: "maybe",
      caption: "one",
      alt: "one",
    },
    block: experimentOf,
  },
  figure: { keys: { runs: "one", quantity: "maybe", caption: "one", alt: "one" }, block: figureOf },
  prediction: {
    keys: {
      ask: "one",
      draw: "maybe",
      choice: "many",
      right: "maybe",
      runs: "one",
      quantity: "maybe",
      reveal: "one",
      alt: "one",
    },
    block: predictionOf,
  },
  question: { keys: { ask: "one", answer: "one" }, block: questionOf },
};

/** Code that is shown as it is. */
const CODE = ["", "text", "python", "js", "html", "bibtex"];

/** A block as its author wrote it. */
export interface Written {
  kind: string;
  /** Its name, which no other block of the lesson has. */
  id: string;
  body: Body;
}

/**
 * Reads a fenced block; null of one that is code.
 *
 * @param info what stands behind its fence: "prediction training-error"
 */
export function readBlock(info: string, text: string, place: Place): Written | null {
  const [kind = "", id = "", ...more] = info.trim().split(/\s+/);
  if (CODE.includes(kind)) return null;
  const known = Object.hasOwn(BLOCKS, kind) ? BLOCKS[kind] : undefined;
  if (!known)
    refuse(
      place,
      `There is no block “${kind}”: there are ${Object.keys(BLOCKS).join(", ")}, and code (${CODE.filter(Boolean).join(", ")}).`,
    );
  if (!/^[a-z][a-z0-9-]*$/.test(id) || more.length > 0)
    refuse(place, `A block has a name of its own behind “${kind}”, of small letters, digits and hyphens.`);
  const article = kind === "experiment" ? "an" : "a";
  return { kind, id, body: readBody(text, known.keys, `${article} ${kind}`, place) };
}

/** A fenced block as HTML; null of one that is code. @param ids of the blocks and headings before it */
export function blockOf(
  info: string,
  text: string,
  place: Place,
  context: BlockContext,
  ids: Set<string>,
): string | null {
  const written = readBlock(info, text, place);
  if (!written) return null;
  const { kind, id, body } = written;
  if (ids.has(id)) refuse(place, `There are two blocks “${id}”.`);
  ids.add(id);
  return BLOCKS[kind]!.block(body, id, context);
}

/** The runs that a block draws. */
export function drawnRuns(body: Body, runs: Runs): KnownRun[] {
  const value = body.one("runs");
  const drawn = listOf(value).flatMap((name) => runsOf(name, runs, value));
  for (const one of drawn) {
    const other = drawn.find(({ look, title }) => look !== undefined && look === one.look && title !== one.title);
    if (other) refuse(value, `“${one.name}” and “${other.name}” look alike: their run files have the same “look”.`);
  }
  const recipes = new Set(drawn.map(({ title }) => title)).size;
  if (recipes > LOOKS) refuse(value, `A picture shows ${LOOKS} recipes at most, and here are ${recipes}.`);
  return drawn;
}

/** @param runs that it is drawn of, which have to have it */
export function quantityOf(body: Body, runs: readonly KnownRun[]): Quantity {
  const value = body.maybe("quantity");
  if (!value || value.text === "loss") return "loss";
  if (value.text === "gradient") {
    const without = runs.find(({ gradients }) => !gradients);
    if (without) refuse(value, `“${without.name}” has no gradients: its run file says no “gradientsAt”.`);
    return "gradient";
  }
  if (value.text !== "shift") refuse(value, `“${value.text}” is no quantity: there are loss, gradient, shift.`);
  const without = runs.find(({ shifted }) => !shifted);
  if (without) refuse(value, `“${without.name}” was not asked about shifted images: its run file says no “shiftsTo”.`);
  return "shift";
}

/** Something to commit to before the runs are seen: a curve that is drawn, or one of several sentences. */
function predictionOf(body: Body, id: string, { runs, inline, plain }: BlockContext): string {
  const draw = body.maybe("draw");
  const choices = body.all("choice");
  if (draw ? choices.length > 0 : choices.length < 2 || choices.length > 4)
    refuse(body.place, "A prediction is a curve (“draw”), or two to four choices (“choice”).");
  const hidden = draw && runOf(draw.text, runs, draw);
  const shown = drawnRuns(body, runs);
  if (hidden && !shown.includes(hidden)) refuse(draw, `“${draw.text}” is not among the runs of this block.`);
  const right = body.maybe("right");
  if (Boolean(right) === Boolean(draw))
    refuse(body.place, draw ? "A curve has no “right”." : "“right” has to say which choice came true: 1, 2 …");
  if (right && !choices[Number(right.text) - 1]) refuse(right, `There is no choice ${right.text}.`);
  const quantity = quantityOf(body, shown);
  if (draw && quantity !== "loss") refuse(draw, "A curve that is drawn is of the loss.");
  const plot = plotOf({ runs: shown, quantity, alt: plain(body.one("alt")), id });
  const list = choices.map((choice) => `<li>${inline(choice)}</li>`).join("");
  return tag(
    "section",
    {
      class: "prediction",
      id,
      "aria-labelledby": `${id}-ask`,
      "data-draw": hidden?.name,
      "data-right": right?.text,
    },
    `<p class="kind">Predict</p><p class="ask" id="${id}-ask">${inline(body.one("ask"))}</p>` +
      (list && `<ol class="choices">${list}</ol>`) +
      `<details class="reveal"><summary>Show what happened</summary><figure>${plot}<figcaption>${inline(body.one("reveal"))}</figcaption></figure></details>`,
  );
}

function questionOf(body: Body, id: string, { inline }: BlockContext): string {
  return `<section class="question" id="${escaped(id)}"><p class="ask">${inline(body.one("ask"), true)}</p><details><summary>Answer</summary><p>${inline(body.one("answer"))}</p></details></section>`;
}
