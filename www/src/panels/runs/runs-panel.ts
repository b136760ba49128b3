import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { isLocked } from "../../state/run-state.js";
import { differences } from "../../runs/difference.js";
import type { StoredRun } from "../../runs/stored-run.js";
import { wholePercent } from "../../format.js";
import { noticeOf } from "../../state/runs.js";
import { shared } from "../../styles/shared.js";
import { select } from "../../ui/select.js";
import { PanelElement } from "../panel-element.js";
import { AXES, letterOf, type Axis } from "./overlay.js";
import "./run-item.js";
import "./runs-chart.js";
import { linesOf, type Line } from "./lines.js";

/** The list of stored runs, their curves in one chart for each quantity, and in what their recipes differ. */
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

      .queue button {
        min-height: 2rem;
        padding: 0.15rem 0.6rem;
        font-size: 0.8125rem;
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
    `,
  ];

  @internal() private axis: Axis = "step";
  /** The id of the run whose variation is open. */
  @internal() private varied: string | null = null;
  #lines: readonly Line[] = [];

  override willUpdate(): void {
    const { list, shown } = this.state.runs;
    this.#lines = linesOf(list, shown, this.#lines);
  }

  override render() {
    const { runs } = this.state;
    const { list } = runs;
    const notice = noticeOf(runs);
    return html`
      <p class="note" role="status" aria-label="List of runs" ?hidden=${notice === ""}>${notice}</p>
      ${this.#queue()}
      ${
        list.length === 0
          ? html`<p class="soft">
              Runs that are finished or stopped come into this list, and so do run files that you open.
            </p>`
          : html`${this.#charts()} ${this.#list(list)}`
      }
    `;
  }

  #charts() {
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
        ${
          this.axis === "seconds"
            ? html`<p class="soft">
                Seconds of training, scoring left out, each step taken to be as long as the others.
              </p>`
            : nothing
        }
      </div>
      <div class="charts">
        ${(["loss", "accuracy"] as const).map(
          (quantity) =>
            html`<runs-chart
              quantity=${quantity}
              .axis=${this.axis}
              .lines=${this.#lines}
              .fields=${this.state.recipe.fields}
            ></runs-chart>`,
        )}
      </div>
      ${this.#differences()}
    `;
  }

  /** In what the recipes of the other runs differ from the first one's. */
  #differences() {
    const [first, ...others] = this.#lines;
    if (!first || others.length === 0) return nothing;
    return html`
      <ul class="different" aria-label="Differences of the recipes">
        ${others.map(({ run, slot }) => {
          const text = differences(first.run.values, run.values, this.state.recipe.fields)
            .map(({ label, from, to }) => `${label}: ${from} → ${to}`)
            .join("; ");
          return html`<li><b>${letterOf(first.slot)} → ${letterOf(slot)}</b> ${text || "the same recipe"}</li>`;
        })}
      </ul>
    `;
  }

  #queue() {
    const { queue } = this.bench;
    const { waiting, notice } = this.state.queue;
    const running = this.#running();
    if (waiting.length === 0 && !running && !notice) return nothing;
    return html`
      <section class="queue" aria-label="To be trained next">
        <p class="note" role="status" aria-label="Queue" ?hidden=${notice === ""}>${notice}</p>
        ${running ? html`<p>${running}</p>` : nothing}
        ${waiting.length > 0 ? html`<p>To be trained next, each when the run before it is finished:</p>` : nothing}
        <ol>
          ${waiting.map(
            ({ title }, index) => html`
              <li>
                ${title}
                <button type="button" aria-label="Do not train ${title}" @click=${() => queue.remove(index)}>
                  Remove
                </button>
              </li>
            `,
          )}
        </ol>
        ${
          isLocked(this.state.run) || waiting.length === 0
            ? nothing
            : html`<button type="button" @click=${() => void queue.next()}>Train the next one now</button>`
        }
      </section>
    `;
  }

  /** The one of the queue that trains, by its letter once it is in the list. */
  #running(): string {
    const { run, recipe, runs, queue, plan } = this.state;
    const { begun } = queue;
    if (!begun || !plan || !isLocked(run) || recipe.parsed?.link !== begun.link) return "";
    const listed = runs.list.find(({ id }) => id === runs.atHand);
    const letter = listed ? `${letterOf(listed.slot)}: ` : "";
    return `${letter}${begun.title}, running, ${wholePercent(this.state.progress.step / plan.steps)}`;
  }

  #list(runs: readonly StoredRun[]) {
    const toggle = (id: string): void => {
      this.varied = this.varied === id ? null : id;
    };
    return html`
      <ul class="runs" aria-label="Runs">
        ${repeat(
          runs,
          // By the run: a form that is open at one keeps what was typed when another run joins the list.
          (run) => run.id,
          (run) => html`
            <li>
              <run-item
                .bench=${this.bench}
                .run=${run}
                .colourSlot=${this.state.runs.shown.has(run.id) ? run.slot : null}
                .varied=${this.varied === run.id}
                @variation=${() => toggle(run.id)}
              ></run-item>
            </li>
          `,
        )}
      </ul>
    `;
  }
}
