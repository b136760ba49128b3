import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { BenchElement } from "../app/bench-element.js";
import "../app/panel-frame.js";
import { choiceLabel, choicesOf, fieldOf } from "../fields.js";
import { count, percent } from "../format.js";
import "../panels/curves/bench-verification.js";
import "../panels/curves/curve-chart.js";
import { refusalText } from "../panels/recipe/refusal.js";
import { PANELS, type Panel } from "../panels/registry.js";
import { failureOf, isLocked, refusalOf } from "../state/run-state.js";
import { alerts } from "../styles/alerts.js";
import { labels } from "../styles/forms.js";
import { shared } from "../styles/shared.js";
import { button } from "../ui/button.js";
import { VisibilityController } from "../ui/controllers/visibility.js";
import { select, valueOf } from "../ui/select.js";
import { DEFAULT_LOOK, type Look, type Part } from "./look.js";
import type { Player } from "./player.js";

/** The parts that are panels of the page, below the embed's own. */
const PANEL_OF: Partial<Record<Part, string>> = {
  pad: "try-panel",
  filters: "inside-panel",
  maps: "inside-panel",
  attention: "inside-panel",
  mistakes: "mistakes-panel",
  confusion: "mistakes-panel",
  samples: "explorer-panel",
  code: "network-panel",
};

/** The height that it asks for where it has no panel: a curve that can be read, and all around it. */
const WANTED_HEIGHT = 360;

/** A run in somebody else's page: what is trained, its accuracy and curve, one button, and the way to the bench. */
@customElement("embed-app")
export class EmbedApp extends BenchElement {
  static override styles = [
    shared,
    alerts,
    labels,
    css`
      :host {
        display: grid;
        gap: 0.4rem;
        grid-template-columns: minmax(0, 1fr);
        min-height: 100vh;
        min-height: 100dvh;
        padding: 0.5rem 0.65rem;
      }

      .own {
        display: flex;
        flex-direction: column;
        gap: 0.4rem;
        min-height: 0;
        height: calc(100vh - 1rem);
        height: calc(100dvh - 1rem);
        min-height: 11rem;
      }

      .above {
        max-height: 30rem;
      }

      .head,
      .foot {
        display: flex;
        flex: none;
        gap: 0.6rem;
        align-items: center;
        min-width: 0;
      }

      .head {
        align-items: baseline;
        justify-content: space-between;
      }

      h1 {
        overflow: hidden;
        margin: 0;
        font-size: 0.9375rem;
        font-weight: 600;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .accuracy {
        flex: none;
        font-size: 0.8125rem;
        color: var(--ink-soft);
        white-space: nowrap;
      }

      .accuracy strong {
        margin-left: 0.25rem;
        color: var(--ink);
        font-size: 1.25rem;
        font-weight: 650;
      }

      curve-chart {
        flex: 1 1 0;
        min-height: 0;
      }

      bench-verification {
        flex: none;
        max-height: 4.6rem;
        overflow: auto;
        font-size: 0.8125rem;
      }

      .edit {
        display: flex;
        flex: none;
        flex-wrap: wrap;
        gap: 0.3rem 0.75rem;
      }

      .edit > div {
        display: flex;
        gap: 0.35rem;
        align-items: center;
      }

      .edit select,
      .edit input {
        width: auto;
        max-width: 9rem;
        min-height: 1.9rem;
        padding-block: 0.1rem;
      }

      .foot button {
        flex: none;
        min-height: 2.2rem;
        padding-block: 0.2rem;
      }

      .foot p {
        flex: 1 1 auto;
        overflow: hidden;
        margin: 0;
        font-size: 0.8125rem;
        color: var(--ink-soft);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .foot a {
        flex: none;
        font-size: 0.8125rem;
      }

      .item {
        flex: none;
        overflow: auto;
        margin: 0;
        font-size: 0.875rem;
      }

      .item p {
        margin: 0;
      }

      @media (max-width: 27rem) {
        .wide {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) look: Look = DEFAULT_LOOK;
  @property({ attribute: false }) player!: Player;
  /** The height that it would like to have, in CSS pixels. */
  @property({ attribute: false }) onHeight: (height: number) => void = () => {};
  @query("curve-chart") private chart!: HTMLElement | null;
  readonly #resized = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    new VisibilityController(this, { onChange: (visible) => this.player?.away("out of view", !visible) });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!this.bench || !changed.has("look")) return;
    for (const { tag, collapsible } of this.#panels) if (collapsible) this.bench.showPanel(tag, true);
  }

  /** A picture of the curve; null where none is drawn. */
  get snapshot(): string | null {
    return this.chart?.shadowRoot?.querySelector("canvas")?.toDataURL() ?? null;
  }

  override render() {
    // The document has the element before its run is there.
    if (!this.bench) return nothing;
    const { show } = this.look;
    return html`
      <div class="own ${this.#panels.length > 0 ? "above" : ""}">
        <div class="head">
          <h1>${this.#title}</h1>
          ${show.has("accuracy") ? this.#accuracy() : nothing}
        </div>
        ${this.#wrong()} ${show.has("curve") ? this.#curve() : nothing}
        ${show.has("verdict") ? html`<bench-verification .bench=${this.bench}></bench-verification>` : nothing}
        ${this.#edit()}
        <div class="foot">
          ${this.look.start === "never" ? nothing : this.#action()}
          <p role="status" aria-label="Progress">${this.#progress}</p>
          <a href=${this.#benchAddress} target="_blank" rel="noopener" aria-label="Open in Bunsen"
            >${this.look.brand === "full" ? "Open in Bunsen, the lab bench" : html`<span class="wide">Open in </span>Bunsen ↗`}</a
          >
        </div>
      </div>
      ${this.#panels.map(
        (panel) => html`
          <panel-frame
            class="panel"
            role="region"
            aria-label=${panel.title ?? nothing}
            .panel=${panel}
            .bench=${this.bench}
          ></panel-frame>
        `,
      )}
    `;
  }

  get #panels(): Panel[] {
    const tags = new Set([...this.look.show].map((part) => PANEL_OF[part]));
    return PANELS.filter(({ tag }) => tags.has(tag));
  }

  /** What is trained on what. */
  get #title(): string {
    const { fields, parsed } = this.state.recipe;
    if (!parsed) return "Bunsen";
    const called = (key: string): string => choiceLabel(fields, key, parsed.values[key] ?? "");
    return `${called("model")} · ${called("data")}`;
  }

  #accuracy() {
    const { score } = this.state.results;
    return html`<p class="accuracy">
      Test<span class="wide"> accuracy</span> <strong>${score ? percent(score.accuracy) : "–"}</strong>
    </p>`;
  }

  #curve() {
    const { bench, state } = this;
    return html`
      <curve-chart
        compact
        quantity="loss"
        hint=${this.look.start === "never" ? "" : "Press Train, and the loss is drawn here."}
        .curves=${bench.series.curves}
        .version=${state.progress.curvesVersion}
        .steps=${state.plan?.steps ?? 0}
      ></curve-chart>
    `;
  }

  /** A recipe that was refused, or what ended the run. */
  #wrong() {
    const { run, recipe } = this.state;
    const refusal = refusalOf(run);
    const text = refusal ? refusalText(refusal, recipe.fields) : failureOf(run)?.message;
    return text === undefined ? nothing : html`<div class="item bad" role="alert"><p>${text}</p></div>`;
  }

  /** The values that a reader may change. */
  #edit() {
    const { fields, parsed } = this.state.recipe;
    const shown = this.look.edit.map((key) => fieldOf(fields, key)).filter((field) => field !== undefined);
    if (!parsed || shown.length === 0) return nothing;
    return html`
      <div class="edit">
        ${shown.map(({ key, label, kind }) => {
          const value = parsed.values[key] ?? "";
          const set = (chosen: string): void => void this.player.set(key, chosen);
          const control =
            "choices" in kind && kind.type === "choice"
              ? select({ id: key, options: choicesOf(fieldOf(fields, key)), value, onChange: set })
              : html`<input id=${key} .value=${value} @change=${(event: Event) => set(valueOf(event))} />`;
          return html`<div><label for=${key}>${label}</label>${control}</div>`;
        })}
      </div>
    `;
  }

  #action() {
    const { run, hasTrained } = this.state;
    const { player } = this;
    if (isLocked(run) || player.isWaiting) return button("Pause", { onPress: () => player.pause(), primary: true });
    const label = run.phase === "finished" ? "Train again" : run.phase === "paused" && hasTrained ? "Go on" : "Train";
    return button(label, { enabled: player.canStart, onPress: () => player.start(), primary: true });
  }

  get #progress(): string {
    const { run, plan, progress, hasTrained } = this.state;
    if (this.player.isWaiting) return "Waits for the other experiment";
    if (run.phase === "preparing") return "Gets ready …";
    if (!hasTrained || !plan) return "";
    const done = run.phase === "finished" ? "Done" : `Step ${count(progress.step)}`;
    return `${done} of ${count(plan.steps)} steps`.replace("Done of", "Done:");
  }

  /** The bench, with the reader's present recipe. */
  get #benchAddress(): string {
    const { parsed, link } = this.state.recipe;
    return new URL(`./#${parsed?.link ?? link}`, location.href.replace(/[?#].*/, "")).href;
  }

  #measure(): void {
    const isWhole = this.#panels.length > 0;
    this.onHeight(isWhole ? Math.ceil(this.scrollHeight) : WANTED_HEIGHT);
  }
}
