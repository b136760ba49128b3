import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import { SIDE } from "../digit/normalize.js";
import type { DataInfo, Example } from "../module.js";
import { shapeOf, valuesOf } from "../pixels.js";
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

/**
 * Draw a digit, see what the network makes of it, while it learns. What cannot be drawn with a pen is taken from the
 * test examples.
 */
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

      .example {
        border: 1px solid var(--edge);
        border-radius: var(--radius-small);
        background: var(--sunk);
        overflow: hidden;
        aspect-ratio: 1;
      }

      draw-pad,
      .example {
        max-width: 19rem;
        margin-top: 0.35rem;
      }

      .buttons {
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

  @query("draw-pad") private drawPad!: DrawPad | null;
  @internal() private pixels: Float32Array | null = null;
  /** The label of the test example on the pad; null once something is drawn. */
  @internal() private label: number | null = null;
  #example: Example | null = null;
  #words: Guess = { name: "", note: "" };
  #wordsAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override willUpdate(): void {
    const { data } = this.state;
    // What another data set's network looked at means nothing to this one's.
    if (data && this.pixels && this.pixels.length !== data.channels * data.height * data.width) {
      this.pixels = null;
      this.label = null;
    }
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
      if (this.drawPad) this.drawPad.show(testExample.pixels);
      else this.#see(valuesOf(testExample.pixels));
      this.label = testExample.label;
    }
  }

  override render() {
    const { data, guess, plan } = this.state;
    const shown = data && !isDrawable(data) ? data : null;
    return html`
      <h2>${shown ? "Look at a test example" : "Draw a digit"}</h2>
      <div class="pad">
        <figure>
          ${shown ? this.#still(shown) : this.#pad()}
          <div class="buttons">
            <button type="button" @click=${this.#clear}>Clear</button>
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
            ${shown
              ? nothing
              : html`<pixel-image label="The drawing in 28 by 28 pixels" .pixels=${this.#bytes()}></pixel-image>`}
            <div>
              <p class="soft">${shown ? "What the network says:" : "What the network sees, and what it says:"}</p>
              <p class="guess" role="status" aria-label="Guess"><b>${this.#words.name}</b> ${this.#words.note}</p>
            </div>
          </div>
          <class-bars .classes=${data?.classes ?? DIGITS} .probabilities=${guess}></class-bars>
        </div>
      </div>
    `;
  }

  #pad() {
    return html`
      <figcaption class="soft">With a finger, a pen or the mouse</figcaption>
      <draw-pad @drawing=${(event: CustomEvent<Float32Array | null>) => this.#see(event.detail)}></draw-pad>
    `;
  }

  #still(data: DataInfo) {
    return html`
      <figcaption class="soft">
        Drawing is for digits in ${SIDE}×${SIDE} pixels; ${data.title} has other images, ${shapeOf(data)}. “Use a test example” shows one.
      </figcaption>
      ${this.pixels
        ? html`
            <pixel-image
              class="example"
              label="The test example"
              .pixels=${this.#bytes()}
              .channels=${data.channels}
              .columns=${data.width}
              .rows=${data.height}
            ></pixel-image>
          `
        : html`<div class="example"></div>`}
    `;
  }

  /** What the network is given, as a picture has it. */
  #bytes(): ArrayLike<number> {
    return this.pixels ? this.pixels.map((value) => 255 * value) : [];
  }

  #clear(): void {
    if (this.drawPad) this.drawPad.clear();
    else this.#see(null);
  }

  #see(pixels: Float32Array | null): void {
    this.pixels = pixels;
    this.label = null;
    this.bench.look(pixels);
  }

  #say(): Guess {
    const { guess, data, step, plan, engine } = this.state;
    if (!this.pixels) return { name: "", note: "Nothing yet" };
    if (!guess) return { name: "", note: plan || engine?.kind !== "gpu" ? "…" : "Press Train first" };
    const name = (data?.classes ?? DIGITS)[guess.indexOf(Math.max(...guess))] ?? "?";
    return { name, note: step === 0 ? "by chance: it is not trained yet" : "" };
  }
}

/** Whether a drawing can stand for an image of that data: it is made into what MNIST's digits are. */
function isDrawable({ classes, channels, height, width }: DataInfo): boolean {
  const digits = classes.every((name, at) => name === DIGITS[at]);
  return digits && channels === 1 && height === SIDE && width === SIDE;
}
