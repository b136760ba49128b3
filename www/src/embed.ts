// An experiment in somebody else's page: see docs/embed.md.
import { effect } from "@preact/signals-core";

import { Bench } from "./bench/bench.js";
import { startEngineWorker } from "./bench/engine-worker.js";
import { ownAddress, PAGE_ADDRESS, type Address } from "./bench/link.js";
import { shareOf, sharedOf } from "./bench/share.js";
import type { EmbedState } from "../../crate/js/element/element.js";
import { Comparison } from "./embed/comparison.js";
import { Host, type Told } from "./embed/host.js";
import { readLook, type Look } from "./embed/look.js";
import { Player } from "./embed/player.js";
import { failureOf, isLocked, isOpening, refusalOf, resultOf } from "./state/run-state.js";
import { chooseTheme } from "./ui/theme.js";
import { startLanguage } from "./words/language.js";
import { surviveTranslators } from "./words/translators.js";

declare const BUNSEN_VERSION: string;

/** The host is told of steps this often at most. */
const TELL_INTERVAL_MS = 250;

const { look, warning } = readLook(location.search);
if (warning !== null) console.warn(warning);
chooseTheme(look.theme);
surviveTranslators();
await startLanguage(look.lang);
(await import("./words/page-text.js")).translatePage();
await loaded(look);
// Whoever is to see what more workers do begins with one.
const bench = open(PAGE_ADDRESS, look.show.has("workers") ? 1 : null);
const comparison =
  look.compare &&
  new Comparison(bench, look.compare, (link) => open(ownAddress(link), bench.state.stores.engine.current.workers));
const { EmbedApp } = await import("./embed/embed-app.js");
const player = new Player(bench, look, comparison);
const app = document.querySelector("embed-app");
const host = new Host(
  {
    start: () => player.start(),
    pause: () => player.pause(),
    reset: () => player.reset(),
    set: changed,
    state: stateNow,
    wrong: wrongNow,
    snapshot: () => (app instanceof EmbedApp ? app.snapshot : null),
    losses: () => bench.series.curves.loss.slice(0, bench.series.curves.length),
    slide: (isShown) => player.away("other-slide", !isShown),
  },
  BUNSEN_VERSION,
);
if (app instanceof EmbedApp) {
  Object.assign(app, { bench, look, player, comparison, onHeight: (height: number) => host.resize(height) });
}
host.listen();
follow();
// Before that there is no recipe that a host could change.
await opened();
host.open();

/** A reader of somebody else's page has asked for nothing to be kept. */
function open(address: Address, workers: number | null): Bench {
  return new Bench(startEngineWorker, { keeps: false, address, workers });
}

/** Settles when the engine has taken the recipe or refused it, or could not be opened. */
function opened(): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (isOpening(bench.state.run)) return;
      resolve();
      // It may come to that at once, before there is anything to stop.
      queueMicrotask(() => stop());
    });
  });
}

/** Changes a value of the recipe, and waits until it is taken or refused. Gives what is wrong with it. */
async function changed(key: string, value: string): Promise<string | null> {
  const wrong = player.set(key, value);
  if (wrong !== null) return wrong;
  await new Promise<void>((resolve) => {
    const stop = effect(() => {
      const { run, recipe } = bench.state;
      const waits = player.isChanging || recipe.addressFollows || recipe.isReading;
      if (isLocked(run) || isOpening(run) || waits) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
  return wrongNow();
}

/** Tells the host of the run: of its phases at once, of its steps a few times a second. */
function follow(): void {
  let phase = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (type: "state" | "progress" | "finish"): void => host.tell({ type, state: stateNow() });
  effect(() => {
    const { run, progress } = bench.state;
    const message = wrongNow();
    if (run.phase !== phase) {
      phase = run.phase;
      clearTimeout(timer);
      timer = undefined;
      queueMicrotask(() => {
        tell(run.phase === "finished" ? "finish" : "state");
        if (message !== null) host.tell({ type: "error", message } satisfies Told);
      });
    } else if (progress.step > 0 && timer === undefined) {
      timer = setTimeout(() => {
        timer = undefined;
        tell("progress");
      }, TELL_INTERVAL_MS);
    }
  });
}

function wrongNow(): string | null {
  const { run, recipe } = bench.state;
  return (refusalOf(run) ?? recipe.nextRefusal ?? failureOf(run))?.message ?? null;
}

function stateNow(): EmbedState {
  const { state, series } = bench;
  const { curves } = series;
  const { run, plan, progress, results } = state;
  const result = resultOf(run);
  // The trained run's, whatever was changed since.
  const { link: ofRun } = shareOf({ ...sharedOf(state), next: null, isPartRefused: false });
  return {
    recipe: state.recipe.parsed?.link ?? state.recipe.link,
    next: state.recipe.next?.link ?? null,
    phase: run.phase,
    step: progress.step,
    steps: plan?.steps ?? 0,
    loss: curves.length > 0 ? (curves.loss[curves.length - 1] ?? null) : null,
    accuracy: results.score?.accuracy ?? null,
    check: result?.check ?? null,
    link: new URL(`./#${ofRun}`, location.href.replace(/[?#].*/, "")).href,
    verdict: results.verdict?.text ?? null,
  };
}

/** Waits until the engine is wanted. */
async function loaded({ load }: Look): Promise<void> {
  if (load === "now") return;
  const poster = document.querySelector<HTMLButtonElement>("#poster");
  if (!poster) return;
  poster.hidden = false;
  await new Promise<void>((resolve) => {
    poster.addEventListener("click", () => resolve(), { once: true });
    if (load === "near") {
      const observer = new IntersectionObserver((entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(document.documentElement);
    }
  });
  poster.remove();
}
