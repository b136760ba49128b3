import { css, html, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import type { Figure } from "../figure/figure.js";
import type { Format } from "../figure/save.js";
import { whyNotLoaded } from "../new-version.js";
import { shared } from "../styles/shared.js";
import { msg } from "../words/msg.js";
import { SignalElement } from "./signal-element.js";

/** What gives a figure when it is asked for, as it is then. */
export type FigureSource = () => Figure | Promise<Figure>;

const FORMATS: readonly Format[] = ["SVG", "PNG", "CSV"];

/** In the corner of a figure: saves it as a picture, or its numbers. What writes the files is loaded when it is opened. */
@customElement("save-menu")
export class SaveMenu extends SignalElement {
  static override styles = [
    shared,
    css`
      :host {
        position: relative;
        flex: none;
        width: fit-content;
        margin-inline-start: auto;
      }

      .opens {
        min-height: 1.75rem;
        padding: 0.1rem 0.6rem;
        font-size: 0.8125rem;
      }

      .opens::after {
        display: inline-block;
        width: 0.4em;
        height: 0.4em;
        margin-inline-start: 0.5em;
        border: solid currentcolor;
        border-width: 0 1.5px 1.5px 0;
        content: "";
        transform: translateY(-0.2em) rotate(45deg);
      }

      .menu {
        position: absolute;
        z-index: 5;
        inset-block-start: calc(100% + 0.25rem);
        inset-inline-end: 0;
        padding: 0.25rem;
        border: 1px solid var(--edge);
        border-radius: var(--radius-small);
        background: var(--paper);
        box-shadow: 0 4px 16px rgb(0 0 0 / 18%);
      }

      .menu button {
        display: block;
        width: 100%;
        min-height: 2.25rem;
        border-color: transparent;
        font-size: 0.875rem;
        text-align: start;
      }

      .menu button:focus-visible {
        outline-offset: -2px;
      }

      .failure {
        max-width: 18rem;
        margin-top: 0.25rem;
        font-size: 0.8125rem;
      }
    `,
  ];

  /** What is saved, after "Save": "loss". */
  @property() label = "";
  @property({ attribute: false }) figure!: FigureSource;
  @internal() private isOpen = false;
  /** The name of the file that was saved last. */
  @internal() private saved = "";
  @internal() private failure = "";
  @query(".opens") private opener!: HTMLButtonElement;
  @query(".menu") private menu!: HTMLElement | null;

  override render() {
    const { label, isOpen } = this;
    return html`
      <button
        type="button"
        class="opens"
        aria-label=${msg("Save {figure}", { figure: label })}
        aria-haspopup="menu"
        aria-expanded=${isOpen ? "true" : "false"}
        @click=${() => this.#toggle()}
        @keydown=${this.#openByKey}
      >
        ${msg("Save")}
      </button>
      ${
        isOpen
          ? html`
              <div
                class="menu"
                role="menu"
                aria-label=${msg("Save {figure}", { figure: label })}
                @keydown=${this.#move}
                @focusout=${this.#left}
              >
                ${FORMATS.map(
                  (format) => html`
                    <button type="button" role="menuitem" tabindex="-1" @click=${() => void this.#save(format)}>
                      ${msg("Save as {format}", { format })}
                    </button>
                  `,
                )}
              </div>
            `
          : nothing
      }
      <span class="heard" role="status" aria-label=${msg("Saved")}
        >${this.saved && msg("Saved as {file}.", { file: this.saved })}</span
      >
      ${this.failure ? html`<p class="failure" role="alert">${this.failure}</p>` : nothing}
    `;
  }

  #toggle(): void {
    if (this.isOpen) this.#close();
    else void this.#open(0);
  }

  /** @param item that gets the focus */
  async #open(item: number): Promise<void> {
    this.isOpen = true;
    this.saved = this.failure = "";
    // It is wanted soon. Why it cannot be had is said when it is.
    void import("../figure/save.js").catch(() => {});
    await this.updateComplete;
    this.#items.at(item)?.focus();
  }

  #close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.opener.focus();
  }

  get #items(): HTMLButtonElement[] {
    return [...(this.menu?.querySelectorAll("button") ?? [])];
  }

  #openByKey(event: KeyboardEvent): void {
    if (event.key === "Tab") this.isOpen = false;
    const item = { ArrowDown: 0, ArrowUp: -1 }[event.key];
    if (item === undefined || this.isOpen) return;
    event.preventDefault();
    void this.#open(item);
  }

  #move(event: KeyboardEvent): void {
    // The focus goes on from the button.
    if (event.key === "Tab") return this.#close();
    const items = this.#items;
    const focused = items.indexOf(this.shadowRoot?.activeElement as HTMLButtonElement);
    const next = { ArrowDown: focused + 1, ArrowUp: focused - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) items.at(next % items.length)?.focus();
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    // Nothing around it is closed with it.
    event.stopPropagation();
  }

  /** The focus went elsewhere, by Tab or by the pointer. On the button, a click closes it. */
  #left({ relatedTarget }: FocusEvent): void {
    const to = relatedTarget as Node | null;
    if (to === this.opener || (to && this.menu?.contains(to))) return;
    this.isOpen = false;
  }

  async #save(format: Format): Promise<void> {
    this.#close();
    try {
      const { saveFigure } = await import("../figure/save.js");
      this.saved = await saveFigure(await this.figure(), format);
    } catch (thrown) {
      const why = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
      this.failure = await whyNotLoaded(msg("It could not be saved as {format} ({why}).", { format, why }));
    }
  }
}
