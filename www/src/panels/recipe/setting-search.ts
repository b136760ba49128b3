import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { ifDefined } from "lit/directives/if-defined.js";

import type { Field } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { valueOf } from "../../ui/select.js";
import { settingText } from "./changes.js";
import { findSettings } from "./search.js";
import { msg, plural } from "../../words/msg.js";
import { SignalElement } from "../../ui/signal-element.js";

/** In less room below the field, in CSS pixels, the list stands above it. */
const ROOM = 260;

/** A list of settings that is searched by typing (the combobox pattern of ARIA). Fires `choose` with the key of one. */
@customElement("setting-search")
export class SettingSearch extends SignalElement {
  static override styles = [
    shared,
    css`
      :host {
        position: relative;
      }

      input {
        min-height: 2rem;
        padding: 0.1rem 0.7rem;
        border-radius: 1rem;
        border-style: dashed;
        background: transparent;
        font-size: 0.875rem;
      }

      input::placeholder {
        color: var(--flame);
        font-weight: 550;
        opacity: 1;
      }

      .found {
        position: absolute;
        z-index: 5;
        inset-inline: 0;
        top: 100%;
        margin: 0.25rem 0 0;
        border: 1px solid var(--edge);
        border-radius: var(--radius-small);
        background: var(--paper);
        box-shadow: 0 6px 24px rgb(0 0 0 / 18%);
      }

      .above {
        top: auto;
        bottom: 100%;
        margin: 0 0 0.25rem;
      }

      ul {
        max-height: min(20rem, 40vh);
        margin: 0;
        padding: 0.25rem;
        overflow-y: auto;
        list-style: none;
      }

      li {
        padding: 0.4rem 0.5rem;
        border-radius: var(--radius-small);
        cursor: pointer;
      }

      li[aria-selected="true"] {
        background: var(--flame-wash);
        outline: 2px solid var(--flame);
        outline-offset: -2px;
      }

      li span {
        float: inline-end;
        margin-inline-start: 0.5rem;
      }

      small {
        display: block;
        overflow: hidden;
        color: var(--ink-soft);
        font-size: 0.8125rem;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .none {
        padding: 0.5rem 0.75rem;
      }
    `,
  ];

  @property({ attribute: false }) fields: readonly Field[] = [];
  /** What each has, by its key. */
  @property({ attribute: false }) values: Readonly<Record<string, string>> = {};
  @property({ type: Boolean }) disabled = false;
  @internal() private text = "";
  @internal() private isOpen = false;
  /** Whether the list stands above the field, where there is more room. */
  @internal() private isAbove = false;
  /** Which of those that were found Enter takes. */
  @internal() private active = 0;
  @query("input") private input!: HTMLInputElement;

  override focus(): void {
    this.input.focus();
  }

  get #found(): Field[] {
    return findSettings(this.fields, this.text);
  }

  override render() {
    const found = this.isOpen ? this.#found : [];
    const active = found[this.active]?.key;
    return html`
      <input
        role="combobox"
        aria-label=${msg("Add a setting")}
        aria-autocomplete="list"
        aria-expanded=${this.isOpen ? "true" : "false"}
        aria-controls="found"
        aria-activedescendant=${ifDefined(active === undefined ? undefined : `option-${active}`)}
        placeholder=${msg("+ setting")}
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        ?disabled=${this.disabled}
        .value=${this.text}
        @input=${(event: Event) => this.#search(valueOf(event))}
        @click=${() => this.#open()}
        @keydown=${this.#pressed}
        @blur=${() => (this.isOpen = false)}
      />
      <div class="found ${this.isAbove ? "above" : ""}" ?hidden=${!this.isOpen}>
        <ul id="found" role="listbox" aria-label=${msg("Settings")} @mousedown=${keepFocus}>
          ${found.map(
            ({ key, label, help }, at) => html`
              <li
                id="option-${key}"
                role="option"
                aria-selected=${at === this.active ? "true" : "false"}
                @click=${() => this.#choose(key)}
              >
                <span class="soft">${settingText(this.fields, key, this.values[key])}</span>${label}<small
                  >${help}</small
                >
              </li>
            `,
          )}
        </ul>
        ${this.isOpen && found.length === 0 ? html`<p class="soft none">${msg("No setting is called so, or speaks of it.")}</p>` : nothing}
      </div>
      <p class="heard" role="status" aria-label=${msg("Settings found")}>
        ${this.isOpen ? plural(found.length, "{count} setting", "{count} settings") : nothing}
      </p>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.isOpen || !(changed.has("active") || changed.has("text") || changed.has("isOpen"))) return;
    this.renderRoot.querySelector(`[aria-selected="true"]`)?.scrollIntoView({ block: "nearest" });
  }

  #open(): void {
    if (this.isOpen) return;
    const { top, bottom } = this.input.getBoundingClientRect();
    const below = innerHeight - bottom;
    this.isAbove = below < ROOM && top > below;
    this.isOpen = true;
  }

  #search(text: string): void {
    this.text = text;
    this.active = 0;
    this.#open();
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const { length } = this.#found;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        if (!this.isOpen) this.#open();
        else if (length > 0) this.active = (this.active + (event.key === "ArrowDown" ? 1 : length - 1)) % length;
        break;
      case "Enter": {
        const found = this.isOpen ? this.#found[this.active] : undefined;
        if (found) this.#choose(found.key);
        break;
      }
      case "Escape":
        if (!this.isOpen && this.text === "") return;
        if (this.isOpen) this.isOpen = false;
        else this.text = "";
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  #choose(key: string): void {
    this.text = "";
    this.active = 0;
    this.isOpen = false;
    this.dispatchEvent(new CustomEvent("choose", { detail: key }));
  }
}

/** The field keeps the focus while one of its list is pressed. */
function keepFocus(event: Event): void {
  event.preventDefault();
}
