import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { shared } from "../../styles/shared.js";
import type { Change } from "./changes.js";
import { msg } from "../../words/msg.js";
import { SignalElement } from "../../ui/signal-element.js";

/** What was changed of the recipe: a chip for each. Fires `edit` and `back` with a key. */
@customElement("setting-chips")
export class SettingChips extends SignalElement {
  static override styles = [
    shared,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: flex;
        max-width: 100%;
        border: 1px solid var(--line);
        border-radius: 1rem;
        background: var(--flame-wash);
        font-size: 0.875rem;
      }

      .wrong {
        border-color: var(--bad);
        background: var(--bad-wash);
      }

      button {
        min-height: 1.9rem;
        padding: 0 0.3rem 0 0.7rem;
        border: 0;
        border-radius: 1rem;
        background: transparent;
        font-weight: inherit;
        text-align: start;
        white-space: normal;
        overflow-wrap: anywhere;
      }

      .back {
        flex: none;
        min-width: 1.9rem;
        padding: 0 0.5rem 0 0.3rem;
        color: var(--ink-soft);
        font-size: 1.05rem;
        line-height: 1;
      }
    `,
  ];

  @property({ attribute: false }) changes: readonly Change[] = [];
  /** The keys of those whose controls are open. */
  @property({ attribute: false }) editing: readonly string[] = [];
  /** The keys of those whose value is refused. */
  @property({ attribute: false }) refused: readonly string[] = [];
  @property({ type: Boolean }) disabled = false;

  /** The focus stays in the list when a chip goes. Whether there is one to take it. */
  focusNear(at: number): boolean {
    const all = this.renderRoot.querySelectorAll<HTMLElement>(".back");
    const near = all[Math.min(at, all.length - 1)];
    near?.focus();
    return near !== undefined;
  }

  /** Gives the focus to what opens a setting's control. Whether it has a chip. */
  focusOn(key: string): boolean {
    const chip = this.renderRoot.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    chip?.focus();
    return chip !== null;
  }

  override render() {
    const disabled = this.disabled ? "true" : "false";
    return html`
      <ul aria-label=${msg("Changed settings")}>
        ${repeat(
          this.changes,
          ({ key }) => key,
          ({ key, label, value, default: usual }, at) => html`
            <li class=${this.refused.includes(key) ? "wrong" : ""}>
              <button
                type="button"
                data-key=${key}
                title=${msg("Default: {value}", { value: usual })}
                aria-disabled=${disabled}
                aria-expanded=${this.editing.includes(key) ? "true" : "false"}
                @click=${() => this.#tell("edit", { key, at })}
              >
                ${label} <b>${value}</b><span class="heard"> ${msg("(default {value})", { value: usual })}</span>
              </button>
              <button
                type="button"
                class="back"
                title=${msg("Back to {value}", { value: usual })}
                aria-label=${msg("{label} back to {value}", { label, value: usual })}
                aria-disabled=${disabled}
                @click=${() => this.#tell("back", { key, at })}
              >
                ×
              </button>
            </li>
          `,
        )}
      </ul>
    `;
  }

  #tell(type: "edit" | "back", detail: { key: string; at: number }): void {
    if (!this.disabled) this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
