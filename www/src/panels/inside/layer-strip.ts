import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { LayerInfo } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

const STEPS: Record<string, number> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
};

/** A network's layers in a row, one of them chosen. Fires `layer` with the index of another choice. */
@customElement("layer-strip")
export class LayerStrip extends SignalElement {
  static override styles = [
    shared,
    css`
      div {
        display: flex;
        gap: 0.35rem;
        padding: 3px 3px 0.6rem;
        overflow-x: auto;
        scrollbar-width: thin;
      }

      button {
        flex: none;
        min-height: 0;
        padding: 0.3rem 0.6rem;
        text-align: left;
        font-weight: 400;
        font-size: 0.875rem;
        line-height: 1.3;
      }

      button[aria-checked="true"] {
        border-color: var(--flame);
        background: var(--flame-wash);
      }

      span {
        display: block;
      }
    `,
  ];

  @property({ attribute: false }) layers: readonly LayerInfo[] = [];
  /** What a person calls them. */
  @property({ attribute: false }) titles: readonly string[] = [];
  @property({ attribute: false }) chosen = 0;

  override render() {
    return html`
      <div role="radiogroup" aria-label=${msg("Layer to look into")} @keydown=${this.#key}>
        ${this.layers.map(
          ({ name, kind, shape }, at) => html`
            <button
              type="button"
              role="radio"
              aria-checked=${at === this.chosen ? "true" : "false"}
              tabindex=${at === this.chosen ? "0" : "-1"}
              title="${name}: ${translated(kind)}"
              @click=${() => this.#choose(at)}
            >
              ${this.titles[at] ?? name} <span class="soft">${shape.join("×")}</span>
            </button>
          `,
        )}
      </div>
    `;
  }

  override updated(): void {
    const strip = this.renderRoot.querySelector("div");
    const button = this.renderRoot.querySelectorAll("button")[this.chosen];
    if (!strip || !button) return;
    // Only the strip scrolls, not the page.
    const hidden =
      button.offsetLeft < strip.scrollLeft ||
      button.offsetLeft + button.offsetWidth > strip.scrollLeft + strip.clientWidth;
    if (hidden) strip.scrollLeft = button.offsetLeft - strip.clientWidth / 2;
  }

  #key(event: KeyboardEvent): void {
    const last = this.layers.length - 1;
    const step = STEPS[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : step === undefined ? null : this.chosen + step;
    if (to === null) return;
    event.preventDefault();
    this.#choose(Math.max(0, Math.min(last, to)));
    void this.updateComplete.then(() =>
      this.renderRoot.querySelectorAll("button")[this.chosen]?.focus({ preventScroll: true }),
    );
  }

  #choose(layer: number): void {
    this.chosen = layer;
    this.dispatchEvent(new CustomEvent("layer", { detail: layer }));
  }
}
