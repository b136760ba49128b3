import { LitElement, css, html, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";

/** So many places at most: from one end to the other in a few seconds of a held key. */
const MOST_PLACES = 200;

/**
 * Moves the cursor of the plot under it by keyboard, and tells screen readers what stands there: a slider of which nothing but the focus is seen.
 * Fires `point` with the place, or null where the cursor leaves.
 */
@customElement("step-cursor")
export class StepCursor extends LitElement {
  static override styles = css`
    :host {
      display: block;
      position: relative;
      /* The pointer has the plot itself. */
      pointer-events: none;
    }

    :host(:focus-within) {
      outline: 2px solid var(--flame);
      outline-offset: 2px;
      border-radius: 2px;
    }

    input {
      position: absolute;
      inset: auto 0 0;
      width: 100%;
      margin: 0;
      opacity: 0;
    }
  `;

  /** What it reads. */
  @property() label = "";
  /** The first and the last place across. */
  @property({ attribute: false }) first = 1;
  @property({ attribute: false }) last = 1;
  /** Where the cursor is; null where there is none. */
  @property({ attribute: false }) place: number | null = null;
  /** What stands there, in words. */
  @property() reading = "";
  @query("input") private input!: HTMLInputElement;

  get #places(): number {
    const { first, last } = this;
    const length = last - first;
    return length >= 1 && Number.isInteger(first) && Number.isInteger(last)
      ? Math.min(MOST_PLACES, length)
      : MOST_PLACES;
  }

  protected override updated(changed: PropertyValues): void {
    const isMoved = changed.has("place") || changed.has("last") || changed.has("first");
    if (!isMoved || this.matches(":focus-within")) return;
    const { first, last, place } = this;
    const share = last > first ? ((place ?? last) - first) / (last - first) : 1;
    this.input.value = String(Math.round(share * this.#places));
  }

  override render() {
    return html`
      <input
        type="range"
        aria-label=${this.label}
        aria-valuetext=${this.reading}
        min="0"
        max=${this.#places}
        step="1"
        @input=${this.#moved}
        @focus=${this.#moved}
        @blur=${() => this.#tell(null)}
        @keydown=${this.#pressed}
      />
    `;
  }

  readonly #moved = (): void => {
    const { first, last } = this;
    const place = first + (Number(this.input.value) / this.#places) * (last - first);
    this.#tell(Number.isInteger(first) && Number.isInteger(last) ? Math.round(place) : place);
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.#tell(null);
  };

  #tell(place: number | null): void {
    this.dispatchEvent(new CustomEvent("point", { detail: place }));
  }
}
