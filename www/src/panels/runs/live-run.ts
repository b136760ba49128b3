import type { Bench } from "../../bench/bench.js";
import { choiceLabel } from "../../fields.js";
import { isLocked } from "../../state/run-state.js";
import { freeSlot } from "../../state/runs.js";
import type { ComparedRun } from "./lines.js";

/** The run at hand while it trains, as it is now, with the letter that it has in the list or gets there; null where nothing trains. */
export function liveRun({ state, series }: Bench): ComparedRun | null {
  const { run, runs, recipe, plan } = state;
  const { parsed } = recipe;
  // In English, as the list has it of other runs: they are compared by that.
  const { data, recipe: declared } = state.stores;
  if (!isLocked(run) || !plan || !parsed || series.curves.length === 0) return null;
  const listed = runs.list.find(({ id }) => id === runs.atHand);
  const { curves } = series;
  return {
    id: runs.atHand,
    name: listed?.name ?? "",
    values: parsed.values,
    link: parsed.link,
    steps: plan.steps,
    curves,
    scores: curves.scores,
    stepsPerEpoch: plan.stepsPerEpoch,
    seconds: listed?.seconds ?? null,
    secondsPerStep: listed?.secondsPerStep ?? null,
    isFromFile: false,
    data:
      listed?.data ??
      data.current.info?.title ??
      choiceLabel(declared.current.fields, "data", parsed.values["data"] ?? ""),
    dataDigest: listed?.dataDigest ?? "",
    slot: listed?.slot ?? freeSlot(runs.list),
  };
}
