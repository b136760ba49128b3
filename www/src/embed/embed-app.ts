import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";

import { BenchElement } from "../app/bench-element.js";
import { embedNote } from "../app/host-note.js";
import "../app/panel-frame.js";
import type { PanelFrame } from "../app/panel-frame.js";
import { choiceLabel, choicesOf, fieldOf } from "../fields.js";
import { count, percent } from "../format.js";
import "../panels/curves/bench-verification.js";
import "../panels/curves/curve-chart.js";
import { entered, shownIn } from "../panels/recipe/entered.js";
import { refusalText } from "../panels/recipe/refusal.js";
import { PANELS, type Panel } from "../panels/registry.js";
import type { Score } from "../module.js";
import { scoreTitle } from "../score-text.js";
import { shownOf } from "../state/recipe.js";
import { failureOf, refusalOf } from "../state/run-state.js";
import { alerts } from "../styles/alerts.js";
import { labels } from "../styles/forms.js";
import { shared } from "../styles/shared.js";
import { button } from "../ui/button.js";
import { VisibilityController } from "../ui/controllers/visibility.js";
import { select, valueOf } from "../ui/select.js";
import { msg, plural } from "../words/msg.js";
import { translated } from "../words/translated.js";
import type { Comparison, Name } from "./comparison.js";
import "./embed-workers.js";
import { DEFAULT_LOOK, type Look, type Part } from "./look.js";
import type { Action, Player } from "./player.js";
import { styles } from "./styles.js";

/** The parts that are panels of the bench, below the embed's own. */
const PANEL_OF: Partial<Record<Part, string>> = {
  pad: "stage-panel",
  filters: "inside-panel",
  maps: "inside-panel",
  attention: "inside-panel",
  mistakes: "mistakes-panel",
  confusion: "mistakes-panel",
  samples: "explorer-panel",
  code: "network-panel",
  controls: "settings-panel",
};

/** What the one button says. */
const ACTIONS: Record<Action, () => string> = {
  train: () => msg("Train"),
  "go-on": () => msg("Go on"),
  "train-again": () => msg("Train again"),
};

const BUNSEN = "Bunsen";

/** The height that it asks for where it has no panel: a curve that can be read, and all around it. */
const WANTED_HEIGHT = 360;

/** A run in somebody else's page: what is trained, its accuracy and curve, one button, and the way to the bench. */
@customElement("embed-app")
export class EmbedApp extends BenchElement {
  static override styles = [shared, alerts, labels, styles];

  @property({ attribute: false }) look: Look = DEFAULT_LOOK;
  @property({ attribute: false }) player!: Player;
  @property({ attribute: false }) comparison: Comparison | null = null;
  /** The height that it would like to have, in CSS pixels. */
  @property({ attribute: false }) onHeight: (height: number) => void = () => {};
  @query("curve-chart") private chart!: HTMLElement | null;
  readonly #resized = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    new VisibilityController(this, { onChange: (visible) => this.player?.away("out-of-view", !visible) });
    this.addEventListener("inside", () => void this.#showInside());
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
    for (const { tag, collapsible, drawer } of this.#panels) if (collapsible || drawer) this.bench.showPanel(tag, true);
  }

  /** A layer was chosen on the stage. */
  async #showInside(): Promise<void> {
    await this.updateComplete;
    await this.renderRoot.querySelector<PanelFrame>(`[data-tag="inside-panel"]`)?.reveal();
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
      <div class="own ${!this.#hasMore ? "" : show.has("curve") ? "above" : "bare"}">
        <div class="head">
          <h1>${this.#title}</h1>
          ${show.has("accuracy") && !this.#isCompared ? this.#accuracy() : nothing}
        </div>
        ${this.#wrong()} ${this.#legend()} ${show.has("curve") ? this.#curve() : nothing}
        ${show.has("verdict") && this.state.recipe.parsed?.check ? html`<bench-verification .bench=${this.bench}></bench-verification>` : nothing}
        ${this.#edit()} ${this.#note()}
        <div class="foot">
          ${this.look.start === "never" ? nothing : this.#action()}
          <p role="status" aria-label=${msg("Progress")} title=${embedNote(globalThis) || nothing}>${this.#progress}</p>
          <a href=${this.#benchAddress} target="_blank" rel="noopener" aria-label=${msg("Open in Bunsen")}
            >${this.#brand}</a
          >
        </div>
      </div>
      ${show.has("workers") ? html`<embed-workers .bench=${this.bench} .player=${this.player}></embed-workers>` : nothing}
      ${this.#panels.map(
        (panel) => html`
          <panel-frame
            data-tag=${panel.tag}
            class="panel"
            role="region"
            aria-label=${panel.title === undefined ? nothing : translated(panel.title)}
            .fixed=${this.#tags.has(panel.tag)}
            .panel=${panel}
            .bench=${this.bench}
          ></panel-frame>
        `,
      )}
    `;
  }

  get #brand() {
    return this.look.brand === "full"
      ? html`${msg("Open in Bunsen")}<span class="wide">${msg(", the lab bench")}</span> ↗`
      : html`<span class="wide">${msg("Open in Bunsen")} ↗</span><span class="narrow">${BUNSEN} ↗</span>`;
  }

  /** The panels that are always there. */
  get #tags(): ReadonlySet<string | undefined> {
    return new Set([...this.look.show].map((part) => PANEL_OF[part]));
  }

  /** These, and a drawer that was opened on the stage. */
  get #panels(): Panel[] {
    const tags = this.#tags;
    const { open } = this.state.panels;
    const isOpened = ({ tag, drawer }: Panel): boolean => drawer === true && tags.has("stage-panel") && open.has(tag);
    return PANELS.filter((panel) => tags.has(panel.tag) || isOpened(panel));
  }

  /** Whether something is below its own parts. */
  get #hasMore(): boolean {
    return this.#panels.length > 0 || this.look.show.has("workers");
  }

  /** What is trained on what. */
  get #title(): string {
    const { fields, parsed } = this.state.recipe;
    // Of a link that is refused, what is left is another experiment.
    if (!parsed || refusalOf(this.state.run)) return "Bunsen";
    const called = (key: string): string => choiceLabel(fields, key, parsed.values[key] ?? "");
    return `${called("model")} · ${called("data")}`;
  }

  #accuracy() {
    const { results, progress } = this.state;
    const { score } = results;
    // A run is scored at steps of its own, and may stand at a later one.
    const at = score && score.step !== progress.step ? msg("at step {step}", { step: count(score.step) }) : nothing;
    return html`<p class="accuracy">
      <span class="wide">${scoreTitle(msg("Test accuracy"), score ?? {})}</span>
      <span class="narrow">${scoreTitle(msg("short|Test"), score ?? {})}</span> ${at}
      <strong>${score ? percent(score.accuracy) : "–"}</strong>
    </p>`;
  }

  /** Whether two runs are told apart. */
  get #isCompared(): boolean {
    const { comparison } = this;
    return comparison !== null && (!comparison.isRefused || comparison.run !== null);
  }

  /** What each of two runs is called, and how it is drawn. */
  #legend() {
    const { comparison } = this;
    if (!comparison || !this.#isCompared || !this.state.recipe.parsed) return nothing;
    const { first, second } = comparison.names;
    const run = (name: Name, score: Score | null | undefined, beside = "") => html`
      <li title=${String(name)}>
        <i class=${beside}></i>
        <span>
          ${name.values.map(({ label, value }, at) => html`${at > 0 ? ", " : ""}<span class="wide">${label} </span>${value}`)}
        </span>
        ${this.look.show.has("accuracy") ? html`<strong>${score ? percent(score.accuracy) : "–"}</strong>${scoreTitle("", score ?? {})}` : nothing}
      </li>
    `;
    return html`
      <ul class="legend" aria-label=${msg("Runs, with their test accuracy")}>
        ${run(first, this.state.results.score)} ${run(second, comparison.run?.state.results.score, "beside")}
      </ul>
    `;
  }

  #curve() {
    const { bench, state, comparison } = this;
    const second = comparison?.run;
    // Read in any case: they tell when there is something of it.
    const version = state.progress.curvesVersion + (second?.state.progress.curvesVersion ?? 0);
    return html`
      <curve-chart
        compact
        quantity="loss"
        beside-name=${comparison ? String(comparison.names.second) : nothing}
        .beside=${second && second.series.curves.length > 0 ? second.series.curves : null}
        hint=${this.look.start === "never" || refusalOf(state.run) ? "" : msg("Press Train, and the loss is drawn here.")}
        .curves=${bench.series.curves}
        .version=${version}
        .steps=${Math.max(state.plan?.steps ?? 0, second?.state.plan?.steps ?? 0)}
      ></curve-chart>
    `;
  }

  /** A recipe that was refused, or what ended a run. */
  #wrong() {
    const { run, recipe } = this.state;
    const refusal = refusalOf(run) ?? recipe.nextRefusal;
    const { key } = refusal ?? {};
    const given = key ? (recipe.draft[key] ?? new URLSearchParams(location.hash.slice(1)).get(key)) : null;
    const text = refusal
      ? refusalText(refusal, recipe.fields, given ?? undefined)
      : translated(failureOf(run)?.message ?? "") || undefined;
    const second = this.comparison?.wrong;
    if (text !== undefined) return alert(text, refusal ? "refused" : "");
    return second ? alert(msg("Not compared. {why}", { why: second })) : nothing;
  }

  /** What this place keeps from it; where there is little room, the progress line has it as its title. */
  #note() {
    const note = embedNote(globalThis);
    return note ? html`<p class="note" role="note" aria-label=${msg("This place")}>${note}</p>` : nothing;
  }

  /** The values that a reader may change. */
  #edit() {
    const { fields, draft, nextRefusal } = this.state.recipe;
    const parsed = shownOf(this.state.recipe);
    if (!parsed) return nothing;
    // Another network may lack a field, and have it again with another value.
    const isThere = (key: string): boolean => key in parsed.values || key in draft;
    const shown = this.look.edit.flatMap((key) => (isThere(key) ? (fieldOf(fields, key) ?? []) : []));
    if (shown.length === 0) return nothing;
    return html`
      <div class="edit">
        ${shown.map(({ key, label, kind }) => {
          const value = draft[key] ?? parsed.values[key] ?? "";
          const set = (chosen: string): void => void this.player.set(key, entered(kind, chosen, key));
          const invalid = nextRefusal?.key === key;
          const control =
            "choices" in kind && kind.type === "choice"
              ? select({ id: key, options: choicesOf(fieldOf(fields, key)), value, invalid, onChange: set })
              : html`<input
                  id=${key}
                  aria-invalid=${invalid ? "true" : "false"}
                  .value=${shownIn(kind, value, key)}
                  @change=${(event: Event) => set(valueOf(event))}
                />`;
          return html`<div><label for=${key}>${label}</label>${control}</div>`;
        })}
      </div>
    `;
  }

  #action() {
    const { player } = this;
    if (player.isTraining || player.isWaiting)
      return button(msg("Pause"), { onPress: () => player.pause(), once: true, primary: true });
    const onPress = (): void => player.start();
    return button(ACTIONS[player.action](), { enabled: player.canStart, onPress, once: true, primary: true });
  }

  get #progress(): string {
    const second = this.comparison?.run?.state;
    // The first run is finished, or as far as the second is to come.
    const { run, plan, progress, hasTrained } = second ?? this.state;
    if (this.player.isBehind) return msg("Waits for the other experiment");
    if (this.player.isWaiting || run.phase === "preparing") return msg("Gets ready …");
    if (!hasTrained || !plan) return "";
    const steps = count(plan.steps);
    if (run.phase === "finished" && (second || !this.comparison || this.comparison.isRefused))
      return plural(plan.steps, "Done: {count} step", "Done: {count} steps");
    const step = count(progress.step);
    if (!this.comparison) return msg("Step {step} of {steps} steps", { step, steps });
    return second
      ? msg("Second run: {step} of {steps}", { step, steps })
      : msg("First run: {step} of {steps}", { step, steps });
  }

  /** The bench, with the reader's present recipe. */
  get #benchAddress(): string {
    const { link } = this.state.recipe;
    return new URL(`./#${shownOf(this.state.recipe)?.link ?? link}`, location.href.replace(/[?#].*/, "")).href;
  }

  #measure(): void {
    this.onHeight(this.#hasMore ? Math.ceil(this.scrollHeight) : WANTED_HEIGHT);
  }
}

function alert(text: string, more = "") {
  return html`<div class="item bad ${more}" role="alert"><p>${text}</p></div>`;
}
