import { html, nothing } from "lit";
import { customElement, query } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { argmax } from "../../math.js";
import type { DataInfo, Example } from "../../module.js";
import { bytePixels, shapeText, type ImageShape, type Pixels } from "../../pixels.js";
import { alerts } from "../../styles/alerts.js";
import { shared } from "../../styles/shared.js";
import { failureNote } from "../../ui/failure-note.js";
import "../../ui/class-bars.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { pixelImage } from "../../ui/pixel-image.js";
import { StoreController } from "../panel-store.js";
import "./draw-pad.js";
import type { DrawPad } from "./draw-pad.js";
import { SIDE } from "./normalize.js";
import "./picture-view.js";
import { DIGITS, isDigits, type Options } from "./prepare.js";
import type { Picture } from "./read.js";
import { columns } from "./styles.js";
import "./try-sources.js";
import type { TrySources } from "./try-sources.js";
import { TryStore } from "./try-store.js";

/** The prediction in words changes this often at most. */
const PREDICTION_INTERVAL_MS = 700;

/** What is drawn before the data is there. */
const DIGIT_SHAPE: ImageShape = { channels: 1, height: SIDE, width: SIDE };

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
  readonly #controller = new StoreController(this, () => new TryStore(this.bench));
  /** The example that the pad shows. */
  #shownExample: Example | null = null;
  #text: PredictionText = { name: "", note: "" };
  readonly #throttle = new ThrottleController(this, PREDICTION_INTERVAL_MS);

  get #store(): TryStore {
    return this.#controller.store;
  }

  override willUpdate(): void {
    const text = this.#predictionText();
    if (text.name === this.#text.name && text.note === this.#text.note) return;
    // Clearing is answered at once, a stream of predictions is not.
    if (this.#throttle.allows(!this.#store.pixels)) this.#text = text;
  }

  override updated(): void {
    const { input } = this.#store;
    const example = input.kind === "example" ? input.example : null;
    if (example && example !== this.#shownExample) this.drawPad?.show(example.pixels);
    this.#shownExample = example;
  }

  override render() {
    const { plan } = this.state;
    const { info: data } = this.state.data;
    const { prediction, failed } = this.state.inspection;
    const { input } = this.#store;
    const shape = data ?? DIGIT_SHAPE;
    return html`
      <h2>Try it yourself</h2>
      <div class="parts">
        <try-sources
          ?filled=${input.kind !== "none"}
          ?examples=${plan !== null}
          @picture=${(event: CustomEvent<Picture>) => this.#store.takePicture(event.detail)}
          @example=${() => void this.#store.takeExample()}
          @clear=${this.#clear}
        >
          <figure>${this.#source(data)}</figure>
          ${failureNote(this.state.requests.failed.testExample)}
        </try-sources>
        <figure>
          <figcaption class="soft">What the network gets: ${shapeText(shape)}</figcaption>
          ${this.#networkInput("What the network gets", shape, "image framed network-input")} ${this.#preparation(data)}
        </figure>
        <div class="answer">
          <p class="soft">What the network says:</p>
          ${failureNote(failed.prediction)}
          <p class="prediction" role="status" aria-label="Guess"><b>${this.#text.name}</b> ${this.#text.note}</p>
          <class-bars class="bars" .classes=${data?.classes ?? DIGITS} .probabilities=${prediction}></class-bars>
        </div>
      </div>
    `;
  }

  /** The input as it was given, or the pad to draw it on. */
  #source(data: DataInfo | null) {
    const { input } = this.#store;
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
      <figcaption class="soft">The pad is for digits, and this data set has other images.</figcaption>
      ${
        input.kind === "example"
          ? this.#networkInput("The test example", data, "image framed")
          : html`<div class="image framed empty soft">Drop an image here, paste one, or choose one below.</div>`
      }
      ${label}
    `;
  }

  #networkInput(label: string, shape: ImageShape, classes: string) {
    return pixelImage(label, this.#bytes(), this.#store.pixels ? shape : { ...shape, channels: 1 }, classes);
  }

  /** How a picture was prepared, and what can be chosen about that. */
  #preparation(data: DataInfo | null) {
    const { input } = this.#store;
    const picture = input.kind === "picture" && data ? input : null;
    const checkbox = (key: keyof Options, label: string) => html`
      <label>
        <input
          type="checkbox"
          .checked=${picture?.options[key] ?? false}
          @change=${(event: Event) => this.#store.setOption(key, (event.target as HTMLInputElement).checked)}
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
    const { pixels } = this.#store;
    if (pixels !== this.#bytesOf) {
      this.#bytesOf = pixels;
      this.#cachedBytes = pixels ? bytePixels(pixels) : [];
    }
    return this.#cachedBytes;
  }

  #clear(): void {
    this.drawPad?.clear();
    this.#store.clear();
  }

  #takeDrawing(pixels: Float32Array | null): void {
    this.sources.cancel();
    this.#store.takeDrawing(pixels);
  }

  #predictionText(): PredictionText {
    const { plan, engine, hasTrained } = this.state;
    const { info: data } = this.state.data;
    const { prediction } = this.state.inspection;
    if (!this.#store.pixels) return { name: "", note: "Nothing yet" };
    if (!prediction) return { name: "", note: plan || engine.engine?.kind !== "gpu" ? "…" : "Press Train first" };
    const name = (data?.classes ?? DIGITS)[argmax(prediction)];
    if (name === undefined) return { name: "", note: "No answer: the network's outputs are no numbers" };
    return { name, note: hasTrained ? "" : "by chance: it is not trained yet" };
  }
}
