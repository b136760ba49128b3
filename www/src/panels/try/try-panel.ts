import { html, nothing, type PropertyValues } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { argmax } from "../../math.js";
import type { DataInfo, Example } from "../../module.js";
import { bytePixels, shapeText, unitPixels, type ImageShape, type Pixels } from "../../pixels.js";
import { alerts } from "../../styles/alerts.js";
import { shared } from "../../styles/shared.js";
import "../../ui/class-bars.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { pixelImage } from "../../ui/pixel-image.js";
import "./draw-pad.js";
import type { DrawPad } from "./draw-pad.js";
import { SIDE } from "./normalize.js";
import "./picture-view.js";
import { DIGITS, defaultOptions, isDigits, prepare, type Options } from "./prepare.js";
import type { Picture } from "./read.js";
import { columns } from "./styles.js";
import "./try-sources.js";
import type { TrySources } from "./try-sources.js";

/** The prediction in words changes this often at most. */
const HOLD_MS = 700;

/** What is drawn before the data is there. */
const DIGIT_SHAPE: ImageShape = { channels: 1, height: SIDE, width: SIDE };

const NOT_READY = {
  pixels: null,
  message: "What the network gets of it is shown once the run is ready: on a GPU, when it trains.",
};

/** What is tried: nothing, a drawing, a test example, or a picture that a person gave. */
type Input =
  | { kind: "none" | "drawing" }
  | { kind: "example"; example: Example }
  | { kind: "picture"; picture: Picture; options: Options; message: string };

interface PredictionText {
  name: string;
  note: string;
}

/** An image of a person's own, what the network gets of it, and what it predicts, while it learns. */
@customElement("try-panel")
export class TryPanel extends BenchElement {
  static override styles = [shared, alerts, columns];

  @query("draw-pad") private drawPad!: DrawPad | null;
  @query("try-sources") private sources!: TrySources;
  @internal() private input: Input = { kind: "none" };
  /** What the network is given of it: `[channels, height, width]`, from 0 to 1. */
  @internal() private pixels: Float32Array | null = null;
  /** What is known of the data that the input was prepared for. */
  #dataKey = "";
  #lastExample: Example | null = null;
  #text: PredictionText = { name: "", note: "" };
  readonly #throttle = new ThrottleController(this, HOLD_MS);

  override willUpdate(): void {
    const { data, testExample } = this.state;
    if (data && this.#dataKey !== keyOf(data)) this.#takeData(data);
    if (testExample && testExample !== this.#lastExample) {
      this.#lastExample = testExample;
      this.input = { kind: "example", example: testExample };
      this.pixels = unitPixels(testExample.pixels);
    }
    const text = this.#predictionText();
    if (text.name === this.#text.name && text.note === this.#text.note) return;
    // Clearing is answered at once, a stream of predictions is not.
    if (this.#throttle.allows(!this.pixels)) this.#text = text;
  }

  override updated(changed: PropertyValues): void {
    if (!changed.has("pixels") && !changed.has("input")) return;
    if (changed.has("input") && this.input.kind === "example") this.drawPad?.show(this.input.example.pixels);
    if (changed.has("pixels") && (this.pixels || changed.get("pixels"))) this.bench.looking.at(this.pixels);
  }

  override render() {
    const { data, guess, plan } = this.state;
    const shape = data ?? DIGIT_SHAPE;
    return html`
      <h2>Try it yourself</h2>
      <div class="parts">
        <try-sources
          ?filled=${this.input.kind !== "none"}
          ?examples=${plan !== null}
          @picture=${(event: CustomEvent<Picture>) => this.#takePicture(event.detail)}
          @example=${() => this.bench.looking.takeExample()}
          @clear=${this.#clear}
        >
          <figure>${this.#source(data)}</figure>
        </try-sources>
        <figure>
          <figcaption class="soft">What the network gets: ${shapeText(shape)}</figcaption>
          ${this.#networkInput("What the network gets", shape, "image framed network-input")} ${this.#preparation(data)}
        </figure>
        <div class="answer">
          <p class="soft">What the network says:</p>
          <p class="prediction" role="status" aria-label="Guess"><b>${this.#text.name}</b> ${this.#text.note}</p>
          <class-bars class="bars" .classes=${data?.classes ?? DIGITS} .probabilities=${guess}></class-bars>
        </div>
      </div>
    `;
  }

  /** The input as it was given, or the pad to draw it on. */
  #source(data: DataInfo | null) {
    const { input } = this;
    if (input.kind === "picture") {
      return html`
        <figcaption class="soft">${input.picture.name}</figcaption>
        <picture-view
          class="image framed"
          label="The picture as it was given"
          .image=${input.picture.image}
        ></picture-view>
      `;
    }
    const label =
      input.kind === "example" && data
        ? html`<p class="soft">A test example of ${data.classes[input.example.label] ?? input.example.label}</p>`
        : nothing;
    if (!data || isDigits(data)) {
      return html`
        <figcaption class="soft">Draw a digit with finger, pen or mouse</figcaption>
        <draw-pad
          class="image"
          @drawing=${(event: CustomEvent<Float32Array | null>) => this.#takeDrawing(event.detail)}
        ></draw-pad>
        ${label}
      `;
    }
    return html`
      <figcaption class="soft">
        Drawing is for digits in ${SIDE}×${SIDE} pixels; ${data.title} has other images, ${shapeText(data)}.
      </figcaption>
      ${
        input.kind === "example"
          ? this.#networkInput("The test example", data, "image framed")
          : html`<div class="image framed empty soft">Drop an image here, paste one, or choose one below.</div>`
      }
      ${label}
    `;
  }

  #networkInput(label: string, shape: ImageShape, classes: string) {
    return pixelImage(label, this.#bytes(), this.pixels ? shape : { ...shape, channels: 1 }, classes);
  }

  /** How a picture was prepared, and what can be chosen about that. */
  #preparation(data: DataInfo | null) {
    const { input } = this;
    const picture = input.kind === "picture" && data ? input : null;
    const checkbox = (key: keyof Options, label: string) => html`
      <label>
        <input
          type="checkbox"
          .checked=${picture?.options[key] ?? false}
          @change=${(event: Event) => this.#setOption(key, (event.target as HTMLInputElement).checked)}
        />
        ${label}
      </label>
    `;
    return html`
      ${
        picture && data
          ? html`
              <div class="choices">
                ${data.channels === 1 ? checkbox("inverted", "Invert") : nothing}
                ${isDigits(data) ? nothing : checkbox("fit", "All of the picture")}
              </div>
            `
          : nothing
      }
      <p class="soft message" role="status" aria-label="What was done">${picture?.message ?? ""}</p>
    `;
  }

  #bytesOf: Float32Array | null = null;
  #cachedBytes: Pixels = [];

  /** What the network is given, as bytes. An array of its own for each input: an image is drawn anew for another array. */
  #bytes(): Pixels {
    if (this.pixels !== this.#bytesOf) {
      this.#bytesOf = this.pixels;
      this.#cachedBytes = this.pixels ? bytePixels(this.pixels) : [];
    }
    return this.#cachedBytes;
  }

  /** Other data: a picture is prepared for them; what else was tried means nothing to a network of other images. */
  #takeData(data: DataInfo): void {
    this.#dataKey = keyOf(data);
    if (this.input.kind === "picture") this.#takePicture(this.input.picture, data);
    else if (this.input.kind === "example" || !isDigits(data)) this.#removeInput();
  }

  #removeInput(): void {
    this.input = { kind: "none" };
    this.pixels = null;
  }

  #clear(): void {
    this.drawPad?.clear();
    this.#removeInput();
  }

  #takeDrawing(pixels: Float32Array | null): void {
    this.sources.cancel();
    this.input = { kind: pixels ? "drawing" : "none" };
    this.pixels = pixels;
  }

  #takePicture(picture: Picture, data = this.state.data, options = defaultOptions(picture, data)): void {
    const { pixels, message } = data ? prepare(picture, data, options) : NOT_READY;
    this.input = { kind: "picture", picture, options, message };
    this.pixels = pixels;
  }

  #setOption(key: keyof Options, value: boolean): void {
    const { input } = this;
    if (input.kind === "picture") {
      this.#takePicture(input.picture, this.state.data, { ...input.options, [key]: value });
    }
  }

  #predictionText(): PredictionText {
    const { guess, data, step, plan, engine } = this.state;
    if (!this.pixels) return { name: "", note: "Nothing yet" };
    if (!guess) return { name: "", note: plan || engine?.kind !== "gpu" ? "…" : "Press Train first" };
    const name = (data?.classes ?? DIGITS)[argmax(guess)] ?? "?";
    return { name, note: step === 0 ? "by chance: it is not trained yet" : "" };
  }
}

/** What of the data decides how an input is prepared. */
function keyOf({ name, classes, channels, height, width }: DataInfo): string {
  return [name, channels, height, width, ...classes].join();
}
