import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { save } from "../../bench/files.js";
import { isLocked } from "../../bench/state.js";
import { differences } from "../../runs/difference.js";
import { cssColourOf, dashOf, letterOf, type Axis, type Line } from "./overlay.js";
import type { KeptRun } from "../../runs/record.js";
import { shared } from "../../styles/shared.js";
import { SubscriptionController } from "../../ui/controllers/subscription.js";
import { button } from "../../ui/button.js";
import { select, valueOf } from "../../ui/select.js";
import { timeAgo, count, roughDuration, percent } from "../../format.js";
import { PanelElement } from "../panel-element.js";
import "./run-variation.js";
import "./runs-chart.js";

const AXES: readonly { value: Axis; label: string }[] = [
  { value: "step", label: "Steps" },
  { value: "epoch", label: "Epochs" },
  { value: "seconds", label: "Seconds" },
];

/** Runs side by side: the list of those that are kept, their curves in one picture, and in what their recipes differ. */
@customElement("runs-panel")
export class RunsPanel extends PanelElement {
  static override styles = [
    shared,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: end;
        justify-content: space-between;
        margin-top: 0.5rem;
      }

      .head label {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        font-size: 0.875rem;
        font-weight: 550;
      }

      .head select {
        width: auto;
      }

      .charts {
        display: grid;
        gap: 1.25rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
        margin: 0.75rem 0 1rem;
      }

      ul,
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .runs > li {
        padding: 0.6rem 0;
        border-top: 1px solid var(--line);
      }

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
        margin: 0;
        accent-color: var(--flame);
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

      .about,
      .buttons {
        grid-column: 1 / -1;
      }

      .about {
        overflow-wrap: anywhere;
      }

      .buttons {
        gap: 0.4rem;
      }

      .buttons button,
      .queue button {
        min-height: 2rem;
        padding: 0.15rem 0.6rem;
        font-size: 0.8125rem;
      }

      button[aria-pressed="true"] {
        border-color: var(--flame);
        background: var(--flame-wash);
      }

      .different {
        margin-bottom: 0.75rem;
        font-size: 0.875rem;
        overflow-wrap: anywhere;
      }

      .queue {
        margin: 0.25rem 0 0.75rem;
        font-size: 0.875rem;
      }

      .queue li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem 0.75rem;
        align-items: center;
        overflow-wrap: anywhere;
      }

      .note {
        margin: 0.5rem 0;
        padding: 0.5rem 0.75rem;
        border-left: 4px solid var(--edge);
        background: var(--sunk);
        font-size: 0.875rem;
      }

      @media (max-width: 30rem) {
        .name {
          grid-column: 1 / -1;
          margin-left: -0.4rem;
        }
      }

      @media (min-width: 46rem) {
        .about {
          grid-column: 2;
        }

        .buttons {
          grid-column: 2;
        }
      }
    `,
  ];

  protected override readonly followsSteps = false;
  @internal() private axis: Axis = "step";
  /** The run that is being varied. */
  @internal() private varied: string | null = null;
  /** Places in the picture: a run keeps its own, and with it letter and colour, while it is shown. */
  readonly #slots = new Map<string, number>();
  #lines: readonly Line[] = [];

  constructor() {
    super();
    new SubscriptionController(this, () => (this.open ? this.bench.runs : undefined));
  }

  override willUpdate(): void {
    const { list, shown } = this.bench.runs;
    for (const id of this.#slots.keys()) if (!shown.has(id)) this.#slots.delete(id);
    // The oldest first, so that what came first is A.
    for (const { id } of [...list].reverse()) {
      if (!shown.has(id) || this.#slots.has(id)) continue;
      const taken = new Set(this.#slots.values());
      let slot = 0;
      while (taken.has(slot)) slot++;
      this.#slots.set(id, slot);
    }
    const lines = list.flatMap((run): Line[] => {
      const slot = this.#slots.get(run.id);
      return slot === undefined ? [] : [{ run, slot }];
    });
    lines.sort((a, b) => a.slot - b.slot);
    // Drawn again only where something in it changed: reports of the run that goes on come here too.
    const same =
      lines.length === this.#lines.length &&
      lines.every(({ run, slot }, at) => run === this.#lines[at]?.run && slot === this.#lines[at]?.slot);
    if (!same) this.#lines = lines;
  }

  override render() {
    const { list, notice } = this.bench.runs;
    return html`
      <p class="note" role="status" aria-label="List of runs" ?hidden=${notice === ""}>${notice}</p>
      ${this.#queue()}
      ${
        list.length === 0
          ? html`<p class="soft">
              Runs that are finished or stopped come into this list, and so do run files that you open.
            </p>`
          : html`${this.#picture()}
              <ul class="runs" aria-label="Runs">
                ${list.map((run) => this.#run(run))}
              </ul>`
      }
    `;
  }

  #picture() {
    if (this.#lines.length === 0) return html`<p class="soft">Tick runs to see their curves in one picture.</p>`;
    return html`
      <div class="head">
        <label>
          Drawn against
          ${select({
            options: AXES,
            value: this.axis,
            onChange: (value) => {
              this.axis = value as Axis;
            },
          })}
        </label>
        ${this.axis === "seconds" ? html`<p class="soft">Seconds of training, scoring left out, each step taken to be as long as the others.</p>` : nothing}
      </div>
      <div class="charts">
        ${(["loss", "accuracy"] as const).map(
          (quantity) => html` <runs-chart quantity=${quantity} .axis=${this.axis} .lines=${this.#lines}></runs-chart> `,
        )}
      </div>
      ${this.#differences()}
    `;
  }

  #differences() {
    const [first, ...others] = this.#lines;
    if (!first || others.length === 0) return nothing;
    return html`
      <ul class="different" aria-label="Differences of the recipes">
        ${others.map(({ run, slot }) => {
          const found = differences(first.run.values, run.values, this.state.fields);
          const words = found.map(({ label, from, to }) => `${label}: ${from} → ${to}`).join("; ");
          return html`<li><b>${letterOf(first.slot)} → ${letterOf(slot)}</b> ${words || "the same recipe"}</li>`;
        })}
      </ul>
    `;
  }

  #queue() {
    const { waiting } = this.bench.queue;
    if (waiting.length === 0) return nothing;
    const free = !isLocked(this.state);
    return html`
      <section class="queue" aria-label="To be trained next">
        <p>To be trained next, each when the run before it is finished:</p>
        <ol>
          ${waiting.map(
            (link, at) => html`
              <li>
                ${link}
                <button type="button" aria-label="Do not train ${link}" @click=${() => this.bench.queue.remove(at)}>
                  Remove
                </button>
              </li>
            `,
          )}
        </ol>
        ${free ? html`<button type="button" @click=${() => this.bench.queue.next()}>Train the next one now</button>` : nothing}
      </section>
    `;
  }

  #run(run: KeptRun) {
    const { runs } = this.bench;
    const { id, name, pinned } = run;
    const slot = this.#slots.get(id);
    const free = !isLocked(this.state);
    return html`
      <li>
        <div class="run">
          <div class="show">
            <input
              type="checkbox"
              aria-label="Show ${name}"
              .checked=${slot !== undefined}
              @change=${(event: Event) => runs.show(id, (event.target as HTMLInputElement).checked)}
            />
            ${slot === undefined ? nothing : swatch(slot)}
          </div>
          <input
            class="name"
            aria-label="Name of ${name}"
            .value=${name}
            @change=${(event: Event) => runs.rename(id, valueOf(event))}
          />
          <p class="about soft">${about(run)}<br />${run.link}</p>
          <div class="buttons" role="group" aria-label=${name}>
            <button
              type="button"
              aria-expanded=${this.varied === id ? "true" : "false"}
              @click=${() => {
                this.varied = this.varied === id ? null : id;
              }}
            >
              Duplicate, change …
            </button>
            ${button("Open its recipe", { enabled: free, onPress: () => this.bench.openLink(run.link) })}
            ${button("Compare the next run with it", {
              enabled: free,
              onPress: () => void this.bench.openRun(new File([run.text], name)),
            })}
            <button type="button" @click=${() => save(run.text, `${fileName(name)}.bunsen.json`, "application/json")}>
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
        </div>
        ${
          this.varied === id
            ? html`<run-variation .run=${run} .fields=${this.state.fields} @vary=${this.#vary}></run-variation>`
            : nothing
        }
      </li>
    `;
  }

  #vary(event: CustomEvent<string>): void {
    this.varied = null;
    this.bench.queue.add(event.detail);
  }
}

/** The line as it is drawn, and the letter at its end. */
function swatch(slot: number) {
  const colour = `color: ${cssColourOf(slot)}`;
  return html`
    <svg viewBox="0 0 38 14" aria-hidden="true" style=${colour}>
      <path
        d="M1 7H37"
        fill="none"
        stroke="currentColor"
        stroke-width="2.5"
        stroke-dasharray=${dashOf(slot).join(" ") || "none"}
      ></path>
    </svg>
    <span class="letter" style=${colour}>${letterOf(slot)}</span>
  `;
}

function about({ curves, steps, scores, seconds, engine, when, data }: KeptRun): string {
  const length =
    curves.length < steps ? `stopped at step ${count(curves.length)} of ${count(steps)}` : `${count(steps)} steps`;
  const score = scores.at(-1);
  const right = score ? `, ${percent(score.accuracy)} of the test images right` : "";
  const took =
    seconds === null ? "" : `, ${seconds < 5 ? `${seconds.toFixed(1)} seconds` : roughDuration(seconds)} of training`;
  return `${length} on ${data}${right}${took}, by ${engine}, ${timeAgo(Date.now() - when)}`;
}

function fileName(name: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "")
      .toLowerCase() || "run"
  );
}
