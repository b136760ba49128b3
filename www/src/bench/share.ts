import { isCustom } from "../../../crate/js/custom-dataset-keys.js";
import { INIT_KEY } from "../../../crate/js/init-key.js";
import type { Verdict } from "../module.js";
import type { HeldWeights } from "../protocol.js";
import type { AppState } from "../state/app-state.js";
import { refusalOf, resultOf } from "../state/run-state.js";
import { msg, plural } from "../words/msg.js";

/** What a recipe needs that is not in its link. */
interface Needed {
  /** A person's own images. */
  isCustom: boolean;
  /** The file of weights that it starts from, unless that comes with the page. */
  startsFromFile: boolean;
}

/** What is shared: the run, or the recipe where nothing of it is trained. */
export interface Shared {
  /** As it was opened, maybe with somebody's check. */
  link: string;
  /** Null where the link was refused. */
  recipe: ({ link: string; isChecked: boolean } & Needed) | null;
  engine: "cpu" | "gpu" | null;
  step: number;
  isFinished: boolean;
  /** With this run's check, where it has one to be compared with. */
  checkedLink: string | null;
  /** Where another engine took the run over. */
  handedOver: number | null;
  /** Steps up to this one come from a file that was opened. */
  computedFrom: number;
  verdict: Verdict | null;
  /** The changed settings that wait to be trained: they are shared in place of the run. */
  next: ({ link: string } & Needed) | null;
  /** Whether a changed setting is refused, which is in no link. */
  isPartRefused: boolean;
}

/** The link to give away, and what it can do for this run. */
export interface SharedLink {
  link: string;
  text: string;
}

export function sharedOf({ stores }: AppState): Shared {
  const { recipe, run, engine, progress, results, files } = stores;
  const { parsed, link, next, nextRefusal } = recipe.current;
  const { initial } = files.current;
  const checkedLink = resultOf(run.current)?.checkedLink ?? null;
  const isTaken = parsed !== null && refusalOf(run.current) === null;
  return {
    link,
    recipe: isTaken
      ? { link: parsed.link, isChecked: Boolean(parsed.check), ...neededBy(parsed.values, initial) }
      : null,
    engine: engine.current.engine?.kind ?? null,
    step: progress.current.step,
    isFinished: run.current.phase === "finished",
    checkedLink,
    handedOver: results.current.handedOver,
    computedFrom: results.current.computedFrom,
    verdict: results.current.verdict,
    next: next && { link: next.link, ...neededBy(next.parsed.values, initial) },
    isPartRefused: nextRefusal !== null,
  };
}

export function shareOf(run: Shared): SharedLink {
  const { link, text } = sharedLinkOf(run);
  return {
    link,
    text: run.isPartRefused ? `${text} ${msg("The value that is not allowed is not in it.")}` : text,
  };
}

function sharedLinkOf(run: Shared): SharedLink {
  if (run.next) {
    const text = msg(
      "The link is copied, with the changed settings: whoever opens it trains them. They are not trained here yet, so it has no check.",
    );
    return { link: run.next.link, text: withNeeded(text, run.next) };
  }
  const { recipe, link, checkedLink, verdict } = run;
  if (!recipe) return { link, text: msg("The link is copied as it is. It has a value that is not allowed.") };
  if (checkedLink) {
    const text = msg(
      "The link is copied, with the check of this run: whoever trains it sees whether theirs is the same.",
    );
    return { link: checkedLink, text: withNeeded(text, recipe) };
  }
  if (!recipe.isChecked) {
    const text = msg("The link is copied: {promise}", { promise: promiseOf(run) });
    return { link: recipe.link, text: withNeeded(text, recipe) };
  }
  const missed = verdict?.kind === "differs" || verdict?.kind === "outside";
  if (missed) {
    const text = msg("The link is copied, without the check that it came with: this run did not meet it.");
    return { link: recipe.link, text: withNeeded(text, recipe) };
  }
  const text = msg("The link is copied, with the check that it came with, which is not of this run: {promise}", {
    promise: promiseOf(run),
  });
  return { link, text: withNeeded(text, recipe) };
}

function neededBy(values: Readonly<Record<string, string>>, initial: HeldWeights | null): Needed {
  const digest = values[INIT_KEY];
  const comesWithPage = initial?.isShipped === true && initial.digest === digest;
  return { isCustom: isCustom(values), startsFromFile: Boolean(digest) && !comesWithPage };
}

function withNeeded(text: string, { isCustom, startsFromFile }: Needed): string {
  return [
    text,
    ...(isCustom ? [msg("It needs the same images, which are not in the link.")] : []),
    ...(startsFromFile
      ? [msg("It starts from weights in a file, which is not in the link: give that file along with it.")]
      : []),
  ].join(" ");
}

/** What whoever opens the link can expect. */
function promiseOf({ engine, step, isFinished, handedOver, computedFrom }: Shared): string {
  if (step === 0) return msg("whoever opens it trains this recipe.");
  if (handedOver !== null)
    return msg(
      "this run went from one engine to another; whoever trains it starts the same, and stays within a band around this run.",
    );
  if (engine === "gpu")
    return msg(
      "this run is computed on a GPU; whoever trains it starts the same, and stays within a band around this run.",
    );
  if (computedFrom > 0)
    return plural(
      computedFrom,
      "whoever opens it trains this recipe. The first step comes from a file, so the link has no check of this run.",
      "whoever opens it trains this recipe. The first {count} steps come from a file, so the link has no check of this run.",
    );
  return isFinished
    ? msg("whoever opens it trains this recipe. Of this run there is no check to compare theirs with.")
    : msg("whoever opens it trains this recipe. The run is not finished, so the link has no check of it.");
}
