import { css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { isCustom } from "../../../crate/js/custom-dataset-keys.js";
import { BenchElement } from "../app/bench-element.js";
import { choiceLabel } from "../fields.js";
import { dialogs } from "../panels/network/dialog-styles.js";
import { refusalOf } from "../state/run-state.js";
import { fieldsets, labels } from "../styles/forms.js";
import { shared } from "../styles/shared.js";
import { select, valueOf } from "../ui/select.js";
import { defineMessage, msg } from "../words/msg.js";
import { translated } from "../words/translated.js";
import { DEFAULT_LOOK, type Look, type Part } from "./look.js";
import { snippet, type Form } from "./snippet.js";

/** What can be ticked. Parts that are one panel of the bench are one of these. */
const PARTS: readonly [Part, string][] = [
  ["curve", defineMessage("Loss curve")],
  ["accuracy", defineMessage("Test accuracy")],
  ["verdict", defineMessage("Whether it is the same run")],
  ["controls", defineMessage("All controls of the recipe")],
  ["workers", defineMessage("How many workers, and how fast")],
  ["pad", defineMessage("A pad to draw on")],
  ["maps", defineMessage("Layers: maps and weights")],
  ["mistakes", defineMessage("What it gets wrong")],
  ["samples", defineMessage("Examples of the data")],
  ["code", defineMessage("The network, and its code")],
];

const FORMS: readonly { value: Form; label: string }[] = [
  { value: "frame", label: defineMessage("A frame (HTML)") },
  { value: "element", label: defineMessage("An element, loaded by a press") },
];

const STARTS: readonly { value: Look["start"]; label: string }[] = [
  { value: "click", label: defineMessage("When Train is pressed") },
  { value: "visible", label: defineMessage("Once it is in view") },
  { value: "never", label: defineMessage("When its page says so") },
];

const THEMES: readonly { value: Look["theme"]; label: string }[] = [
  { value: "auto", label: defineMessage("As the reader's browser") },
  { value: "light", label: defineMessage("Light") },
  { value: "dark", label: defineMessage("Dark") },
];

/** The recipe of the bench as something to paste into another page. */
@customElement("embed-dialog")
export class EmbedDialog extends BenchElement {
  static override styles = [
    shared,
    dialogs,
    fieldsets,
    labels,
    css`
      dialog {
        --widest: 52rem;
      }

      .head {
        display: flex;
        gap: 1rem;
        align-items: center;
        justify-content: space-between;
      }

      .ticks {
        display: grid;
        gap: 0.1rem 1rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
      }

      .ticks label {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 1.9rem;
        font-weight: inherit;
      }

      fieldset,
      .choices {
        margin-top: 0.9rem;
      }

      .choices {
        display: grid;
        gap: 0.6rem 1rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 16.5rem), 1fr));
      }

      .choices label {
        margin-bottom: 0.2rem;
      }

      .snippet {
        display: flex;
        gap: 0.75rem;
        align-items: center;
        margin-block: 0.9rem 0.4rem;
      }

      .snippet span {
        flex: 1 1 0;
      }

      textarea {
        display: block;
        width: 100%;
        padding: 0.6rem 0.75rem;
        border: 1px solid var(--edge);
        border-radius: var(--radius-small);
        background: var(--paper);
        color: inherit;
        font:
          0.82rem/1.45 ui-monospace,
          monospace;
        resize: vertical;
      }
    `,
  ];

  @query("dialog") private dialog!: HTMLDialogElement;
  @query("textarea") private text!: HTMLTextAreaElement;
  @state() private show: ReadonlySet<string> = DEFAULT_LOOK.show;
  @state() private edit: ReadonlySet<string> = new Set();
  @state() private start = DEFAULT_LOOK.start;
  @state() private theme = DEFAULT_LOOK.theme;
  @state() private until = "";
  @state() private form: Form = "frame";
  @state() private message = "";

  open(): void {
    this.message = "";
    this.dialog.showModal();
  }

  override render() {
    return html`
      <dialog aria-labelledby="title" @click=${this.#clicked}>
        <div class="head">
          <h2 id="title">${msg("Embed in another page")}</h2>
          <button type="button" @click=${() => this.dialog.close()}>${msg("Close")}</button>
        </div>
        <p class="soft">${this.#promise()}</p>
        ${this.#ticks(msg("Shown"), PARTS, this.show, (show) => (this.show = show))}
        ${this.#ticks(msg("A reader may change"), this.#fields(), this.edit, (edit) => (this.edit = edit))}
        <div class="choices">
          ${this.#choice("start", msg("It trains"), STARTS, this.start, (value) => (this.start = value))}
          ${this.#choice("theme", msg("Theme"), THEMES, this.theme, (value) => (this.theme = value))}
          <div>
            <label for="until">${msg("It stops first at step")}</label>
            <input
              id="until"
              inputmode="numeric"
              autocomplete="off"
              placeholder=${msg("its end")}
              aria-invalid=${this.#isWrong ? "true" : "false"}
              aria-describedby="until-help"
              .value=${this.until}
              @input=${(event: Event) => (this.until = valueOf(event).trim())}
            />
            <p id="until-help" class="soft">
              ${this.#isWrong ? msg("This has to be a whole number from 1.") : nothing}
            </p>
          </div>
          ${this.#choice("form", msg("form|As"), FORMS, this.form, (value) => (this.form = value))}
        </div>
        <div class="snippet">
          <label for="snippet">${msg("Snippet")}</label>
          <span class="soft" role="status" aria-label=${msg("Snippet")}>${this.message}</span>
          <button type="button" class="primary" aria-disabled="false" @click=${() => void this.#copy()}>
            ${msg("Copy")}
          </button>
        </div>
        <textarea
          id="snippet"
          readonly
          rows="8"
          spellcheck="false"
          .value=${this.#snippet}
          @focus=${selectAll}
        ></textarea>
      </dialog>
    `;
  }

  /** Whether the step to stop at is none. */
  get #isWrong(): boolean {
    return this.until !== "" && !/^[1-9]\d{0,8}$/.test(this.until);
  }

  get #snippet(): string {
    const { fields, parsed } = this.state.recipe;
    const { address } = this.bench.recipe.shared;
    const [page = "", link = ""] = split(address);
    const called = (key: string): string => choiceLabel(fields, key, parsed?.values[key] ?? "");
    return snippet(this.form, {
      site: new URL(".", page).href,
      link,
      title: parsed
        ? msg("Train {network} on {data}", { network: called("model"), data: called("data") })
        : msg("An experiment with Bunsen"),
      show: new Set(PARTS.map(([part]) => part).filter((part) => this.show.has(part))),
      edit: this.#fields().flatMap(([key]) => (this.edit.has(key) ? [key] : [])),
      start: this.start,
      theme: this.theme,
      until: this.until === "" || this.#isWrong ? null : Number(this.until),
    });
  }

  /** What whoever pastes it can expect. */
  #promise(): string {
    const { run, recipe } = this.state;
    if (refusalOf(run))
      return msg("This recipe has a value that is not allowed: an embed of it says so, and trains nothing.");
    if (recipe.parsed && isCustom(recipe.parsed.values))
      return msg("This recipe needs your own images, which are not in the link: an embed of it cannot train.");
    return msg("A reader trains this recipe in their own browser. It follows what is chosen on the bench.");
  }

  /** The fields of the recipe that have a value a reader could change. */
  #fields(): [string, string][] {
    const { fields, parsed } = this.state.recipe;
    const isThere = (key: string): boolean => key !== "layers" && key in (parsed?.values ?? {});
    return fields.filter(({ key }) => isThere(key)).map(({ key, label }) => [key, label]);
  }

  #ticks<K extends string>(
    legend: string,
    options: readonly [K, string][],
    chosen: ReadonlySet<string>,
    onChange: (chosen: ReadonlySet<string>) => void,
  ) {
    const tick = (key: K, { target }: Event): void => {
      const others = [...chosen].filter((each) => each !== key);
      onChange(new Set((target as HTMLInputElement).checked ? [...others, key] : others));
    };
    return html`
      <fieldset>
        <legend>${legend}</legend>
        <div class="ticks">
          ${options.map(
            ([key, label]) => html`
              <label>
                <input type="checkbox" .checked=${chosen.has(key)} @change=${(event: Event) => tick(key, event)} />
                ${translated(label)}
              </label>
            `,
          )}
        </div>
      </fieldset>
    `;
  }

  #choice<T extends string>(
    id: string,
    label: string,
    options: readonly { value: T; label: string }[],
    value: T,
    onChange: (value: T) => void,
  ) {
    return html`
      <div>
        <label for=${id}>${label}</label>
        ${select({ id, options: options.map((option) => ({ ...option, label: translated(option.label) })), value, onChange: (chosen) => onChange(chosen as T) })}
      </div>
    `;
  }

  async #copy(): Promise<void> {
    this.message = "";
    await this.updateComplete;
    try {
      await navigator.clipboard.writeText(this.#snippet);
      this.message = msg("The snippet is copied.");
    } catch {
      this.text.focus();
      this.message = msg("The browser does not let this page copy. The snippet is selected: copy it by the keyboard.");
    }
  }

  /** Closes the dialog at a click on its backdrop, which is an event of the dialog itself. */
  #clicked(event: MouseEvent): void {
    if (event.target === this.dialog) this.dialog.close();
  }
}

/** An address without its query, and the link in it. */
function split(address: string): string[] {
  const url = new URL(address);
  return [`${url.origin}${url.pathname}`, address.split("#").slice(1).join("#")];
}

function selectAll(event: Event): void {
  (event.target as HTMLTextAreaElement).select();
}
