import { css, html, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { save } from "../../bench/files.js";
import { lastScoreText } from "../../score-text.js";
import { isLocked } from "../../state/run-state.js";
import { count, fixed, roughDuration, timeAgo, wholePercent } from "../../format.js";
import type { StoredRun } from "../../runs/stored-run.js";
import type { QueuedRecipe } from "../../state/queue.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { valueOf } from "../../ui/select.js";
import { cssColourOf, dashesOf, letterOf } from "./overlay.js";
import "./run-variation.js";

/** A run of the list: what it reached, and what can be done with it. Fires `variation` when its variation is opened or closed. */
@customElement("run-item")
export class RunItem extends BenchElement {
  static override styles = [
    shared,
    css`
      .run {
        display: grid;
        gap: 0.3rem 0.75rem;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
      }

      .show {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 2rem;
      }

      .show input {
        width: 1.15rem;
        min-height: 1.15rem;
      }

      .show svg {
        width: 2.4rem;
        height: 0.9rem;
      }

      .letter {
        min-width: 0.8rem;
        font-weight: 650;
      }

      .name {
        min-height: 2rem;
        padding: 0.1rem 0.4rem;
        border-color: transparent;
        font-weight: 600;
      }

      .name:hover,
      .name:focus {
        border-color: var(--edge);
      }

      .summary,
      .buttons {
        grid-column: 1 / -1;
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

      @media (max-width: 30rem) {
        .name {
          grid-column: 1 / -1;
          margin-left: -0.4rem;
        }
      }

      @media (min-width: 46rem) {
        .summary,
        .buttons {
          grid-column: 2;
        }
      }
    `,
  ];

  @property({ attribute: false }) run!: StoredRun;
  /** Its slot in the charts, which its letter and colour follow from; null where it is not drawn. */
  @property({ attribute: false }) colourSlot: number | null = null;
  /** Whether its variation is open. */
  @property({ attribute: false }) varied = false;
  /** Why its variation was not taken. */
  @internal() private refusal = "";

  override render() {
    const { runs } = this.bench;
    const { id, name, link } = this.run;
    return html`
      <div class="run">
        <div class="show">
          <input
            type="checkbox"
            aria-label="Show ${name}"
            .checked=${this.colourSlot !== null}
            @change=${(event: Event) => runs.show(id, (event.target as HTMLInputElement).checked)}
          />
          ${this.colourSlot === null ? nothing : swatch(this.colourSlot)}
        </div>
        <input
          class="name"
          aria-label="Name of ${name}"
          .value=${name}
          @change=${(event: Event) => runs.rename(id, valueOf(event))}
        />
        <p class="summary soft">${this.#running()}${summaryOf(this.run)}<br />${link}</p>
        ${this.#buttons()}
      </div>
      ${
        this.varied
          ? html`<run-variation
              .run=${this.run}
              .fields=${this.state.recipe.fields}
              .refusal=${this.refusal}
              @vary=${this.#vary}
            ></run-variation>`
          : nothing
      }
    `;
  }

  /** Of the run at hand, while it trains. */
  #running(): string {
    const { run, runs, plan } = this.state;
    if (runs.atHand !== this.run.id || !isLocked(run) || !plan) return "";
    return `Running, ${wholePercent(this.state.progress.step / plan.steps)}. `;
  }

  #buttons() {
    const { runs } = this.bench;
    const { id, name, pinned, link, text } = this.run;
    const enabled = !isLocked(this.state.run);
    return html`
      <div class="buttons" role="group" aria-label=${name}>
        <button type="button" aria-expanded=${this.varied ? "true" : "false"} @click=${this.#toggleVariation}>
          Duplicate, change …
        </button>
        ${
          this.state.runs.checkpoints.has(id)
            ? button("Open this run", { enabled, onPress: () => void this.bench.files.openKept(this.run) })
            : nothing
        }
        ${button("Open its recipe", { enabled, onPress: () => this.bench.recipe.openLink(link) })}
        ${button("Compare the next run with it", {
          enabled,
          onPress: () => void this.bench.files.openRun(new File([text], name)),
        })}
        <button type="button" @click=${() => save(text, `${fileName(name)}.bunsen.json`, "application/json")}>
          Save
        </button>
        <button
          type="button"
          aria-pressed=${pinned ? "true" : "false"}
          title="A pinned run is not given up for newer ones"
          @click=${() => runs.pin(id, !pinned)}
        >
          Pin
        </button>
        <button type="button" @click=${() => runs.remove(id)}>Remove</button>
      </div>
    `;
  }

  #toggleVariation(): void {
    this.dispatchEvent(new CustomEvent("variation"));
  }

  async #vary({ detail }: CustomEvent<QueuedRecipe>): Promise<void> {
    const refusal = await this.bench.queue.add(detail);
    this.refusal = refusal ?? "";
    if (refusal === null) this.#toggleVariation();
  }
}

/** The line as it is drawn, and the letter at its end. */
function swatch(slot: number) {
  const colour = `color: ${cssColourOf(slot)}`;
  return html`
    <svg viewBox="0 0 38 14" aria-hidden="true" ${inlineStyle(colour)}>
      <path
        d="M1 7H37"
        fill="none"
        stroke="currentColor"
        stroke-width="2.5"
        stroke-dasharray=${dashesOf(slot).join(" ") || "none"}
      ></path>
    </svg>
    <span class="letter" ${inlineStyle(colour)}>${letterOf(slot)}</span>
  `;
}

function summaryOf({ curves, steps, scores, seconds, engine, when, data, isFromFile }: StoredRun): string {
  // What a run file from elsewhere says of its score and its engine nobody checked.
  const said = isFromFile ? "its file says: " : "";
  const length =
    curves.length < steps ? `stopped at step ${count(curves.length)} of ${count(steps)}` : `${count(steps)} steps`;
  const accuracy = lastScoreText({ scores });
  const time =
    seconds === null ? "" : `, ${seconds < 5 ? `${fixed(1, seconds)} seconds` : roughDuration(seconds)} of training`;
  return `${said}${length} on ${data}${accuracy}${time}, by ${engine}, ${timeAgo(Date.now() - when)}`;
}

function fileName(name: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "")
      .toLowerCase() || "run"
  );
}
