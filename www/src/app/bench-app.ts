import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Bench } from "../bench/bench.js";
import { ofDrop } from "../panels/custom-images/files.js";
import { PANELS } from "../panels/registry.js";
import { shared } from "../styles/shared.js";
import { SignalElement } from "../ui/signal-element.js";
import { hostNote } from "./host-note.js";
import "./bench-alerts.js";
import "./bench-announcer.js";
import "./bench-controls.js";
import "./data-progress.js";
import "../panels/recipe/recipe-controls.js";
import type { RecipeControls } from "../panels/recipe/recipe-controls.js";
import "./panel-frame.js";
import type { PanelFrame } from "./panel-frame.js";
import "./run-files.js";
import "../stories/view/story-row.js";

/** The page: it lays the panels out and hands them the state. */
@customElement("bench-app")
export class BenchApp extends SignalElement {
  static override styles = [
    shared,
    css`
      .layout {
        display: grid;
        gap: var(--gap);
        grid-template-columns: minmax(0, 1fr);
      }

      .controls {
        padding-block: 0.7rem;
      }

      .second {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1rem;
        margin-top: 0.5rem;
      }

      recipe-controls {
        flex: 1 1 24rem;
        min-width: 0;
      }

      @media (min-width: 70rem) {
        .layout {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 20.5rem;
        }

        .all {
          grid-column: 1 / -1;
        }

        .others {
          grid-column: 2 / -1;
        }
      }
    `,
  ];

  @property({ attribute: false }) bench: Bench | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("dragover", this.#over);
    document.addEventListener("drop", this.#dropped);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("dragover", this.#over);
    document.removeEventListener("drop", this.#dropped);
  }

  /** Without this the browser would navigate to the dropped file. */
  readonly #over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };

  readonly #dropped = (event: DragEvent): void => {
    const [file, ...others] = event.dataTransfer?.files ?? [];
    if (!event.dataTransfer || !file) return;
    event.preventDefault();
    if (others.length === 0 && /\.json$/i.test(file.name)) void this.bench?.files.openRun(file);
    else if (others.length === 0 && /\.safetensors$/i.test(file.name)) void this.bench?.files.openCheckpoint(file);
    else {
      void this.#take(event.dataTransfer);
    }
  };

  /** What becomes of dropped images is told where they are given, which is above the panels as long as there are none. */
  async #take(dropped: DataTransfer): Promise<void> {
    const { bench } = this;
    await bench?.customImages.take(ofDrop(dropped));
    if (bench?.state.customDataset.dataset) this.renderRoot.querySelector(`[data-tag="data-panel"]`)?.scrollIntoView();
  }

  /** A layer was chosen in the diagram: scrolls to the panel that inspects it. */
  readonly #showInside = (): void => {
    this.renderRoot.querySelector(`[data-tag="inside-panel"]`)?.scrollIntoView();
  };

  /** What happened in a run is seen in a panel, or in the recipe: brings it into view. */
  readonly #showPanel = async ({ detail: tag }: CustomEvent<string>): Promise<void> => {
    const frame = this.renderRoot.querySelector<PanelFrame>(`[data-tag="${tag}"]`);
    frame?.scrollIntoView();
    // A panel that was closed makes room for what it shows.
    await frame?.placed();
    frame?.scrollIntoView();
  };

  readonly #showField = ({ detail: key }: CustomEvent<string>): void => {
    void this.renderRoot.querySelector<RecipeControls>("recipe-controls")?.reveal(key);
  };

  override render() {
    const { bench } = this;
    if (!bench) return nothing;
    const { state } = bench;
    const note = hostNote(globalThis);
    return html`
      <div class="layout" @inside=${this.#showInside} @show-panel=${this.#showPanel} @show-field=${this.#showField}>
        <div class="all">
          <section class="panel controls" aria-label="Recipe and controls">
            <bench-controls .bench=${bench}></bench-controls>
            <div class="second">
              <recipe-controls .bench=${bench}></recipe-controls>
              <run-files .bench=${bench}></run-files>
            </div>
          </section>
          <story-row .bench=${bench}></story-row>
          <bench-alerts .bench=${bench}></bench-alerts>
          <data-progress .bench=${bench}></data-progress>
          ${note ? html`<p class="soft" role="note" aria-label="This place">${note}</p>` : nothing}
        </div>
        ${PANELS.map(
          (panel) => html`
            <panel-frame
              data-tag=${panel.tag}
              class="panel ${panel.columns ?? "all"}"
              role=${panel.title === undefined ? nothing : "region"}
              aria-label=${panel.title ?? nothing}
              ?hidden=${panel.isShown?.(state) === false}
              .panel=${panel}
              .bench=${bench}
            ></panel-frame>
          `,
        )}
      </div>
      <bench-announcer .bench=${bench}></bench-announcer>
    `;
  }
}
