import { LitElement, css, html } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import type { Field } from "../../module.js";
import type { StoredRun } from "../../runs/stored-run.js";
import { choicesOf } from "../../fields.js";
import { select, valueOf } from "../../ui/select.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";

/** The recipe of a stored run with one field changed. Fires `vary` with its link. */
@customElement("run-variation")
export class RunVariation extends LitElement {
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
    `,
  ];

  @property({ attribute: false }) run!: StoredRun;
  @property({ attribute: false }) fields: Field[] = [];
  @internal() private key = "";
  @internal() private value = "";

  override willUpdate(): void {
    if (this.key === "") this.#choose("seed");
  }

  #choose(key: string): void {
    this.key = key;
    this.value = this.run.values[key] ?? "";
    // Another run of the same recipe, with the next seed, is what people want most often.
    if (key === "seed") this.value = String(Number(this.value) + 1);
  }

  override render() {
    const { values } = this.run;
    const options = this.fields.filter(({ key }) => key in values && key !== "model" && key !== "layers");
    const field = options.find(({ key }) => key === this.key);
    const change = (value: string): void => {
      this.value = value.trim();
    };
    return html`
      <form aria-label="Duplicate ${this.run.name} with one change" @submit=${this.#submit}>
        <div>
          <label for="option">Option</label>
          ${select({
            id: "option",
            options: options.map(({ key, label }) => ({ value: key, label })),
            value: this.key,
            onChange: (key) => this.#choose(key),
          })}
        </div>
        <div>
          <label for="value">New value (it was ${values[this.key] || "none"})</label>
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
        <button class="primary" aria-disabled="false">Train next</button>
      </form>
    `;
  }

  #submit(event: Event): void {
    event.preventDefault();
    const link = new URLSearchParams(this.run.link);
    link.set(this.key, this.value);
    this.dispatchEvent(new CustomEvent("vary", { detail: link.toString() }));
  }
}
