import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import { SIDE } from "./normalize.js";
import type { DataInfo, Example } from "../../module.js";
import { argmax } from "../../math.js";
import { bytePixels, shapeText, unitPixels } from "../../pixels.js";
import { alerts } from "../../styles/alerts.js";
import { shared } from "../../styles/shared.js";
import { DIGITS, guessChoices, isDigits, prepare, type Choices } from "./prepare.js";
import type { Picture } from "./read.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { BenchElement } from "../../app/bench-element.js";
import "../../ui/class-bars.js";
import "./draw-pad.js";
import type { DrawPad } from "./draw-pad.js";
import "./picture-view.js";
import "../../ui/pixel-image.js";
import "./try-sources.js";
import type { TrySources } from "./try-sources.js";

/** The guess in words changes this often at most. */
const HOLD_MS = 700;

const LATER = {
  pixels: null,
  said: "What the network gets of it is shown once the run is ready: on a GPU, when it trains.",
};

interface Guess {
  name: string;
  note: string;
}

/** What is tried: nothing, what was drawn, a test example, or a picture that a person gave. */
type Tried =
  | { what: "nothing" | "drawing" }
  | { what: "example"; example: Example }
  | { what: "picture"; picture: Picture; choices: Choices; said: string };

/** Try it yourself: an image of one's own, what the network gets of it, and what it says, while it learns. */
@customElement("try-panel")
export class TryPanel extends BenchElement {
  static override styles = [
    shared,
    alerts,
    css`
      :host {
        container-type: inline-size;
      }

      .parts {
        display: grid;
        gap: 0.75rem 1.5rem;
        grid-template-columns: minmax(0, 1fr);
        margin-top: 0.5rem;
      }

      figure {
        margin: 0;
        min-width: 0;
      }

      .image {
        max-width: 19rem;
        margin-top: 0.35rem;
      }

      .framed {
        border: 1px solid var(--edge);
        border-radius: var(--radius-small);
        background: var(--sunk);
        overflow: hidden;
      }

      .empty {
        display: grid;
        place-items: center;
        aspect-ratio: 1;
        padding: 1.5rem;
        text-align: center;
      }

      .seen {
        background: none;
      }

      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0 1.25rem;
        margin-top: 0.35rem;
      }

      label {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 2.5rem;
        font-size: 0.875rem;
      }

      label input {
        flex: none;
        width: 1.1rem;
        min-height: 1.1rem;
        margin: 0;
        accent-color: var(--flame);
      }

      .said {
        max-width: 34rem;
        margin-top: 0.4rem;
      }

      .guess {
        margin-bottom: 0.6rem;
        font-weight: 600;
        line-height: 1.35;
      }

      .guess b {
        font-size: 1.5rem;
        line-height: 1.2;
        overflow-wrap: anywhere;
      }

      /* Somebody's own classes may be 256. */
      .bars {
        max-height: 24rem;
        overflow-y: auto;
      }

      @container (max-width: 39.99rem) {
        .seen {
          width: 9.5rem;
        }
      }

      @container (min-width: 40rem) {
        .parts {
          grid-template-columns: repeat(2, minmax(0, 19rem));
        }

        .answer {
          grid-column: 1 / -1;
        }
      }

      @container (min-width: 60rem) {
        .parts {
          grid-template-columns: repeat(2, minmax(0, 19rem)) minmax(0, 1fr);
        }

        .answer {
          grid-column: auto;
        }
      }
    `,
  ];

  @query("draw-pad") private drawPad!: DrawPad | null;
  @query("try-sources") private sources!: TrySources;
  @internal() private tried: Tried = { what: "nothing" };
  /** What the network is given of it. */
  @internal() private pixels: Float32Array | null = null;
  #data = "";
  #example: Example | null = null;
  #words: Guess = { name: "", note: "" };
  readonly #throttle = new ThrottleController(this, HOLD_MS);

  override willUpdate(): void {
    const { data, testExample } = this.state;
    if (data && this.#data !== keyOf(data)) this.#becameOf(data);
    if (testExample && testExample !== this.#example) {
      this.#example = testExample;
      this.tried = { what: "example", example: testExample };
      this.pixels = unitPixels(testExample.pixels);
    }
    const words = this.#say();
    if (words.name === this.#words.name && words.note === this.#words.note) return;
    // Clearing is answered at once, a stream of guesses is not.
    if (this.#throttle.allows(!this.pixels)) this.#words = words;
  }

  override updated(changed: PropertyValues): void {
    if (!changed.has("pixels") && !changed.has("tried")) return;
    if (changed.has("tried") && this.tried.what === "example") this.drawPad?.show(this.tried.example.pixels);
    if (changed.has("pixels") && (this.pixels || changed.get("pixels"))) this.bench.looking.at(this.pixels);
  }

  override render() {
    const { data, guess, plan } = this.state;
    const draws = !data || isDigits(data);
    return html`
      <h2>Try it yourself</h2>
      <div class="parts">
        <try-sources
          ?filled=${this.tried.what !== "nothing"}
          ?examples=${plan !== null}
          @picture=${(event: CustomEvent<Picture>) => this.#try(event.detail)}
          @example=${() => this.bench.looking.takeExample()}
          @clear=${this.#clear}
        >
          <figure>${this.#original(data, draws)}</figure>
        </try-sources>
        <figure>
          <figcaption class="soft">
            What the network gets: ${shapeText(data ?? { channels: 1, height: SIDE, width: SIDE })}
          </figcaption>
          ${this.#seen(data)} ${this.#done(data)}
        </figure>
        <div class="answer">
          <p class="soft">What the network says:</p>
          <p class="guess" role="status" aria-label="Guess"><b>${this.#words.name}</b> ${this.#words.note}</p>
          <class-bars class="bars" .classes=${data?.classes ?? DIGITS} .probabilities=${guess}></class-bars>
        </div>
      </div>
    `;
  }

  #original(data: DataInfo | null, draws: boolean) {
    const { tried } = this;
    if (tried.what === "picture") {
      return html`
        <figcaption class="soft">${tried.picture.name}</figcaption>
        <picture-view
          class="image framed"
          label="The picture as it was given"
          .image=${tried.picture.image}
        ></picture-view>
      `;
    }
    const label =
      tried.what === "example" && data
        ? html`<p class="soft">A test example of ${data.classes[tried.example.label] ?? tried.example.label}</p>`
        : nothing;
    if (draws) {
      return html`
        <figcaption class="soft">Draw a digit with finger, pen or mouse</figcaption>
        <draw-pad
          class="image"
          @drawing=${(event: CustomEvent<Float32Array | null>) => this.#drew(event.detail)}
        ></draw-pad>
        ${label}
      `;
    }
    if (!data) return nothing;
    return html`
      <figcaption class="soft">
        Drawing is for digits in ${SIDE}×${SIDE} pixels; ${data.title} has other images, ${shapeText(data)}.
      </figcaption>
      ${
        tried.what === "example"
          ? this.#pixelImage("The test example", "image framed", data)
          : html`<div class="image framed empty soft">Drop an image here, paste one, or choose one below.</div>`
      }
      ${label}
    `;
  }

  #seen(data: DataInfo | null) {
    return this.#pixelImage(
      "What the network gets",
      "image framed seen",
      data ?? { channels: 1, height: SIDE, width: SIDE },
    );
  }

  #pixelImage(
    label: string,
    classes: string,
    { channels, width, height }: Pick<DataInfo, "channels" | "width" | "height">,
  ) {
    return html`
      <pixel-image
        class=${classes}
        label=${label}
        .pixels=${this.#bytes()}
        .channels=${this.pixels ? channels : 1}
        .columns=${width}
        .rows=${height}
      ></pixel-image>
    `;
  }

  /** What was done to a picture, and what can be chosen of it. */
  #done(data: DataInfo | null) {
    const { tried } = this;
    const picture = tried.what === "picture" && data ? tried : null;
    const choice = (key: keyof Choices, label: string) => html`
      <label>
        <input
          type="checkbox"
          .checked=${picture?.choices[key] ?? false}
          @change=${(event: Event) => this.#choose(key, (event.target as HTMLInputElement).checked)}
        />
        ${label}
      </label>
    `;
    return html`
      ${
        picture && data
          ? html`
              <div class="choices">
                ${data.channels === 1 ? choice("inverted", "Invert") : nothing}
                ${isDigits(data) ? nothing : choice("whole", "All of the picture")}
              </div>
            `
          : nothing
      }
      <p class="soft said" role="status" aria-label="What was done">${picture?.said ?? ""}</p>
    `;
  }

  #bytesOf: Float32Array | null = null;
  #shown: ArrayLike<number> = [];

  /** What the network is given, as a picture has it. */
  #bytes(): ArrayLike<number> {
    if (this.pixels !== this.#bytesOf) {
      this.#bytesOf = this.pixels;
      this.#shown = this.pixels ? bytePixels(this.pixels) : [];
    }
    return this.#shown;
  }

  /** Other data: a picture is made into what its images are; what else was tried means nothing to another network. */
  #becameOf(data: DataInfo): void {
    this.#data = keyOf(data);
    if (this.tried.what === "picture") this.#try(this.tried.picture, data);
    else if (this.tried.what === "example" || !isDigits(data)) this.#nothing();
  }

  #nothing(): void {
    this.tried = { what: "nothing" };
    this.pixels = null;
  }

  #clear(): void {
    this.drawPad?.clear();
    this.#nothing();
  }

  #drew(pixels: Float32Array | null): void {
    this.sources.quiet();
    this.tried = { what: pixels ? "drawing" : "nothing" };
    this.pixels = pixels;
  }

  #try(picture: Picture, data = this.state.data, chosen: Choices | null = null): void {
    const choices = chosen ?? guessChoices(picture, data);
    const { pixels, said } = data ? prepare(picture, data, choices) : LATER;
    this.tried = { what: "picture", picture, choices, said };
    this.pixels = pixels;
  }

  #choose(key: keyof Choices, value: boolean): void {
    if (this.tried.what === "picture")
      this.#try(this.tried.picture, this.state.data, { ...this.tried.choices, [key]: value });
  }

  #say(): Guess {
    const { guess, data, step, plan, engine } = this.state;
    if (!this.pixels) return { name: "", note: "Nothing yet" };
    if (!guess) return { name: "", note: plan || engine?.kind !== "gpu" ? "…" : "Press Train first" };
    const name = (data?.classes ?? DIGITS)[argmax(guess)] ?? "?";
    return { name, note: step === 0 ? "by chance: it is not trained yet" : "" };
  }
}

/** What of the data decides what is made of a picture. */
function keyOf({ name, classes, channels, height, width }: DataInfo): string {
  return [name, channels, height, width, ...classes].join();
}
