import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { BenchElement } from "../../app/bench-element.js";
import { finePercent, measuredDuration, percent, spreadPercent, UNKNOWN, wholePercent } from "../../format.js";
import { differencesAmong } from "../../runs/run-names.js";
import { bySeed, missingSeeds, recipeOf, spreadOf } from "../../runs/seeds.js";
import { letterOf, shortened } from "../../runs/short-names.js";
import { withMirrors } from "../../score-text.js";
import { isLocked } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import { tables } from "../../styles/tables.js";
import { button } from "../../ui/button.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { tooLargeSentence } from "./kept-answers.js";
import type { ComparedRun, Line } from "./lines.js";
import { cssColourOf, dashesOf } from "./run-colours.js";
import "./run-item.js";
import { msg, plural } from "../../words/msg.js";

/**
 * The runs by recipe: what differs, what each reached, and how seeds of one recipe spread. Its parts say what they are: shown as a grid, a row
 * is none to a browser.
 */
@customElement("compare-table")
export class CompareTable extends BenchElement {
  static override styles = [
    shared,
    tables,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }

      td,
      th {
        vertical-align: middle;
      }

      tbody td {
        border-bottom: 0;
      }

      .first td {
        border-top: 1px solid var(--line);
      }

      tr:first-child td {
        border-top: 0;
      }

      .differs {
        white-space: normal;
        overflow-wrap: anywhere;
        min-width: 8rem;
      }

      /* However many letters there are. */
      .mean td:first-child {
        max-width: 8rem;
        white-space: normal;
      }

      .show {
        display: flex;
        gap: 0.5rem;
        align-items: center;
      }

      .show svg {
        width: 1.9rem;
        height: 0.9rem;
      }

      .letter {
        font-weight: 650;
      }

      button {
        min-height: 2rem;
        padding: 0.1rem 0.55rem;
        font-size: 0.8125rem;
      }

      .more td {
        padding: 0.25rem 0 0.75rem;
        white-space: normal;
      }

      .differs p {
        margin: 0.2rem 0 0;
      }

      /* Where there is less room, nothing is scrolled: a run's numbers stand under each other beside what differs, and its buttons below. */
      @container (max-width: 44rem) {
        table,
        thead,
        tbody {
          display: block;
        }

        tr {
          display: grid;
          gap: 0.25rem 0.6rem;
          grid-template:
            "run differs accuracy" auto "run differs time" 1fr "run actions actions" auto / 3.6rem minmax(0, 1fr)
            fit-content(8rem);
          align-items: start;
          padding-block: 0.5rem;
        }

        tr:not(.first) {
          padding-block-start: 0;
        }

        tr.first {
          border-top: 1px solid var(--line);
        }

        /* All letters of a recipe stand over what differs. */
        tr.mean {
          grid-template-areas: "run run accuracy" "differs differs time" "differs differs actions";
          grid-template-columns: 3.6rem minmax(0, 1fr) auto;
        }

        th,
        .first td,
        td {
          min-width: 0;
          padding: 0;
          border: 0;
          white-space: normal;
          overflow-wrap: anywhere;
        }

        tr > :nth-child(1) {
          grid-area: run;
        }

        .differs {
          grid-area: differs;
        }

        tr > :nth-child(3) {
          grid-area: accuracy;
        }

        tr > :nth-child(4) {
          grid-area: time;
        }

        tr > :nth-child(5) {
          grid-area: actions;
        }

        td.actions {
          text-align: start;
        }

        .more {
          display: block;
        }

        .show svg {
          display: none;
        }
      }
    `,
  ];

  /** The latest first. */
  @property({ attribute: false }) runs: readonly ComparedRun[] = [];
  @property({ attribute: false }) lines: readonly Line[] = [];
  @property({ attribute: false }) ticked: ReadonlySet<string> = new Set();
  /** The id of the run of which more is shown. */
  @internal() private opened: string | null = null;
  /** Why a seed could not be put into the queue. */
  @internal() private refusal = "";

  override render() {
    const groups = bySeed(this.runs);
    return html`
      <div role="region" aria-label=${msg("Table of runs")}>
        <table role="table">
          <caption class="heard">
            ${msg("The runs, what differs among those that are drawn, what they reached and how long they took")}
          </caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">${msg("Run")}</th>
              <th role="columnheader" scope="col" class="differs">${msg("What differs")}</th>
              <th role="columnheader" scope="col" class="number">${msg("Test accuracy")}</th>
              <th role="columnheader" scope="col" class="number">${msg("Time")}</th>
              <th role="columnheader" scope="col"><span class="heard">${msg("What can be done")}</span></th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${repeat(
              groups.flatMap((group) => this.#rowsOf(group)),
              // By the run: a form that is open at one keeps what was typed when its row moves.
              ({ key }) => key,
              ({ row }) => row,
            )}
          </tbody>
        </table>
      </div>
      <p class="soft" role="status" aria-label=${msg("Seeds")}>${this.refusal}</p>
    `;
  }

  /** Runs that differ in nothing but the seed have a row for all of them, with their mean. */
  #rowsOf(group: readonly ComparedRun[]): { key: string; row: TemplateResult }[] {
    const rows = group.map((run) => ({ key: run.id, row: this.#row(run, group) }));
    return group.length === 1 ? rows : [{ key: recipeOf(group[0]!), row: this.#meanRow(group) }, ...rows];
  }

  #meanRow(group: readonly ComparedRun[]) {
    const spread = spreadOf(group);
    const letters = group.map(({ slot }) => letterOf(slot)).sort();
    return html`
      <tr role="row" class="first mean">
        <td role="cell">${letters.join(", ")}</td>
        <td role="cell" class="differs">${this.#differs(group[0]!, ["seed"])}</td>
        <td role="cell" class="number">
          ${
            spread === null
              ? UNKNOWN
              : html`<b
                    >${spread.deviation === null ? percent(spread.mean) : spreadPercent(spread.mean, spread.deviation)}</b
                  >
                  (${plural(spread.seeds, "{count} seed", "{count} seeds")})`
          }
        </td>
        <td role="cell"></td>
        <td role="cell" class="number actions">${this.#seeds(group)}</td>
      </tr>
    `;
  }

  #row(run: ComparedRun, group: readonly ComparedRun[]) {
    const { id, slot, curves, steps, scores, isFromFile } = run;
    const isOpen = this.opened === id;
    const isOne = group.length === 1;
    const name = this.#nameOf(run);
    const score = scores.at(-1);
    const large = tooLargeSentence(this.state.runs.checkpoints.get(id)?.bytes ?? 0);
    const progress = this.lines.find((line) => line.run.id === id)?.progress ?? this.#progress(run);
    const stands =
      progress === null
        ? curves.length < steps
          ? msg("stopped at {share}", { share: wholePercent(curves.length / steps) })
          : ""
        : msg("running, {share}", { share: wholePercent(progress) });
    return html`
      <tr role="row" class=${isOne ? "first" : nothing}>
        <td role="cell">
          <div class="show">
            <input
              type="checkbox"
              aria-label=${msg("Show {run}, {name}", { run: letterOf(slot), name: shortened(name) })}
              .checked=${this.ticked.has(id)}
              @change=${(event: Event) => this.bench.runs.tick(id, (event.target as HTMLInputElement).checked)}
            />
            ${swatch(slot)}
          </div>
        </td>
        <td role="cell" class="differs" title=${name}>
          ${isOne || run.name ? html`<bdi>${shortened(name)}</bdi>` : msg("seed {seed}", { seed: run.values["seed"] ?? "" })}${stands ? html` <span class="soft">(${stands})</span>` : nothing}${large && html`<p class="soft">${large}</p>`}
        </td>
        <td role="cell" class="number">
          ${score ? finePercent(score.accuracy) : UNKNOWN}${score ? withMirrors(score) : nothing}${score && isFromFile ? html` <span class="soft">${msg("(as its file says)")}</span>` : nothing}
        </td>
        <td role="cell" class="number">${run.seconds === null ? UNKNOWN : measuredDuration(run.seconds)}</td>
        <td role="cell" class="number actions">
          ${isOne ? this.#seeds(group) : nothing}
          <button
            type="button"
            aria-expanded=${isOpen ? "true" : "false"}
            aria-label=${msg("More about {run}", { run: letterOf(slot) })}
            @click=${() => (this.opened = isOpen ? null : id)}
          >
            ${msg("More")}
          </button>
        </td>
      </tr>
      ${isOpen ? this.#more(run, name) : nothing}
    `;
  }

  #more(run: ComparedRun, name: string) {
    const listed = this.state.runs.list.find(({ id }) => id === run.id);
    const [first] = this.lines;
    return html`
      <tr role="row" class="more">
        <td role="cell" colspan="5">
          ${
            listed
              ? html`<run-item
                  .bench=${this.bench}
                  .run=${listed}
                  .called=${name}
                  .reference=${first && first.run.id !== run.id ? first : null}
                ></run-item>`
              : html`<p class="soft">${msg("It comes into the list with its first checkpoint.")}</p>`
          }
        </td>
      </tr>
    `;
  }

  /** Of the run at hand while it trains, drawn or not. */
  #progress({ id, steps }: ComparedRun): number | null {
    const { runs, run, progress } = this.state;
    return runs.atHand === id && isLocked(run) ? progress.step / steps : null;
  }

  #nameOf(run: ComparedRun): string {
    return run.name || this.#differs(run);
  }

  /** In what it differs from those that are drawn; one that is not is held against them. */
  #differs(run: ComparedRun, without: string[] = []): string {
    const others = this.lines.map((line) => line.run).filter(({ id }) => id !== run.id);
    return differencesAmong([run, ...others], this.state.recipe.fields, without)[0] ?? "";
  }

  /** Trains the recipe with those of five seeds that are missing. */
  #seeds(group: readonly ComparedRun[]) {
    const { queue, recipe, run, plan } = this.state;
    const usual = recipe.parsed?.defaults["seed"] ?? "1";
    const begun = isLocked(run) && plan && recipe.parsed ? [recipe.parsed.link] : [];
    const missing = missingSeeds(group, [...queue.waiting.map(({ link }) => link), ...begun], usual);
    const name = letterOf(group[0]!.slot);
    return html`<span title=${missing.size === 0 ? msg("Seeds 1 to 5 are here or on their way") : nothing}
      >${button(html`${msg("Same with 5 seeds")}<span class="heard"> ${msg("as {run}", { run: name })}</span>`, {
        enabled: missing.size > 0,
        onPress: () => void this.#queue(this.#differs(group[0]!, ["seed"]), missing),
      })}</span
    >`;
  }

  async #queue(name: string, missing: ReadonlyMap<string, string>): Promise<void> {
    this.refusal = "";
    for (const [seed, link] of missing) {
      const refusal = await this.bench.queue.add({ link, title: msg("{name}, seed {seed}", { name, seed }) });
      if (refusal !== null) this.refusal = refusal;
    }
  }
}

/** The line as it is drawn, and the letter at its end. */
function swatch(slot: number) {
  const colour = `color: ${cssColourOf(slot)}`;
  return html`
    <svg viewBox="0 0 30 14" aria-hidden="true" ${inlineStyle(colour)}>
      <path
        d="M1 7H29"
        fill="none"
        stroke="currentColor"
        stroke-width="2.5"
        stroke-dasharray=${dashesOf(slot).join(" ") || "none"}
      ></path>
    </svg>
    <span class="letter" ${inlineStyle(colour)}>${letterOf(slot)}</span>
  `;
}
