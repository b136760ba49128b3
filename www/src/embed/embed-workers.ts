import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";

import { BenchElement } from "../app/bench-element.js";
import { count, fixed, speed, UNKNOWN } from "../format.js";
import { resultOf } from "../state/run-state.js";
import { fieldsets } from "../styles/forms.js";
import { shared } from "../styles/shared.js";
import { msg, plural } from "../words/msg.js";
import { sentences } from "../words/sentences.js";
import type { Player } from "./player.js";
import { COUNTS, usualSpeed, WorkerCounts } from "./worker-counts.js";

/** How many workers share a step: what each number of them makes of the speed, and that none changes the result. */
@customElement("embed-workers")
export class EmbedWorkers extends BenchElement {
  static override styles = [
    shared,
    fieldsets,
    css`
      legend {
        margin-bottom: 0;
        font-size: 0.875rem;
      }

      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
      }

      th {
        font-weight: 550;
        text-align: start;
      }

      th,
      td {
        padding: 0 0.5rem 0 0;
        border-top: 1px solid var(--line);
      }

      td:nth-child(2) {
        text-align: end;
        padding-inline-end: 0.75rem;
      }

      thead th {
        border: 0;
        color: var(--ink-soft);
      }

      thead th:nth-child(2) {
        text-align: end;
        padding-inline-end: 0.75rem;
      }

      td:last-child {
        padding: 0;
        overflow-wrap: anywhere;
      }

      code {
        font-size: 0.75rem;
      }

      input {
        flex: none;
        width: 1.05rem;
        min-height: 1.05rem;
        margin: 0;
        accent-color: var(--flame);
      }

      label {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 1.9rem;
      }

      p {
        margin: 0.35rem 0 0;
        font-size: 0.8125rem;
      }
    `,
  ];

  @property({ attribute: false }) player!: Player;
  readonly #counts = new WorkerCounts();

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { recipe, run, engine } = this.state;
    this.#counts.choose(recipe.parsed?.link ?? "");
    const { check } = resultOf(run) ?? {};
    if (run.phase !== "finished" || !check || engine.workers === null) return;
    const { curves } = this.bench.series;
    this.#counts.add(engine.workers, {
      imagesPerSecond: usualSpeed(curves.imagesPerSecond.subarray(0, curves.length)),
      atWork: engine.engine?.threads ?? engine.workers,
      check,
    });
  }

  override render() {
    const { engine } = this.state;
    return html`
      <fieldset>
        <legend>${msg("Workers")}</legend>
        <table>
          <thead>
            <tr>
              <th scope="col">${msg("workers|Number")}</th>
              <th scope="col">${msg("Images per second")}</th>
              <th scope="col">${msg("Check")}</th>
            </tr>
          </thead>
          <tbody>
            ${COUNTS.map((each) => this.#row(each, each === engine.workers))}
          </tbody>
        </table>
      </fieldset>
      <p role="status" aria-label=${msg("Workers")}>${this.#found}</p>
    `;
  }

  #row(number: number, isChosen: boolean) {
    const measured = this.#counts.of(number);
    const fewer = measured && measured.atWork < number ? measured.atWork : null;
    return html`
      <tr>
        <th scope="row">
          <label>
            <input
              type="radio"
              name="workers"
              .checked=${isChosen}
              @change=${() => this.player.setWorkers(number)}
              aria-label=${plural(number, "{count} worker", "{count} workers")}
            />
            ${count(number)}
            ${fewer === null ? nothing : html`<span class="soft">${msg("({count} at work)", { count: count(fewer) })}</span>`}
          </label>
        </th>
        <td>${measured && measured.imagesPerSecond > 0 ? speed(measured.imagesPerSecond) : UNKNOWN}</td>
        <td>${measured ? html`<code>${measured.check}</code>` : UNKNOWN}</td>
      </tr>
    `;
  }

  /** What is to be seen in it. */
  get #found(): string {
    const { areSame, gain } = this.#counts;
    const { plan } = this.state;
    const cores = navigator.hardwareConcurrency;
    if (areSame === null)
      return sentences(
        msg("Train it with one worker, and then with more."),
        cores ? plural(cores, "This machine has {count} core.", "This machine has {count} cores.") : "",
        plan ? plural(plan.shards, "A batch is cut into {count} part.", "A batch is cut into {count} parts.") : "",
      );
    if (!areSame) return msg("The checks differ, and must not: this is a fault of Bunsen or of this machine.");
    return sentences(
      gain
        ? msg("{count} workers are {times} times as fast as one.", {
            count: count(gain.count),
            times: fixed(1, gain.times),
          })
        : "",
      msg("The check is the same."),
    );
  }
}
