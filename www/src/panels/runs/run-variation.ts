import { css, html } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import { linkText } from "../../../../crate/js/link-text.js";
import type { Field } from "../../module.js";
import type { StoredRun } from "../../runs/stored-run.js";
import { letterOf, shortened } from "../../runs/short-names.js";
import { choiceLabel, choicesOf, fieldOf } from "../../fields.js";
import type { QueuedRecipe } from "../../state/queue.js";
import { select, valueOf } from "../../ui/select.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { settingText } from "../recipe/changes.js";
import { entered } from "../recipe/entered.js";
import { anotherValue, isSameValue } from "./another-value.js";
import { msg } from "../../words/msg.js";
import { withinSentence } from "../../words/within.js";
import { SignalElement } from "../../ui/signal-element.js";

/** The recipe of a stored run with one field changed. Fires `vary` with the recipe, once something differs. */
@customElement("run-variation")
export class RunVariation extends SignalElement {
  static override styles = [
    shared,
    labels,
    css`
      form {
        display: grid;
        gap: 0.5rem 0.75rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 10rem), 1fr));
        align-items: end;
        margin-top: 0.5rem;
        padding: 0.6rem 0.75rem;
        border-radius: var(--radius-small);
        background: var(--sunk);
      }

      label {
        margin-bottom: 0.2rem;
        font-size: 0.8125rem;
      }

      p {
        grid-column: 1 / -1;
        margin: 0;
      }

      p:empty {
        display: none;
      }
    `,
  ];

  @property({ attribute: false }) run!: StoredRun;
  /** What it is called beside the others. */
  @property() called = "";
  @property({ attribute: false }) fields: Field[] = [];
  /** Why the last one was not taken. */
  @property() refusal = "";
  @internal() private key = "";
  @internal() private value = "";

  override willUpdate(): void {
    if (this.key === "") this.#choose("seed");
  }

  #choose(key: string): void {
    const field = fieldOf(this.fields, key);
    const value = this.run.values[key] ?? "";
    this.key = key;
    this.value = field ? anotherValue(field, value) : value;
  }

  override render() {
    const { values } = this.run;
    const options = this.fields.filter(({ key }) => key in values && key !== "model" && key !== "layers");
    const field = options.find(({ key }) => key === this.key);
    const change = (value: string): void => {
      this.value = field ? entered(field.kind, value) : value.trim();
    };
    const was = settingText(this.fields, this.key, values[this.key]);
    return html`
      <form
        aria-label=${msg("Train {run} again with one change", { run: letterOf(this.run.slot) })}
        @submit=${this.#submit}
      >
        <div>
          <label for="option">${msg("Option")}</label>
          ${select({
            id: "option",
            options: options.map(({ key, label }) => ({ value: key, label })),
            value: this.key,
            onChange: (key) => this.#choose(key),
          })}
        </div>
        <div>
          <label for="value">${msg("New value (it was {value})", { value: was })}</label>
          ${
            field?.kind.type === "choice"
              ? select({ id: "value", options: choicesOf(field), value: this.value, onChange: change })
              : html`
                  <input
                    id="value"
                    autocomplete="off"
                    spellcheck="false"
                    .value=${this.value}
                    @input=${(event: Event) => change(valueOf(event))}
                  />
                `
          }
        </div>
        <button class="primary" aria-disabled=${this.#differs ? "false" : "true"} aria-describedby="note">
          ${msg("Train")}
        </button>
        <p id="note" class="soft" role="status" aria-label=${msg("One change")}>
          ${this.#differs ? this.refusal : msg("Nothing differs yet: the same recipe trains the same run.")}
        </p>
      </form>
    `;
  }

  get #differs(): boolean {
    const field = fieldOf(this.fields, this.key);
    return field !== undefined && !isSameValue(field, this.value, this.run.values[this.key] ?? "");
  }

  #submit(event: Event): void {
    event.preventDefault();
    if (!this.#differs) return;
    const link = new URLSearchParams(this.run.link);
    link.set(this.key, this.value);
    const label = withinSentence(fieldOf(this.fields, this.key)?.label ?? this.key);
    const value = choiceLabel(this.fields, this.key, this.value) || msg("setting|none");
    const title = `${shortened(this.called)}, ${label} ${value}`;
    this.dispatchEvent(new CustomEvent<QueuedRecipe>("vary", { detail: { link: linkText(link), title } }));
  }
}
