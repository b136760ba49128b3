import { css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { shownOf } from "../../state/recipe.js";
import { isLocked } from "../../state/run-state.js";
import { CUSTOM_DATASET_KEYS } from "../../../../crate/js/custom-dataset-keys.js";
import type { Field } from "../../module.js";
import { choiceLabel, choicesOf } from "../../fields.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { select, valueOf } from "../../ui/select.js";
import { fieldsets, labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { BenchElement } from "../../app/bench-element.js";
import { changesOf, type Change } from "./changes.js";
import { entered } from "./entered.js";
import { plainNumber } from "../../format.js";
import { refusalText, wrongOf } from "./refusal.js";

const GROUPS: readonly { group: Field["group"]; title: string }[] = [
  { group: "network", title: "Network" },
  { group: "training", title: "Training" },
  { group: "data", title: "Data" },
  { group: "run", title: "Length and seed" },
];

/** These have controls elsewhere: the main controls, the stack editor, the panel of files; and so have digests. */
const ELSEWHERE = ["model", "data", "layers", ...CUSTOM_DATASET_KEYS];

/** A control for every other field of the recipe that applies to the chosen network, made from the fields that the module declares. */
@customElement("recipe-controls")
export class RecipeControls extends BenchElement {
  static override styles = [
    shared,
    fieldsets,
    labels,
    css`
      details {
        margin: 0;
      }

      details[open] {
        margin-bottom: 0;
      }

      .changes {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem;
        margin: 0.2rem 0 0;
        padding: 0;
        list-style: none;
        font-size: 0.875rem;
      }

      .changes li {
        padding: 0.1rem 0.6rem;
        border: 1px solid var(--line);
        border-radius: 1rem;
        background: var(--flame-wash);
        overflow-wrap: anywhere;
      }

      .note {
        margin: 0.25rem 0 0.75rem;
      }

      .groups {
        display: flex;
        flex-wrap: wrap;
        gap: 1.1rem 1rem;
      }

      fieldset {
        display: grid;
        gap: 0.75rem 1rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 11.5rem), 1fr));
      }

      label {
        margin-bottom: 0.2rem;
      }

      .several {
        display: block;
      }

      .several legend {
        margin-bottom: 0.2rem;
        font-size: 0.875rem;
        font-weight: 550;
      }

      .several label {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 1.75rem;
        margin: 0;
        font-weight: inherit;
      }

      .default {
        color: var(--flame);
        font-weight: 550;
      }

      .wrong {
        color: var(--bad);
      }

      .help {
        margin-top: 0.2rem;
        font-size: 0.8125rem;
        line-height: 1.35;
      }
    `,
  ];

  /** Whether all fields are in view at first. */
  @property({ type: Boolean }) open = false;
  @query("details") private details!: HTMLDetailsElement | null;
  /** The refusal that was shown last. */
  #shown: string | undefined;

  /** A control whose value is refused is brought into view; it takes the focus where nothing else has it. */
  override updated(): void {
    const refusal = wrongOf(this.state.run, this.state.recipe.nextRefusal);
    const key = refusal?.key ?? undefined;
    const isNew = refusal?.message !== this.#shown;
    this.#shown = refusal?.message;
    const control = key === undefined ? null : this.renderRoot.querySelector<HTMLElement>(`#${CSS.escape(key)}`);
    if (!isNew || !control || !this.details) return;
    this.details.open = true;
    if (document.activeElement === document.body) control.focus();
  }

  /** Brings a field's control into view, and gives it the focus. */
  async reveal(key: string): Promise<void> {
    await this.updateComplete;
    if (this.details) this.details.open = true;
    const control = this.renderRoot.querySelector<HTMLElement>(`#${CSS.escape(key)}`);
    control?.focus({ preventScroll: true });
    control?.scrollIntoView({ block: "center" });
  }

  override render() {
    const { run, recipe } = this.state;
    const { fields } = recipe;
    const parsed = shownOf(recipe);
    if (!parsed) return nothing;
    const shown = fields.filter(
      ({ key, kind }) => key in parsed.values && kind.type !== "digest" && !ELSEWHERE.includes(key),
    );
    const groups = GROUPS.map(({ group, title }) => ({
      title,
      fields: shown.filter((field) => field.group === group),
    })).filter((group) => group.fields.length > 0);
    return html`
      ${this.#changes(changesOf(parsed, fields))}
      <details ?open=${this.open}>
        <summary>More of the recipe</summary>
        <p class="note soft">
          ${
            isLocked(run)
              ? "Settings are fixed while it trains. Pause to change them."
              : recipe.next
                ? "Train again trains a new network with these settings. The trained one stays until then."
                : self === top
                  ? "The link in the address bar follows these, so that it always trains what you see."
                  : "The network is trained as these say."
          }
        </p>
        <div class="groups">
          ${repeat(
            groups,
            ({ title }) => title,
            (group) => html`
              <fieldset
                ?disabled=${isLocked(run)}
                ${inlineStyle(`flex: ${group.fields.length} 1 ${11.5 * group.fields.length}rem`)}
              >
                <legend>${group.title}</legend>
                ${repeat(
                  group.fields,
                  // By the field: the one that has the focus keeps it, and what was typed, when others come or go before it.
                  ({ key }) => key,
                  (field) => this.#field(field),
                )}
              </fieldset>
            `,
          )}
        </div>
      </details>
    `;
  }

  /** In what the recipe differs from the network's own, in view without opening anything. */
  #changes(changes: readonly Change[]) {
    if (changes.length === 0) return nothing;
    return html`
      <ul class="changes" aria-label="Changed in this recipe">
        ${changes.map(
          ({ label, value, default: usual }) => html`
            <li>${label} <b>${value}</b> <span class="soft">(default ${usual})</span></li>
          `,
        )}
      </ul>
    `;
  }

  #field(field: Field) {
    const { run, recipe } = this.state;
    const { fields, draft, nextRefusal } = recipe;
    const parsed = shownOf(recipe);
    const refusal = wrongOf(run, nextRefusal);
    const { key, label, help } = field;
    const value = draft[key] ?? parsed?.values[key] ?? "";
    const defaultValue = parsed?.defaults[key];
    const differs = defaultValue !== undefined && value !== defaultValue;
    // Where several fields were changed, the refusal names the one that is wrong.
    const wrong = refusal?.key === key ? refusalText(refusal, fields, value) : null;
    const several = field.kind.type === "choiceSet";
    return html`
      <div>
        ${several ? nothing : html`<label for=${key}>${label}</label>`} ${this.#control(field, value, wrong !== null)}
        <p class="soft help" id="${key}-help">
          ${wrong ? html`<span class="wrong">${wrong}</span>` : html`${help}${range(field)}`}
          ${differs ? html`<span class="default">Default: ${choiceLabel(fields, key, defaultValue) || "none"}.</span>` : nothing}
        </p>
      </div>
    `;
  }

  #control(field: Field, value: string, invalid: boolean) {
    const { key, label, kind } = field;
    const change = (text: string): void => this.bench.recipe.change(key, entered(kind, text));
    if (kind.type === "choice") {
      return select({
        id: key,
        options: choicesOf(field),
        value,
        placeholder: value,
        describedBy: `${key}-help`,
        invalid,
        onChange: change,
      });
    }
    if (kind.type === "choiceSet") {
      const chosen = value.split(",");
      const tick = ({ currentTarget }: Event): void => {
        const ticked = (currentTarget as HTMLElement).querySelectorAll<HTMLInputElement>("input:checked");
        this.bench.recipe.change(key, Array.from(ticked, (box) => box.value).join(","));
      };
      return html`
        <fieldset class="several" aria-describedby="${key}-help" @change=${tick}>
          <legend>${label}</legend>
          ${kind.choices.map(
            (choice) => html`
              <label title=${choice.help}>
                <input type="checkbox" value=${choice.value} .checked=${chosen.includes(choice.value)} />
                ${choice.label}
              </label>
            `,
          )}
        </fieldset>
      `;
    }
    return html`
      <input
        id=${key}
        aria-describedby="${key}-help"
        aria-invalid=${invalid ? "true" : "false"}
        inputmode=${kind.type !== "number" ? "text" : kind.integer ? "numeric" : "decimal"}
        autocomplete="off"
        spellcheck="false"
        .value=${value}
        @change=${(event: Event) => change(valueOf(event))}
      />
    `;
  }
}

function range({ kind }: Field): string {
  if (kind.type !== "number" && kind.type !== "numberList") return "";
  return ` From ${plainNumber(kind.min)} to ${plainNumber(kind.max)}.`;
}
