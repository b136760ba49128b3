import { html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";

import { drawnInsteadOf } from "../../../crate/js/drawn-data.js";
import { choiceLabel, choicesOf, fieldOf } from "../fields.js";
import type { Occupation } from "../state/engine.js";
import { failureOf, refusalOf } from "../state/run-state.js";
import { alerts } from "../styles/alerts.js";
import { shared } from "../styles/shared.js";
import { refusalText } from "../panels/recipe/refusal.js";
import { button } from "../ui/button.js";
import { failureNote } from "../ui/failure-note.js";
import { loadPart } from "../ui/load-part.js";
import { timeAgo, count } from "../format.js";
import { BenchElement } from "./bench-element.js";
import type {} from "./weights-alerts.js";
import { stoppedRunOf } from "./stopped-run.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

const OCCUPATIONS: Record<Occupation, () => string> = {
  preparing: () => msg("Waiting for the preparation of the run, which cannot be broken off …"),
  step: () => msg("Waiting for the step in progress …"),
  scoring: () => msg("Waiting for the part of the score in progress …"),
};

/** Errors with what can be done about them, and notices. */
@customElement("bench-alerts")
export class BenchAlerts extends BenchElement {
  static override styles = [shared, alerts];

  /** What tells of files of weights is loaded when there is one. */
  #loading: Promise<void> | undefined;
  /** Why it could not be. */
  @internal() private loadFailure: string | undefined;

  override render() {
    const { results, recipe, engine } = this.state;
    const { notices, autosaveNotice, handedOver, rounded } = results;
    const { otherLink, drawnFor } = recipe;
    const notes = autosaveNotice === null ? notices : [...notices, autosaveNotice];
    return html`
      ${this.#waiting()} ${this.#refusal()} ${this.#unreadable()} ${this.#failure()} ${this.#stopped()}
      ${this.#weights()}
      ${
        otherLink === null
          ? nothing
          : html`
              <div class="item" role="alert">
                <p>
                  ${msg("The address now holds another recipe. Opening it starts a new run, and the one under way ends.")}
                </p>
                <button type="button" @click=${() => this.bench.recipe.openOther()}>${msg("Open the link")}</button>
                <button type="button" @click=${() => this.bench.recipe.keepRun()}>${msg("Keep this run")}</button>
              </div>
            `
      }
      ${
        drawnFor === null
          ? nothing
          : html`
              <div class="item" role="note">
                <p>
                  ${msg(
                    "{data} is not here, so this network trains on images that Bunsen makes. Choose {data} as the data to see how to get it.",
                    { data: translated(drawnFor) },
                  )}
                </p>
              </div>
            `
      }
      ${
        handedOver === null
          ? nothing
          : html`
              <div class="item" role="note">
                <p>
                  ${msg(
                    "Handed over at step {step}: the steps after it are computed by {engine}. So the check of this run is not that of a run on the CPU engine.",
                    { step: count(handedOver), engine: engine.engine?.label ?? msg("another engine") },
                  )}
                </p>
              </div>
            `
      }
      ${
        rounded === null
          ? nothing
          : html`
              <div class="item" role="note">
                <p>
                  ${msg(
                    "The weights of this network were rounded to {bits} bits when it was recorded. What it answers, and its accuracy, are those of the rounded weights.",
                    { bits: String(rounded) },
                  )}
                </p>
              </div>
            `
      }
      ${notes.map((notice) => html`<div class="item" role="note"><p>${translated(notice)}</p></div>`)}
    `;
  }

  protected override willUpdate(): void {
    if (this.#hasWeights) this.#loading ??= this.#loadWeights();
  }

  /** Whether there is something to say of a file of weights. */
  get #hasWeights(): boolean {
    const { offered, missing, initial } = this.state.files;
    return this.state.data.isAbsent || offered !== null || missing !== null || initial !== null;
  }

  async #loadWeights(): Promise<void> {
    this.loadFailure = await loadPart(() => import("./weights-alerts.js"));
    // It is tried again when it is next needed.
    if (this.loadFailure !== undefined) this.#loading = undefined;
  }

  #weights() {
    if (!this.#hasWeights) return nothing;
    return html`${failureNote(this.loadFailure)} <weights-alerts .bench=${this.bench}></weights-alerts>`;
  }

  /** The worker was told something, and is still at what it did before. */
  #waiting() {
    const { engine, results } = this.state;
    const { waitsFor } = engine;
    if (!waitsFor) return nothing;
    const { checkpoint } = results;
    const then = checkpoint
      ? msg("The run then stands at step {step}, the last that was kept.", { step: count(checkpoint.step) })
      : "";
    return html`
      <div class="item" role="group" aria-label=${msg("Waiting")}>
        <p role="status">${OCCUPATIONS[waitsFor]()}</p>
        ${button(msg("Stop the worker"), { onPress: () => this.bench.stopWorker() })}
        <p class="soft">${msg("Another worker starts at once.")} ${then}</p>
      </div>
    `;
  }

  /** A run of this recipe that was interrupted. It is no alert, because nothing is wrong. */
  #stopped() {
    const stopped = stoppedRunOf(this.state);
    if (!stopped) return nothing;
    const when = timeAgo(Date.now() - stopped.written);
    return html`
      <div class="item" role="group" aria-label=${msg("Stopped run")}>
        <p>
          ${msg(
            "A run of this recipe stopped at step {step}, {when}. It was kept in this browser. Go on, or start anew: then the kept run goes into the list of runs.",
            { step: count(stopped.step), when },
          )}
        </p>
      </div>
    `;
  }

  #unreadable() {
    const { unreadable } = this.state.files;
    return unreadable === null
      ? nothing
      : html`<div class="item bad" role="alert"><p>${translated(unreadable)}</p></div>`;
  }

  #refusal() {
    const { run, recipe } = this.state;
    const refusal = refusalOf(run);
    if (!refusal) return nothing;
    const { key } = refusal;
    const value = key === null ? undefined : (recipe.draft[key] ?? recipe.parsed?.values[key]);
    const alert = html`
      <div class="item bad" role="alert">
        <p>${refusalText(refusal, recipe.fields, value)}</p>
        ${this.#remedy(refusal.key)}
      </div>
    `;
    // A screen reader says an alert again when it is inserted again.
    return keyed(refusal.times, alert);
  }

  /** The default of the value that is refused; where no value alone is, a recipe that is allowed. */
  #remedy(key: string | null) {
    const { parsed, isRest, fields, draft } = this.state.recipe;
    const held = key === null ? undefined : (draft[key] ?? parsed?.values[key]);
    const allowed = key === null ? undefined : (parsed?.defaults[key] ?? parsed?.values[key]);
    const usual = allowed === held ? undefined : allowed;
    const label = key === null ? undefined : fieldOf(fields, key)?.label;
    if (key !== null && usual !== undefined && label !== undefined) {
      const use = (): void => this.bench.recipe.change(key, usual);
      return html`<button type="button" @click=${use}>${msg("Use the default: {label}", { label })}</button>`;
    }
    if (parsed && isRest) {
      const use = (): boolean => this.bench.recipe.openLink(parsed.link);
      return html`<button type="button" @click=${use}>${msg("Use the rest of the link")}</button>`;
    }
    if (parsed && Object.keys(draft).length > 0) {
      const use = (): boolean => this.bench.recipe.openLink(parsed.link);
      return html`<button type="button" @click=${use}>${msg("Use the last recipe")}</button>`;
    }
    return html`<button type="button" @click=${() => this.bench.recipe.useDefaults()}>
      ${msg("Use the default recipe")}
    </button>`;
  }

  #failure() {
    const { run, recipe, results, engine: state } = this.state;
    const failure = failureOf(run);
    if (!failure) return nothing;
    const { step } = this.state.progress;
    const { engine, choice } = state;
    const drawn = drawnInsteadOf(recipe.parsed?.values["data"] ?? "");
    const canDraw = choicesOf(fieldOf(recipe.fields, "data")).some(({ value }) => value === drawn);
    const stopped = failure.during === "training" && failure.kind !== "nan" && step > 0;
    // The module's messages about a loss that is NaN or about a lost GPU name the step themselves.
    const named = failure.kind === "gpu";
    const engineFailed = ["engine", "self-test", "gpu", "run", "crash"].includes(failure.kind);
    // Where the CPU engine itself could not be opened, there is no other engine to go on with.
    const helps = engineFailed && (engine !== null || choice === "gpu");
    return html`
      <div class="item bad" role="alert">
        <p>
          ${translated(failure.message)}
          ${stopped && !named ? msg("The run stopped at step {step}.", { step: count(step) }) : nothing}
          ${helps && stopped ? resumptionText(results.checkpoint?.step) : nothing}
          ${failure.kind === "checkpoint" ? msg("Train starts a run from the first step.") : nothing}
        </p>
        ${failure.kind === "recipe" ? this.#remedy(failure.key ?? null) : nothing}
        ${
          failure.kind === "data" || failure.kind === "storage"
            ? button(msg("Try again"), { onPress: () => this.bench.tryAgain(), primary: true })
            : nothing
        }
        ${
          helps
            ? html`<button type="button" @click=${() => this.bench.goOnWithCpu()}>
                ${msg("Go on with the CPU engine")}
              </button>`
            : nothing
        }
        ${
          failure.kind === "data" && canDraw
            ? html`
                <button type="button" @click=${() => this.bench.recipe.change("data", drawn)}>
                  ${msg("Use {data} instead", { data: choiceLabel(recipe.fields, "data", drawn) })}
                </button>
              `
            : nothing
        }
      </div>
    `;
  }
}

function resumptionText(checkpointStep: number | undefined): string {
  if (!checkpointStep) return msg("The CPU engine can start it again from the first step.");
  return msg("The CPU engine can go on from step {step}, the last that was kept.", { step: count(checkpointStep) });
}
