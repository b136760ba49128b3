import { css, html, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { drawnOf, type Drawn } from "../../runs/drawn.js";
import { namesOf } from "../../runs/run-names.js";
import { letterOf } from "../../runs/short-names.js";
import { isLocked } from "../../state/run-state.js";
import { noticeOf } from "../../state/runs.js";
import { shared } from "../../styles/shared.js";
import type { Quantity } from "../../ui/chart/view.js";
import { select } from "../../ui/select.js";
import "./compare-table.js";
import { answerText, KeptAnswers } from "./kept-answers.js";
import type { ComparedRun, Line } from "./lines.js";
import { liveRun } from "./live-run.js";
import { AXES, type Axis } from "./overlay.js";
import "./runs-chart.js";
import { msg, plural } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { count } from "../../format.js";

/** The runs of the list and the one that trains: their curves in one chart, a table, and what is trained next. */
@customElement("compare-runs")
export class CompareRuns extends BenchElement {
  static override styles = [
    shared,
    css`
      .under {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
        align-items: center;
        margin: 0.4rem 0 0.9rem;
        font-size: 0.875rem;
      }

      .under label {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        font-weight: 550;
      }

      .under select {
        width: auto;
        min-height: 2rem;
        padding-block: 0.1rem;
      }

      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .queue {
        margin: 0.75rem 0;
        font-size: 0.875rem;
      }

      .queue li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem 0.75rem;
        align-items: center;
        overflow-wrap: anywhere;
      }

      .queue button {
        min-height: 2rem;
        padding: 0.15rem 0.6rem;
        font-size: 0.8125rem;
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

  @property() quantity: Quantity = "accuracy";
  @internal() private axis: Axis = "step";
  #drawn: Drawn<ComparedRun> = { ticked: new Set(), drawn: [], waiting: [], otherData: [] };
  #lines: readonly Line[] = [];
  #answers: KeptAnswers | undefined;
  /** All of the list, and the run that trains where it is not there yet. The latest first. */
  #runs: readonly ComparedRun[] = [];

  override willUpdate(): void {
    const { runs, recipe, progress } = this.state;
    const live = liveRun(this.bench);
    const listed = runs.list.map((run) => (run.id === live?.id ? live : run));
    this.#runs = live && !listed.includes(live) ? [live, ...listed] : listed;
    this.#drawn = drawnOf(this.#runs, runs.ticked, recipe.parsed?.values);
    const drawn = [...this.#drawn.drawn].sort((a, b) => a.slot - b.slot);
    const names = namesOf(drawn, recipe.fields);
    const lines = drawn.map((run, at): Line => {
      return { run, slot: run.slot, name: names[at]!, progress: run === live ? progress.step / run.steps : null };
    });
    // The same array where nothing changed, so that nothing is drawn anew.
    const isSame =
      lines.length === this.#lines.length &&
      lines.every((line, at) => {
        const before = this.#lines[at]!;
        return line.run === before.run && line.name === before.name;
      });
    if (!isSame) this.#lines = lines;
    this.#answers ??= new KeptAnswers(this.bench);
    this.#answers.ask(this.state.inspection.picture, this.#lines);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#answers?.stop();
  }

  /** What each of the runs that are drawn makes of the picture that a person gave. */
  #said() {
    const { inspection, data, results } = this.state;
    if (!inspection.picture || !data.info) {
      return html`<p class="soft">${msg("Draw something on the stage: each of these runs answers.")}</p>`;
    }
    const info = data.info;
    const said = this.#lines.flatMap(({ run, slot, progress }) => {
      const here = inspection.prediction && { probabilities: inspection.prediction, rounded: results.rounded };
      const answer = progress === null ? this.#answers?.all.get(run.id) : here;
      return answer ? [answerText(slot, answer, info)] : [];
    });
    return html`<p role="status" aria-label=${msg("Answers of the runs")}>
      ${said.length > 0 ? msg("This picture: {answers}.", { answers: said.join(", ") }) : ""}
    </p>`;
  }

  override render() {
    const { runs } = this.state;
    const notice = noticeOf(runs);
    const hasRuns = this.#runs.length > 0;
    return html`
      <p class="note" role="status" aria-label=${msg("List of runs")} ?hidden=${notice === ""}>${notice}</p>
      ${
        this.#lines.length > 0
          ? this.#chart()
          : html`
              <slot name="head"></slot>
              <p class="soft">
                ${hasRuns ? msg("Tick runs to see their curves in one picture.") : msg("Runs that are finished or stopped come into this list, and so do run files that you open.")}
              </p>
            `
      }
      ${this.#lines.length > 0 ? this.#said() : nothing} ${this.#queue()}
      ${
        hasRuns
          ? html`<compare-table
              .bench=${this.bench}
              .runs=${this.#runs}
              .lines=${this.#lines}
              .ticked=${this.#drawn.ticked}
            ></compare-table>`
          : nothing
      }
    `;
  }

  #chart() {
    return html`
      <runs-chart
        quantity=${this.quantity}
        .axis=${this.axis}
        .lines=${this.#lines}
        .fields=${this.state.recipe.fields}
      >
        <slot name="head" slot="head"></slot>
      </runs-chart>
      <div class="under">
        <label>
          ${msg("Drawn against")}
          ${select({
            options: AXES.map(({ value, label }) => ({ value, label: translated(label) })),
            value: this.axis,
            onChange: (value) => {
              this.axis = value as Axis;
            },
          })}
        </label>
        ${
          this.axis === "seconds"
            ? html`<span class="soft"
                >${msg("Seconds of training, scoring left out, each step as long as the others.")}</span
              >`
            : nothing
        }
        ${this.#left().map((sentence) => html`<span class="soft">${sentence}</span>`)}
      </div>
    `;
  }

  /** Which runs are not drawn, and why. */
  #left(): string[] {
    const { waiting, otherData, drawn } = this.#drawn;
    const letters = (runs: readonly ComparedRun[]): string => runs.map(({ slot }) => letterOf(slot)).join(", ");
    const sentences: string[] = [];
    if (otherData.length > 0) {
      const one = "{runs} is on other data: not drawn unless ticked.";
      sentences.push(
        plural(otherData.length, one, "{runs} are on other data: not drawn unless ticked.", {
          runs: letters(otherData),
        }),
      );
    }
    if (waiting.length > 0) {
      const all = drawn.length + waiting.length;
      sentences.push(
        msg("{number} of {all} ticked runs are drawn, the latest: {runs}. Untick some to see others.", {
          number: count(drawn.length),
          all: count(all),
          runs: letters(drawn),
        }),
      );
    }
    return sentences;
  }

  #queue() {
    const { queue } = this.bench;
    const { waiting, notice } = this.state.queue;
    if (waiting.length === 0 && !notice) return nothing;
    return html`
      <section class="queue" aria-label=${msg("To be trained next")}>
        <p class="note" role="status" aria-label=${msg("Queue")} ?hidden=${notice === ""}>${notice}</p>
        ${waiting.length > 0 ? html`<p>${msg("To be trained next, each when the run before it is finished:")}</p>` : nothing}
        <ol>
          ${waiting.map(
            ({ title }, index) => html`
              <li>
                ${title}
                <button
                  type="button"
                  aria-label=${msg("Do not train {title}", { title })}
                  @click=${() => queue.remove(index)}
                >
                  ${msg("Remove")}
                </button>
              </li>
            `,
          )}
        </ol>
        ${
          isLocked(this.state.run) || waiting.length === 0
            ? nothing
            : html`<button type="button" @click=${() => void queue.next()}>${msg("Train the next one now")}</button>`
        }
      </section>
    `;
  }
}
