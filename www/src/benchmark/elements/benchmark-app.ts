import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Benchmark } from "../benchmark.js";
import { versions } from "../export.js";
import { describe } from "../machine.js";
import { tables } from "../tables.js";
import { alerts } from "../../styles/alerts.js";
import { SubscriptionController } from "../../ui/controllers/subscription.js";
import { shared } from "../../styles/shared.js";
import "./benchmark-controls.js";
import "./benchmark-export.js";
import "./benchmark-table.js";

/** The benchmark's page: what to measure, and what was measured. */
@customElement("benchmark-app")
export class BenchmarkApp extends LitElement {
  static override styles = [
    shared,
    alerts,
    css`
      .intro {
        max-width: 62rem;
        margin-bottom: var(--gap);
      }

      .panel + .panel {
        margin-top: var(--gap);
      }

      dl {
        display: grid;
        gap: 0.2rem 1rem;
        margin: 0.6rem 0 0;
        font-size: 0.875rem;
      }

      dt {
        color: var(--ink-soft);
      }

      dd {
        min-width: 0;
        margin: 0;
        overflow-wrap: anywhere;
      }

      @media (min-width: 40rem) {
        dl {
          grid-template-columns: auto minmax(0, 1fr);
        }
      }

      .results {
        display: grid;
        gap: 1.75rem;
        grid-template-columns: minmax(0, 1fr);
      }

      .empty {
        margin-top: 0.6rem;
      }
    `,
  ];

  @property({ attribute: false }) benchmark: Benchmark | undefined;

  constructor() {
    super();
    new SubscriptionController(this, () => this.benchmark);
  }

  override render() {
    const { benchmark } = this;
    if (!benchmark) return nothing;
    const { state } = benchmark;
    return html`
      <p class="intro">
        How fast does this machine train LeNet-5 in this browser, with Bunsen and with the libraries nearest to it? And
        how many seconds from the press of a button to 98 % and 99 % of MNIST's test images? Every engine trains the
        same network from the same weights on the same batch, in a worker of its own, and they take turns. The peers are
        fetched when Run is pressed.
      </p>
      <section class="panel" aria-label="What to measure">
        <benchmark-controls .benchmark=${benchmark} .state=${state}></benchmark-controls>
        ${state.refusal === null ? nothing : html`<div class="item bad" role="alert"><p>${state.refusal}</p></div>`}
        ${state.notices.map((notice) => html`<div class="item" role="note"><p>${notice}</p></div>`)}
      </section>
      <section class="panel" aria-label="Results">${this.#results(benchmark)}</section>
    `;
  }

  #results({ state: { report, machine, phase } }: Benchmark) {
    const running = phase === "running";
    return html`
      <h2>Results</h2>
      <dl>
        <dt>Machine</dt>
        <dd>${machine ? describe(machine) : "…"}</dd>
        ${
          report
            ? html`
                <dt>Date</dt>
                <dd>${report.date}</dd>
                <dt>Versions</dt>
                <dd>${versions(report)}</dd>
              `
            : nothing
        }
      </dl>
      ${
        report
          ? html`
              <benchmark-export .report=${report} .ready=${!running}></benchmark-export>
              <div class="results">
                ${tables(report).map((table) => html`<benchmark-table .table=${table} .running=${running}></benchmark-table>`)}
              </div>
            `
          : html`<p class="soft empty">Nothing is measured yet.</p>`
      }
    `;
  }
}
