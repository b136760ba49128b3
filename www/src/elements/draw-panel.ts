import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import { SIDE } from "../digit/normalize.js";
import type { Example } from "../module.js";
import { shared } from "../styles/shared.js";
import { BenchElement } from "./bench-element.js";
import "./class-bars.js";
import "./draw-pad.js";
import type { DrawPad } from "./draw-pad.js";
import "./pixel-image.js";

/** The guess in words changes this often at most. */
const HOLD_MS = 700;
const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

interface Guess {
  name: string;
  note: string;
}

/** Draw a digit, see what the network makes of it, while it learns. */
@customElement("draw-panel")
export class DrawPanel extends BenchElement {
  static override styles = [
    shared,
    css`
      .pad {
        display: grid;
        gap: 0.75rem 1.25rem;
        grid-template-columns: minmax(0, 1fr);
        margin-top: 0.5rem;
      }

      figure {
        margin: 0;
      }

      draw-pad {
        max-width: 19rem;
        margin-top: 0.35rem;
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin-top: 0.6rem;
      }

      .seen {
        display: flex;
        gap: 0.75rem;
        align-items: center;
        margin-bottom: 0.6rem;
      }

      .seen pixel-image {
        flex: none;
        width: 4.25rem;
        border: 1px solid var(--line);
        border-radius: 4px;
        overflow: hidden;
      }

      .label {
        margin-top: 0.4rem;
      }

      .guess {
        font-weight: 600;
        line-height: 1.35;
      }

      .guess b {
        font-size: 1.5rem;
        line-height: 1.2;
      }

      @media (min-width: 40rem) and (max-width: 69.99rem) {
        .pad {
          grid-template-columns: 19rem minmax(0, 1fr);
        }
      }
    `,
  ];

  @query("draw-pad") private drawPad!: DrawPad;
  @internal() private pixels: Float32Array | null = null;
  /** The label of the test example on the pad; null once something is drawn. */
  @internal() private label: number | null = null;
  #example: Example | null = null;
  #words: Guess = { name: "", note: "" };
  #wordsAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override willUpdate(): void {
    const words = this.#say();
    const wait = this.#wordsAt + HOLD_MS - performance.now();
    if (words.name === this.#words.name && words.note === this.#words.note) return;
    // Clearing is answered at once, a stream of guesses is not.
    if (wait > 0 && this.pixels) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.requestUpdate();
      }, wait);
      return;
    }
    this.#words = words;
    this.#wordsAt = performance.now();
  }

  override updated(_changed: PropertyValues): void {
    const { testExample } = this.state;
    if (testExample && testExample !== this.#example) {
      this.#example = testExample;
      this.drawPad.show(testExample.pixels);
      this.label = testExample.label;
    }
  }

  override render() {
    const { data, guess, plan } = this.state;
    const fits = !data || (data.channels === 1 && data.width === SIDE && data.height === SIDE);
    if (!fits) return html`<h2>Draw a digit</h2><p class="soft">This network does not look at drawn digits.</p>`;
    return html`
      <h2>Draw a digit</h2>
      <div class="pad">
        <figure>
          <figcaption class="soft">With a finger, a pen or the mouse</figcaption>
          <draw-pad @drawing=${this.#drawn}></draw-pad>
          <div class="buttons">
            <button type="button" @click=${() => this.drawPad.clear()}>Clear</button>
            <button type="button" aria-disabled=${plan ? "false" : "true"} @click=${() => this.bench.takeExample()}>
              Use a test example
            </button>
          </div>
          ${this.label === null
            ? nothing
            : html`<p class="soft label">A test example of ${data?.classes[this.label] ?? this.label}</p>`}
        </figure>
        <div>
          <div class="seen">
            <pixel-image
              label="The drawing in 28 by 28 pixels"
              .pixels=${this.pixels ? this.pixels.map((value) => 255 * value) : []}
            ></pixel-image>
            <div>
              <p class="soft">What the network sees, and what it says:</p>
              <p class="guess" role="status" aria-label="Guess"><b>${this.#words.name}</b> ${this.#words.note}</p>
            </div>
          </div>
          <class-bars .classes=${data?.classes ?? DIGITS} .probabilities=${guess}></class-bars>
        </div>
      </div>
    `;
  }

  #drawn(event: CustomEvent<Float32Array | null>): void {
    this.pixels = event.detail;
    this.label = null;
    this.bench.look(event.detail);
  }

  #say(): Guess {
    const { guess, data, step, plan, engine } = this.state;
    if (!this.pixels) return { name: "", note: "Nothing yet" };
    if (!guess) return { name: "", note: plan || engine?.kind !== "gpu" ? "…" : "Press Train first" };
    const name = (data?.classes ?? DIGITS)[guess.indexOf(Math.max(...guess))] ?? "?";
    return { name, note: step === 0 ? "by chance: it is not trained yet" : "" };
  }
}
