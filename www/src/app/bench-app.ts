import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { Bench } from "../bench/bench.js";
import { runFilesOf } from "../bench/compared-files.js";
import { ofDrop } from "../panels/custom-images/files.js";
import { PANELS } from "../panels/registry.js";
import { failureOf, refusalOf } from "../state/run-state.js";
import { shared } from "../styles/shared.js";
import { SignalElement } from "../ui/signal-element.js";
import { hostNote } from "./host-note.js";
import "./bench-alerts.js";
import "./bench-announcer.js";
import "./bar/bench-bar.js";
import "./data-progress.js";
import type { SettingsPanel } from "../panels/recipe/settings-panel.js";
import "./panel-frame.js";
import type { PanelFrame } from "./panel-frame.js";
import "../stories/view/story-row.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

/** So long the rest of the page waits for what is seen at once. */
const STANDS_AFTER_MS = 2_500;

/** Files of weights by their names: of those that are not read, the page says what to do with them. */
const WEIGHTS = /\.(safetensors|pt|pth|ckpt|h5|hdf5|keras|onnx)$/i;

/** What a projector shows. */
const PROJECTED: ReadonlySet<string> = new Set(["stage-panel", "inside-panel", "curves-panel"]);

/** The page: it lays the panels out and hands them the state. */
@customElement("bench-app")
export class BenchApp extends SignalElement {
  static override styles = [
    shared,
    css`
      .layout {
        display: grid;
        gap: 0.7rem var(--gap);
        grid-template-columns: minmax(0, 1fr);
      }

      .controls {
        padding-block: 0.45rem 0.3rem;
      }

      story-row {
        margin-block: 0.35rem -0.35rem;
      }

      /* Out of view they are neither laid out nor painted while a run changes what they show. */
      .below {
        content-visibility: auto;
        contain-intrinsic-block-size: auto 3.5rem;
      }

      /* About their heights, until they are known: those are never closed. */
      .below.tall {
        contain-intrinsic-block-size: auto 20rem;
      }

      /* What one of them opens over the next is seen whole. */
      .below:is(:hover, :focus-within) {
        content-visibility: visible;
      }

      @media print {
        .below {
          content-visibility: visible;
        }
      }

      /* On a projector: what trains, the network with the layer that is open, and the curve, over the whole width. */
      :host([projected]) panel-frame:not(.projected),
      :host([projected]) story-row {
        display: none;
      }

      :host([projected]) .layout {
        gap: 0.5rem;
        grid-template-columns: minmax(0, 1fr);
      }

      :host([projected]) .wide {
        grid-column: 1 / -1;
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

        .wide {
          grid-column: 1 / 3;
        }

        .last {
          grid-column: 3;
        }
      }
    `,
  ];

  @property({ attribute: false }) bench: Bench | undefined;
  /** Whether only the network, the curve and the controls are shown, in large type. */
  @property({ attribute: "projected", type: Boolean, reflect: true }) isProjected = false;

  #hasStood = false;

  override connectedCallback(): void {
    super.connectedCallback();
    // Maps may never come: without a GPU's network, or images.
    setTimeout(() => {
      this.#hasStood = true;
      this.requestUpdate();
    }, STANDS_AFTER_MS);
    document.addEventListener("keydown", this.#pressed);
    document.addEventListener("dragover", this.#over);
    document.addEventListener("drop", this.#dropped);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#pressed);
    document.documentElement.classList.remove("projector");
    document.removeEventListener("dragover", this.#over);
    document.removeEventListener("drop", this.#dropped);
  }

  /** P shows the page as a projector needs it, and Escape or P as it was. */
  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const { classList } = document.documentElement;
    if (event.key === "p" || event.key === "P") this.#toggleProjector();
    else if (event.key === "Escape" && classList.contains("projector")) this.#toggleProjector();
  };

  readonly #toggleProjector = (): void => {
    this.isProjected = document.documentElement.classList.toggle("projector");
  };

  /** Without this the browser would navigate to the dropped file. */
  readonly #over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };

  readonly #dropped = (event: DragEvent): void => {
    const [file, ...others] = event.dataTransfer?.files ?? [];
    if (!event.dataTransfer || !file) return;
    event.preventDefault();
    if (others.length === 0 && /\.json$/i.test(file.name)) void this.bench?.files.openRun(file);
    else if (others.length === 0 && WEIGHTS.test(file.name)) void this.bench?.weights.open(file);
    else {
      void this.#take(event.dataTransfer);
    }
  };

  /**
   * Run files, in folders or not, are compared. What becomes of dropped images is told where they are given, which is above the panels as long as
   * there are none.
   */
  async #take(dropped: DataTransfer): Promise<void> {
    const { bench } = this;
    const files = ofDrop(dropped);
    const runs = runFilesOf(await files.catch(() => []));
    if (runs.length > 0) return bench?.compared.open(runs);
    await bench?.customImages.take(files);
    if (bench?.state.customDataset.dataset) this.renderRoot.querySelector(`[data-tag="data-panel"]`)?.scrollIntoView();
  }

  /** A layer was chosen: shows it in the drawer under the stage. */
  readonly #showInside = (): void => {
    void this.renderRoot.querySelector<PanelFrame>(`[data-tag="inside-panel"]`)?.reveal();
  };

  /** What happened in a run is seen in a panel, or in the recipe: brings it into view. */
  readonly #showPanel = async ({ detail: tag }: CustomEvent<string>): Promise<void> => {
    const frame = await this.#frameOf(tag);
    frame?.scrollIntoView();
    // A panel that was closed makes room for what it shows.
    await frame?.placed();
    frame?.scrollIntoView();
  };

  readonly #showField = async ({ detail: key }: CustomEvent<string>): Promise<void> => {
    const frame = await this.#frameOf("settings-panel");
    await frame?.placed();
    await (frame?.content as SettingsPanel | null | undefined)?.reveal(key);
  };

  /** The frame of a panel that somebody asked for: where a projector does not show it, the page is shown as it was. */
  async #frameOf(tag: string): Promise<PanelFrame | null> {
    if (this.isProjected && !PROJECTED.has(tag)) {
      this.#toggleProjector();
      await this.updateComplete;
    }
    return this.renderRoot.querySelector<PanelFrame>(`[data-tag="${tag}"]`);
  }

  /** Whether what is seen at once stands: the network at work, or why there is none. */
  #stands(): boolean {
    if (this.#hasStood || !this.bench) return this.#hasStood;
    const { run, inspection } = this.bench.state;
    return (this.#hasStood = inspection.maps.length > 0 || failureOf(run) !== null || refusalOf(run) !== null);
  }

  override render() {
    const { bench } = this;
    if (!bench) return nothing;
    const { state } = bench;
    const note = hostNote(globalThis);
    return html`
      <div class="layout" @inside=${this.#showInside} @show-panel=${this.#showPanel} @show-field=${this.#showField}>
        <div class="all">
          <section class="panel controls" aria-label=${msg("Recipe and controls")}>
            <bench-bar ?projected=${this.isProjected} .bench=${bench} @projector=${this.#toggleProjector}></bench-bar>
          </section>
          <story-row .bench=${bench}></story-row>
          <bench-alerts .bench=${bench}></bench-alerts>
          <data-progress .bench=${bench}></data-progress>
          ${note ? html`<p class="soft" role="note" aria-label=${msg("This place")}>${note}</p>` : nothing}
        </div>
        ${PANELS.map(
          (panel) => html`
            <panel-frame
              data-tag=${panel.tag}
              class="panel ${panel.columns ?? "all"} ${panel.below || panel.collapsible ? "below" : ""} ${panel.below ? "tall" : ""} ${PROJECTED.has(panel.tag) ? "projected" : ""}"
              role=${panel.title === undefined ? nothing : "region"}
              aria-label=${panel.title === undefined ? nothing : translated(panel.title)}
              ?hidden=${panel.isShown?.(state) === false}
              .panel=${panel}
              .deferred=${panel.below === true && !this.#stands()}
              .bench=${bench}
            ></panel-frame>
          `,
        )}
      </div>
      <bench-announcer .bench=${bench}></bench-announcer>
    `;
  }
}

/** Whether the key goes into a field, or chooses in a list. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("dialog") !== null)
  );
}
