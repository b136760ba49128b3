import { css, html, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { save } from "../../bench/files.js";
import { lastScoreText } from "../../score-text.js";
import { isLocked } from "../../state/run-state.js";
import { subjectOf } from "../../figure/recipe.js";
import { count, fixed, roughDuration, timeAgo } from "../../format.js";
import { differences } from "../../runs/difference.js";
import { letterOf, shortened } from "../../runs/short-names.js";
import type { StoredRun } from "../../runs/stored-run.js";
import type { QueuedRecipe } from "../../state/queue.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { valueOf } from "../../ui/select.js";
import type { Line } from "./lines.js";
import "./run-variation.js";
import { msg, plural } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** More of a run of the list: how it was trained, and what can be done with it. */
@customElement("run-item")
export class RunItem extends BenchElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 0.4rem;
        padding: 0.6rem 0.75rem;
        border-radius: var(--radius-small);
        background: var(--sunk);
        font-size: 0.875rem;
      }

      .name {
        display: flex;
        gap: 0.5rem;
        align-items: center;
      }

      .name input {
        max-width: 24rem;
        min-height: 2rem;
        padding: 0.1rem 0.4rem;
      }

      .summary {
        overflow-wrap: anywhere;
      }

      .buttons {
        gap: 0.4rem;
      }

      .buttons button {
        min-height: 2rem;
        padding: 0.15rem 0.6rem;
        font-size: 0.8125rem;
      }

      button[aria-pressed="true"] {
        border-color: var(--flame);
        background: var(--flame-wash);
      }
    `,
  ];

  @property({ attribute: false }) run!: StoredRun;
  /** What it is called beside the others. */
  @property() called = "";
  /** The run that it is held against. */
  @property({ attribute: false }) reference: Line | null = null;
  /** Whether the form is open that trains it again with one change. */
  @internal() private isVaried = false;
  /** Why that was not taken. */
  @internal() private refusal = "";

  override render() {
    const { id, name, link, slot } = this.run;
    return html`
      <label class="name">
        ${msg("Name")}
        <input
          aria-label=${msg("Name of {run}", { run: letterOf(slot) })}
          placeholder=${shortened(this.called)}
          .value=${name}
          @change=${(event: Event) => this.bench.runs.rename(id, valueOf(event))}
        />
      </label>
      <p class="summary soft">${summaryOf(this.run)}<br />${link}</p>
      ${this.#differences()} ${this.#buttons()}
      <p class="soft">
        ${msg("“Use as reference” compares the next run with it, step by step. “Keep”: it does not go for newer ones.")}
      </p>
      ${
        this.isVaried
          ? html`<run-variation
              .run=${this.run}
              .called=${this.called}
              .fields=${this.state.recipe.fields}
              .refusal=${this.refusal}
              @vary=${this.#vary}
            ></run-variation>`
          : nothing
      }
    `;
  }

  /** In what its recipe differs from that of the first one that is drawn. */
  #differences() {
    const { reference, run } = this;
    if (!reference) return nothing;
    const all = differences(reference.run.values, run.values, this.state.recipe.fields);
    const pair = `${letterOf(reference.slot)} → ${letterOf(run.slot)}`;
    if (all.length === 0) return html`<p><b>${pair}</b> ${msg("the same recipe")}</p>`;
    return html`
      <ul aria-label=${msg("Differences of the recipes")}>
        ${all.map(({ label, from, to }) => html`<li><b>${pair}</b> ${label}: ${from} → ${to}</li>`)}
      </ul>
    `;
  }

  #buttons() {
    const { runs, files, recipe } = this.bench;
    const { id, name, pinned, link, text, slot } = this.run;
    const enabled = !isLocked(this.state.run);
    return html`
      <div class="buttons" role="group" aria-label=${letterOf(slot)}>
        <button type="button" aria-expanded=${this.isVaried ? "true" : "false"} @click=${this.#toggleVariation}>
          ${msg("Train again with one change")}
        </button>
        ${
          this.state.runs.checkpoints.has(id)
            ? button(msg("Open this run"), { enabled, onPress: () => void files.openKept(this.run) })
            : nothing
        }
        ${button(msg("Load settings"), { enabled, onPress: () => recipe.openLink(link) })}
        ${button(msg("Use as reference"), {
          enabled,
          onPress: () => void files.openRun(new File([text], name || letterOf(slot))),
        })}
        <button type="button" @click=${() => save(text, `${this.#fileName}.bunsen.json`, "application/json")}>
          ${msg("Save")}
        </button>
        <button type="button" aria-pressed=${pinned ? "true" : "false"} @click=${() => runs.pin(id, !pinned)}>
          ${msg("Keep")}
        </button>
        <button type="button" @click=${() => runs.remove(id)}>${msg("Remove")}</button>
      </div>
    `;
  }

  /** Of what it was trained, and by what it differs. */
  get #fileName(): string {
    const { name, values } = this.run;
    const words = name || `${subjectOf(values, this.state.recipe.fields)} ${letterOf(this.run.slot)}`;
    const plain = words.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    return plain.slice(0, 100).toLowerCase() || "run";
  }

  readonly #toggleVariation = (): void => {
    this.isVaried = !this.isVaried;
  };

  async #vary({ detail }: CustomEvent<QueuedRecipe>): Promise<void> {
    const refusal = await this.bench.queue.add(detail);
    this.refusal = refusal ?? "";
    if (refusal === null) this.isVaried = false;
  }
}

function summaryOf({ curves, steps, scores, seconds, engine, when, data, isFromFile }: StoredRun): string {
  const length =
    curves.length < steps
      ? msg("stopped at step {step} of {steps}", { step: count(curves.length), steps: count(steps) })
      : plural(steps, "{count} step", "{count} steps");
  const accuracy = lastScoreText({ scores });
  const time =
    seconds === null
      ? ""
      : msg(", {duration} of training", {
          duration: seconds < 5 ? msg("{number} seconds", { number: fixed(1, seconds) }) : roughDuration(seconds),
        });
  const summary = msg("{length} on {data}{accuracy}{time}, by {engine}, {when}", {
    length,
    data: translated(data),
    accuracy,
    time,
    engine: translated(engine),
    when: timeAgo(Date.now() - when),
  });
  // What a run file from elsewhere says of its score and its engine nobody checked.
  return isFromFile ? msg("its file says: {summary}", { summary }) : summary;
}
