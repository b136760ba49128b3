/** The run at hand as its report has it. */
import type { Bench } from "../bench/bench.js";
import { sharedOf } from "../bench/share.js";
import { recipeLineOf } from "../figure/recipe.js";
import { svgOf } from "../figure/svg.js";
import type { Picture } from "../figure/figure.js";
import { evidenceAtHand } from "../outcome/at-hand.js";
import { notANumber, outcome } from "../outcome/rules.js";
import { told } from "../outcome/sentences.js";
import { plotOf } from "../panels/curves/curves-figure.js";
import { drawingOf } from "../panels/network/network-figure.js";
import { failureOf, resultOf } from "../state/run-state.js";
import { msg } from "../words/msg.js";
import { nothingToReport, reportOf, type Report } from "./report.js";
import { layerTitle } from "../stage/layer-names.js";

/** Version of the site: vite.config.ts writes it. */
declare const BUNSEN_VERSION: string;

/** A report with its figures, as it was when it was opened. */
export interface Sheet {
  report: Report;
  accuracy: SVGElement;
  loss: SVGElement;
  network: SVGElement | null;
}

/** The sheet, or the sentence that says why there is none. */
export function sheetOf(bench: Bench): Sheet | string {
  const { recipe, plan, data, progress, results, engine, run } = bench.state;
  const why = nothingToReport(progress.step, results.score, results.scoreFailure);
  const { parsed, fields, description } = recipe;
  const { score } = results;
  if (why !== null) return why;
  if (!parsed || !plan || !data.info || !score) return msg("Nothing to report: there is no run.");
  const report = reportOf({
    parsed,
    fields,
    description,
    plan,
    data: data.info,
    score,
    step: progress.step,
    outcome: outcomeOf(bench),
    engine: engine.engine?.label ?? "",
    shared: sharedOf(bench.state),
    check: resultOf(run)?.check ?? null,
    address: recipeLineOf(bench).address,
    version: BUNSEN_VERSION,
  });
  const shown = { curves: bench.series.curves, beside: null, last: null, steps: plan.steps };
  return {
    report,
    accuracy: drawn(msg("Accuracy"), plotOf(shown, "accuracy")),
    loss: drawn(msg("Loss"), plotOf(shown, "loss")),
    network: description && drawn(msg("Network: {name}", { name: description.title }), drawingOf(description)),
  };
}

/** What happened in a run that is over, in plain words; empty where it is not. */
function outcomeOf(bench: Bench): string {
  const { run } = bench.state;
  const hasBroken = failureOf(run)?.kind === "nan";
  if (!hasBroken && run.phase !== "finished") return "";
  const evidence = evidenceAtHand(bench);
  const layers = bench.state.recipe.description?.layers ?? [];
  const finding = hasBroken ? notANumber(evidence) : outcome(evidence);
  if (!finding) return "";
  // The sheet has the test accuracy above it.
  return told(finding, evidence.split, (layer) => layerTitle(layers, layer), { besideScore: true }).text;
}

/** A figure in the document itself, so that it is sharp on paper. The sheet has the recipe once, not under each. */
export function drawn(title: string, picture: Picture): SVGElement {
  const figure = { title, fileName: "", notes: [], recipes: [], picture, table: { header: [], rows: () => [] } };
  const { text } = svgOf(figure, { isSmall: true });
  const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
  return document.importNode(documentElement, true) as unknown as SVGElement;
}
