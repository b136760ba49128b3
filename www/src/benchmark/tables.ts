/** The report as tables, in words: the page and the Markdown show the same. */
import { withMirrors } from "../score-text.js";
import { FIRST_SCORE, GOALS, SCORE_EVERY, scoredSteps } from "./accuracy.js";
import { number, percent } from "./markdown.js";
import type { Report, StepRow, StepTable, TimeRow } from "./report.js";
import { median, quantile } from "./statistics.js";
import { ENOUGH, served } from "./steps.js";
import { COMPARED } from "./verdict.js";
import { plural } from "./text.js";

export interface Table {
  caption: string;
  /** The first column is the row's name. */
  head: string[];
  rows: Row[];
  notes: string[];
}

export interface Row {
  name: string;
  /** What it computes on, where that is known. */
  detail: string;
  cells: string[];
  /** Why there are no figures. */
  failed: string | null;
}

const NONE = "–";

export function tables(report: Report): Table[] {
  const steps = report.steps.map((table) => stepTable(table, report));
  return report.time.length > 0 ? [...steps, timeTable(report)] : steps;
}

function stepTable({ network, rows, judged }: StepTable, { machine, settings, outcome }: Report): Table {
  const peers = rows.filter((row) => row.library !== "Bunsen" && row.failed === null && row.milliseconds.length > 0);
  const [fastest] = peers.sort((a, b) => median(a.milliseconds) - median(b.milliseconds));
  const peersTakePart = rows.some(({ library }) => library !== "Bunsen");
  const head = ["Engine", "ms a step", "quartiles", "images/s"];
  if (peersTakePart) head.push("× fastest peer");
  head.push("first step ms", "rounds", "steps", "differs by");

  const cells = ({ milliseconds, firstMs, rounds, steps, differs }: StepRow): string[] => {
    const middle = median(milliseconds);
    const quartiles = [0.25, 0.75].map((part) => number(quantile(milliseconds, part))).join("–");
    const timed = milliseconds.length > 0;
    const line = [number(middle), timed ? quartiles : NONE, number((1000 * network.batch) / middle)];
    if (peersTakePart) line.push(fastest && timed ? number(median(fastest.milliseconds) / middle) : NONE);
    line.push(number(firstMs), timed ? String(rounds) : NONE, timed ? String(steps) : NONE);
    line.push(differs === null ? NONE : percent(differs));
    return line;
  };

  const { seconds, rounds, every } = settings;
  const notes = [
    `${network.title}, batch ${network.batch}, ${network.trains}: forward, backward, update, and the loss read back every ` +
      `${every === 1 ? "step" : `${every} steps`}. ms a step is the median of the timed steps, after a first step and ` +
      `${network.warmUp} more to warm up. The engines take turns: ${plural(rounds, "round")}, ${number(seconds)} s for each in all.`,
  ];
  if (rows.some((row) => row.rounds < rounds && served(row, settings))) {
    notes.push(`Who has had its seconds, and ${ENOUGH} timed steps, takes no more turns.`);
  }
  if (peersTakePart) {
    notes.push(
      "The peers' batch lies on their device before the clock runs; Bunsen gathers each batch from its data within the step." +
        (fastest ? ` × fastest peer: how many times as fast as ${fastest.name}.` : ""),
    );
  }
  if (judged) {
    notes.push(
      `Differs by: from the same initial weights on the same batch, each engine's first losses (up to ${COMPARED}) against the ` +
        `median of all.${network.remark === null ? "" : ` ${network.remark}`}`,
    );
  } else if (outcome === "stopped") {
    notes.push("Stopped before the engines' losses were held against each other.");
  }
  const shown = rows.map((row) => ({
    name: row.name,
    detail: detail(row.label) || (row.webgpu && machine.software ? "software adapter" : ""),
    cells: cells(row),
    failed: row.failed,
  }));
  return { caption: `A training step of ${network.title}, batch ${network.batch}`, head, rows: shown, notes };
}

function timeTable({ time, recipe, settings, machine }: Report): Table {
  const head = ["Engine", "opening, s"];
  for (const goal of GOALS) head.push(`to ${whole(goal)}, s`, "training, s", "at step");
  head.push("last score", "steps");
  const scored = recipe === null ? null : scoredSteps(recipe.values, []);
  const peers = time.some(({ library }) => library !== "Bunsen");
  const values = Object.entries(recipe?.values ?? {}).map(([key, value]) => `${key}=${value}`);
  const images = recipe?.values["data"] === "mnist" ? "MNIST's test images" : "the test images";
  const title = images + (recipe?.values["tta"] === "flip" ? withMirrors({ tta: "flip" }) : "");
  return {
    caption: `Seconds to ${GOALS.map(whole).join(" and ")} of ${title}`,
    head,
    rows: time.map((row) => ({
      name: row.name,
      detail: detail(row.label) || (row.webgpu && machine.software ? "software adapter" : ""),
      cells: timeCells(row, settings.limit),
      failed: row.failed,
    })),
    notes: [
      `Recipe: ${settings.recipe}. In full: ${values.join(", ")}.`,
      (scored === null
        ? `Scored at step ${FIRST_SCORE}, then every ${SCORE_EVERY} steps, on the whole test split; the run ends at ` +
          `${whole(GOALS.at(-1) ?? 1)} or with the recipe.`
        : "Scored when the recipe says, on the whole test split; the run ends with the recipe.") +
        ' "To": all seconds from the start of the engine\'s turn, which is ' +
        'the press of Run where it goes first: opening, training and scoring. "Opening": of them, starting the worker and ' +
        "loading the module and the data (from the browser's storage where they lie there), which the bench has done " +
        'before Train is pressed. "Training": of them, the training steps alone.',
      ...(peers ? [PEERS_TIME] : []),
    ],
  };
}

/** What the other libraries' runs have in common with ours, and what not. */
const PEERS_TIME =
  "The other libraries begin with Bunsen's initial weights and train on its images in its order at its learning rates, which they are told before " +
  "their clock runs. They read MNIST's files themselves, put each batch on their device within the step, and their first losses have to be Bunsen's.";

function timeCells({ goals, step, planned, scores, openSeconds, limited }: TimeRow, limit: number): string[] {
  const missing = step === planned ? "not reached" : limited ? `not within ${limit} s` : NONE;
  const line = GOALS.flatMap((_, index) => {
    const goal = goals[index];
    return goal ? [number(goal.seconds), number(goal.trainSeconds), String(goal.step)] : [missing, NONE, NONE];
  });
  const last = scores.at(-1);
  const opening = openSeconds === null ? NONE : number(openSeconds);
  return [opening, ...line, last ? percent(last.accuracy) : NONE, planned === null ? NONE : `${step} of ${planned}`];
}

/** The row's name says already which engine it is; threads join after the label was taken. */
function detail(label: string | null): string {
  return (label ?? "").replace(/^[CG]PU, /, "").replace(/, \d+ threads?$/, "");
}

function whole(share: number): string {
  return `${Math.round(100 * share)} %`;
}
