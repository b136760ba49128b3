import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Bench } from "../bench/bench.js";
import { ofDrop } from "../panels/custom-images/files.js";
import { SubscriptionController } from "../ui/controllers/subscription.js";
import { shared } from "../styles/shared.js";
import "./bench-alerts.js";
import "./bench-announcer.js";
import "./bench-controls.js";
import "./bench-readouts.js";
import "./bench-verification.js";
import "../panels/curves/curve-chart.js";
import "../panels/data/data-panel.js";
import "./data-progress.js";
import "../panels/explorer/explorer-panel.js";
import "../panels/inside/inside-panel.js";
import "../panels/export/keep-panel.js";
import "../panels/mistakes/mistakes-panel.js";
import "../panels/network/network-panel.js";
import "../panels/recipe/recipe-controls.js";
import "./run-files.js";
import "../panels/runs/runs-panel.js";
import "../panels/curves/score-table.js";
import "../panels/stack/stack-editor.js";
import "../panels/training/training-panel.js";
import "../panels/try/try-panel.js";

/** The page: it lays the parts out and hands them the state. */
@customElement("bench-app")
export class BenchApp extends LitElement {
  static override styles = [
    shared,
    css`
      .layout {
        display: grid;
        gap: var(--gap);
        grid-template-columns: minmax(0, 1fr);
      }

      .bench {
        display: flex;
        flex-direction: column;
      }

      .curves {
        display: grid;
        flex: 1;
        gap: 1.25rem;
        grid-template-columns: minmax(0, 1fr);
      }

      score-table {
        grid-column: 1 / -1;
      }

      @media (min-width: 46rem) {
        .curves {
          grid-template-columns: repeat(2, minmax(0, 1fr));
          grid-template-rows: minmax(0, 1fr) auto;
        }
      }

      @media (min-width: 70rem) {
        .layout {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 20.5rem;
        }

        .wide {
          grid-column: 1 / -1;
        }

        network-panel {
          grid-column: 2 / -1;
        }
      }
    `,
  ];

  @property({ attribute: false }) bench: Bench | undefined;

  constructor() {
    super();
    new SubscriptionController(this, () => this.bench);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("dragover", this.#over);
    document.removeEventListener("drop", this.#dropped);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("dragover", this.#over);
    document.addEventListener("drop", this.#dropped);
  }

  /** Else the browser would leave the page for the file. */
  readonly #over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };

  readonly #dropped = (event: DragEvent): void => {
    const [file, ...more] = event.dataTransfer?.files ?? [];
    if (!event.dataTransfer || !file) return;
    event.preventDefault();
    if (more.length === 0 && /\.json$/i.test(file.name)) void this.bench?.openRun(file);
    else void this.bench?.own.take(ofDrop(event.dataTransfer));
  };

  readonly #toInside = (): void => {
    this.renderRoot.querySelector("inside-panel")?.scrollIntoView();
  };

  override render() {
    const { bench } = this;
    if (!bench) return nothing;
    const { state, curves } = bench;
    const { version } = curves;
    return html`
      <div class="layout">
        <div class="wide">
          <section class="panel" aria-label="Recipe and controls">
            <bench-controls .bench=${bench} .state=${state}></bench-controls>
            <run-files .bench=${bench} .state=${state}></run-files>
            <recipe-controls .bench=${bench} .state=${state}></recipe-controls>
          </section>
          <bench-alerts .bench=${bench} .state=${state}></bench-alerts>
          <data-progress .state=${state}></data-progress>
        </div>
        <stack-editor
          class="panel wide"
          role="region"
          aria-label="Layers of your network"
          ?hidden=${state.stack === null}
          .bench=${bench}
          .state=${state}
        ></stack-editor>
        <section class="panel wide bench" aria-label="Training">
          <bench-readouts .bench=${bench} .state=${state}></bench-readouts>
          <bench-verification .bench=${bench} .state=${state}></bench-verification>
          <div class="curves">
            ${(["loss", "accuracy"] as const).map(
              (quantity) => html`
                <curve-chart
                  quantity=${quantity}
                  .curves=${curves}
                  .version=${version}
                  .steps=${state.plan?.steps ?? 0}
                  .beside=${state.opened?.curves ?? null}
                ></curve-chart>
              `,
            )}
            <score-table
              ?hidden=${curves.scores.length === 0}
              .scores=${curves.scores}
              .version=${version}
            ></score-table>
          </div>
        </section>
        <try-panel
          class="panel wide"
          role="region"
          aria-label="Try it yourself"
          .bench=${bench}
          .state=${state}
        ></try-panel>
        <training-panel
          class="panel wide"
          role="region"
          aria-label="The training itself"
          .bench=${bench}
          .state=${state}
        ></training-panel>
        <runs-panel
          class="panel wide"
          role="region"
          aria-label="Runs side by side"
          .bench=${bench}
          .state=${state}
        ></runs-panel>
        <data-panel class="panel" .bench=${bench} .state=${state}></data-panel>
        <network-panel class="panel" @inside=${this.#toInside} .bench=${bench} .state=${state}></network-panel>
        <explorer-panel
          class="panel wide"
          role="region"
          aria-label="Explore the data"
          .bench=${bench}
          .state=${state}
        ></explorer-panel>
        <inside-panel
          class="panel wide"
          role="region"
          aria-label="Inside the network"
          .bench=${bench}
          .state=${state}
        ></inside-panel>
        <mistakes-panel
          class="panel wide"
          role="region"
          aria-label="What it gets wrong"
          .bench=${bench}
          .state=${state}
        ></mistakes-panel>
        <keep-panel class="panel wide" .bench=${bench} .state=${state}></keep-panel>
      </div>
      <bench-announcer .bench=${bench} .state=${state}></bench-announcer>
    `;
  }
}
