import { css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";

import { save } from "../../bench/files.js";
import type { CodeFile, Language } from "../../module.js";
import { dialogs } from "./dialog-styles.js";
import { shared } from "../../styles/shared.js";
import { failureNote } from "../../ui/failure-note.js";
import { BenchElement } from "../../app/bench-element.js";
import { StoreController } from "../panel-store.js";
import { CodeStore } from "./code-store.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

const LANGUAGES: readonly [Language, () => string][] = [
  ["pytorch", () => "PyTorch"],
  ["pytorch-distributed", () => msg("PyTorch, many processes")],
  ["rust", () => "Rust"],
];

/** The recipe as a complete program, to read, to copy and to save. */
@customElement("code-dialog")
export class CodeDialog extends BenchElement {
  static override styles = [
    shared,
    dialogs,
    css`
      dialog {
        --widest: 64rem;
      }

      .head,
      .file {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        justify-content: space-between;
      }

      .tabs {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
        margin-block: 0.6rem;
      }

      [role="tab"][aria-selected="true"] {
        border-color: var(--flame);
        box-shadow: inset 0 0 0 1px var(--flame);
      }

      .file {
        margin-block: 0.8rem 0.4rem;
      }

      h3 {
        margin: 0;
        font: inherit;
        font-family: ui-monospace, monospace;
      }

      pre {
        max-height: 60vh;
        margin: 0;
        padding: 0.75rem;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--paper);
        font:
          0.82rem/1.45 ui-monospace,
          monospace;
        tab-size: 4;
      }
    `,
  ];

  @query("dialog") private dialog!: HTMLDialogElement;
  @state() private message = "";
  readonly #controller = new StoreController(this, () => new CodeStore(this.bench));

  get #store(): CodeStore {
    return this.#controller.store;
  }

  open(): void {
    this.message = "";
    this.dialog.showModal();
    this.#store.open(true);
  }

  override render() {
    const { code: shown, language: chosen } = this.#store;
    return html`
      <dialog aria-labelledby="title" @click=${this.#clicked} @close=${() => this.#store.open(false)}>
        <div class="head">
          <h2 id="title">${msg("As code")}</h2>
          <button type="button" @click=${() => this.dialog.close()}>${msg("Close")}</button>
        </div>
        <div class="tabs" role="tablist" aria-label=${msg("Language")} @keydown=${this.#moved}>
          ${LANGUAGES.map(
            ([language, label]) => html`
              <button
                type="button"
                role="tab"
                id=${language}
                aria-selected=${language === chosen ? "true" : "false"}
                aria-controls="program"
                tabindex=${language === chosen ? "0" : "-1"}
                @click=${() => this.#choose(language)}
              >
                ${label()}
              </button>
            `,
          )}
        </div>
        <div id="program" role="tabpanel" aria-labelledby=${chosen}>
          ${shown ? (shown.why === null ? shown.files.map((file) => this.#file(file)) : html`<p>${translated(shown.why)}</p>`) : this.#store.failure === undefined ? html`<p>${msg("One moment …")}</p>` : failureNote(this.#store.failure)}
        </div>
        ${chosen === "pytorch-distributed" ? this.#start() : nothing}
        ${this.#store.hasOwnImages ? this.#images() : nothing}
        <p class="soft" role="status" aria-label=${msg("Code")}>${this.message || nothing}</p>
      </dialog>
    `;
  }

  #start() {
    return html`
      <p class="soft">
        ${msg("Save all files to one folder and start them with torchrun: the first file says how. Its losses can be compared with those here.")}
      </p>
    `;
  }

  #images() {
    return html`
      <div class="file">
        <span class="soft">
          ${msg("Your images as the network gets them, to the byte: the program reads own.npz in place of their files.")}
        </span>
        <button type="button" @click=${() => void this.#store.saveImages()}>${msg("Save prepared images")}</button>
      </div>
      ${failureNote(this.#store.imagesFailure)}
    `;
  }

  #file(file: CodeFile) {
    const { name, text } = file;
    return html`
      <div class="file">
        <h3>${name}</h3>
        <span>
          <button type="button" aria-label=${msg("Copy {file}", { file: name })} @click=${() => this.#copy(file)}>
            ${msg("Copy")}
          </button>
          <button
            type="button"
            aria-label=${msg("Save {file}", { file: name })}
            @click=${() => save(text, name.split("/").at(-1) ?? name, "text/plain")}
          >
            ${msg("Save")}
          </button>
        </span>
      </div>
      <pre tabindex="0" role="region" aria-label=${name}><code>${text}</code></pre>
    `;
  }

  async #copy({ name, text }: CodeFile): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.message = msg("{file} was copied.", { file: name });
    } catch {
      this.message = msg(
        "{file} was not copied: the browser does not let this page write to the clipboard. Save it instead.",
        { file: name },
      );
    }
  }

  #choose(language: Language): void {
    this.#store.choose(language);
    this.message = "";
  }

  /** Arrow keys go from tab to tab. */
  #moved(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = LANGUAGES.findIndex(([language]) => language === this.#store.language);
    const [next] = LANGUAGES.at((at + by) % LANGUAGES.length) ?? [];
    if (!next) return;
    this.#choose(next);
    this.renderRoot.querySelector<HTMLElement>(`#${next}`)?.focus();
  }

  /** Closes the dialog at a click on its backdrop, which is an event of the dialog itself. */
  #clicked(event: MouseEvent): void {
    if (event.target === this.dialog) this.dialog.close();
  }
}
