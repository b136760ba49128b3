import { css, html, nothing } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { BenchElement } from "../../app/bench-element.js";
import { fieldOf } from "../../fields.js";
import type { Field } from "../../module.js";
import { shownOf } from "../../state/recipe.js";
import { isLocked } from "../../state/run-state.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { changesOf, settingsOf } from "./changes.js";
import "./chips.js";
import type { SettingChips } from "./chips.js";
import { control, fieldStyles, help, labelledControl, settingOf } from "./field-control.js";
import "./rate-slider.js";
import type { RateSlider } from "./rate-slider.js";
import "./recipe-controls.js";
import type { RecipeControls } from "./recipe-controls.js";
import "./named-recipe.js";
import { allWrong, wrongOf } from "./refusal.js";
import "./setting-search.js";
import type { SettingSearch } from "./setting-search.js";
import { msg } from "../../words/msg.js";

/** The settings that matter most, beside the learning rate: always in view where a recipe has them. */
const FIRST = ["subset", "epochs", "steps", "seed"];

/** The settings of the run: the few that matter most, chips for all that was changed, and the way to every other. */
@customElement("settings-panel")
export class SettingsPanel extends BenchElement {
  static override styles = [
    shared,
    labels,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
      }

      /* Below what is changed, which it is not to push from under the pointer. */
      .note {
        padding: 0.45rem 0.7rem;
        border-left: 4px solid var(--flame);
        background: var(--flame-wash);
        font-size: 0.875rem;
      }

      .note button {
        min-height: 1.75rem;
        padding: 0;
        border: 0;
        background: transparent;
        color: var(--flame);
        text-decoration: underline;
      }

      .few {
        display: grid;
        grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr) minmax(0, 1fr);
        gap: 0.25rem 0.6rem;
        align-items: end;
      }

      .few > div {
        display: contents;
      }

      .few label {
        margin-bottom: 0.15rem;
        font-size: 0.8125rem;
      }

      /* Of the one that is being changed. */
      .few .help {
        display: none;
        grid-column: 1 / -1;
        order: 1;
      }

      .few > :focus-within .help,
      .few .help.told {
        display: block;
      }

      .open {
        padding: 0.6rem 0.7rem 0.7rem;
        border-radius: var(--radius-small);
        background: var(--sunk);
      }

      .open button {
        min-height: 2rem;
        margin-top: 0.5rem;
      }
    `,
  ];

  /** The setting whose control is open in its place. */
  @internal() private editing: string | null = null;
  /** Those besides that were refused, and are not in view. */
  @internal() private refused: readonly string[] = [];
  /** The refusal that was shown last. */
  #shown: string | undefined;
  @query("setting-chips") private chips!: SettingChips | null;
  @query("setting-search") private search!: SettingSearch | null;
  @query("recipe-controls") private all!: RecipeControls | null;
  @query("rate-slider") private rate!: RateSlider | null;

  /** Controls whose values are refused are brought into view; the first takes the focus where nothing else has it. */
  protected override updated(): void {
    const all = allWrong(wrongOf(this.state.run, this.state.recipe.nextRefusal));
    const [refusal, ...others] = all;
    const told = all.map(({ message }) => message).join("\n");
    const isNew = told !== this.#shown;
    // Those that are mended stay where they are while others are not.
    const kept = this.#shown ? this.refused : [];
    this.#shown = told;
    if (!isNew) return;
    this.refused = [...new Set([...kept, ...others.flatMap(({ key }) => key ?? [])])];
    if (!refusal?.key || !this.#settings.some(({ key }) => key === refusal.key)) return;
    void this.#bringIn(refusal.key).then((shown) => {
      if (document.activeElement === document.body) shown?.focus();
    });
  }

  /** Brings a field's control into view, and gives it the focus. */
  async reveal(key: string): Promise<void> {
    await this.updateComplete;
    const shown = await this.#bringIn(key);
    shown?.focus({ preventScroll: true });
    shown?.scrollIntoView({ block: "center" });
  }

  /** A field's control, which is opened where it is not in view. */
  async #bringIn(key: string): Promise<HTMLElement | null> {
    await this.rate?.updateComplete;
    const find = (root: ParentNode | undefined) => root?.querySelector<HTMLElement>(`#${CSS.escape(key)}`) ?? null;
    const shown = find(this.rate?.renderRoot) ?? find(this.renderRoot) ?? this.all?.shown(key);
    if (shown) return shown;
    this.editing = key;
    await this.updateComplete;
    return find(this.renderRoot);
  }

  get #settings(): Field[] {
    const parsed = shownOf(this.state.recipe);
    return parsed ? settingsOf(parsed, this.state.recipe.fields) : [];
  }

  override render() {
    const { run, recipe } = this.state;
    const { fields, draft } = recipe;
    const parsed = shownOf(recipe);
    if (!parsed) return nothing;
    const locked = isLocked(run);
    const settings = this.#settings;
    const values = { ...parsed.values, ...draft };
    // How long a run is, its epochs say, or its steps.
    const few = FIRST.filter((key) => settings.some((field) => field.key === key)).filter(
      (key, _, all) => key !== "steps" || !all.includes("epochs"),
    );
    const inView = ["lr", ...few];
    const open = settings.filter(
      ({ key }) => (key === this.editing || this.refused.includes(key)) && !inView.includes(key),
    );
    return html`
      <h2>${msg("Settings")}</h2>
      <named-recipe .bench=${this.bench}></named-recipe>
      <rate-slider .bench=${this.bench}></rate-slider>
      <div class="few">
        ${repeat(
          few,
          (key) => key,
          (key) => this.#cell(fieldOf(fields, key)),
        )}
      </div>
      <setting-chips
        .changes=${changesOf({ values, defaults: parsed.defaults }, fields)}
        .editing=${open.map(({ key }) => key)}
        .refused=${allWrong(wrongOf(run, recipe.nextRefusal)).map(({ key }) => key ?? "")}
        .disabled=${locked}
        @edit=${({ detail }: CustomEvent<{ key: string }>) => void this.#edit(detail.key)}
        @back=${({ detail }: CustomEvent<{ key: string; at: number }>) => void this.#putBack(detail)}
      ></setting-chips>
      ${repeat(
        open,
        ({ key }) => key,
        (field) => this.#open(field),
      )}
      ${this.#note(locked)}
      <setting-search
        .fields=${settings}
        .values=${values}
        .disabled=${locked}
        @choose=${({ detail }: CustomEvent<string>) => void this.reveal(detail)}
      ></setting-search>
      <recipe-controls .bench=${this.bench} .without=${[...inView, ...open.map(({ key }) => key)]}></recipe-controls>
    `;
  }

  /** Why nothing can be changed, or what becomes of what was. */
  #note(locked: boolean) {
    if (locked) return html`<p class="soft">${msg("Settings are fixed while it trains. Pause to change them.")}</p>`;
    if (!this.state.recipe.next) return nothing;
    return html`
      <div class="note" role="group" aria-label=${msg("Changed settings that wait")}>
        <p>${msg("Train again trains a new network with these settings. The trained one stays until then.")}</p>
        ${button(msg("Undo the changes"), { onPress: () => void this.#undo() })}
      </div>
    `;
  }

  async #undo(): Promise<void> {
    this.bench.recipe.undo();
    await this.updateComplete;
    this.search?.focus();
  }

  #cell(field: Field | undefined) {
    if (!field) return nothing;
    return html`
      <div>
        <div title=${settingOf(this.bench, field).wrong ? "" : field.help}>
          <label for=${field.key}>${field.label}</label>
          ${control(this.bench, field)}
        </div>
        ${help(this.bench, field)}
      </div>
    `;
  }

  #open(field: Field) {
    return html`
      <div class="open" @keydown=${({ key }: KeyboardEvent) => key === "Escape" && this.#close(field.key)}>
        ${labelledControl(this.bench, field)} ${button(msg("Done"), { onPress: () => this.#close(field.key) })}
      </div>
    `;
  }

  #close(key: string): void {
    if (this.editing === key) this.editing = null;
    this.refused = this.refused.filter((other) => other !== key);
    if (!this.chips?.focusOn(key)) this.search?.focus();
  }

  async #edit(key: string): Promise<void> {
    if (key === this.editing || this.refused.includes(key)) return this.#close(key);
    await this.reveal(key);
  }

  /** The default again. The chip goes, and its neighbour has the focus. */
  async #putBack({ key, at }: { key: string; at: number }): Promise<void> {
    const usual = shownOf(this.state.recipe)?.defaults[key];
    if (usual === undefined) return;
    this.bench.recipe.change(key, usual);
    await this.updateComplete;
    await this.chips?.updateComplete;
    if (!this.chips?.focusNear(at)) this.search?.focus();
  }
}
