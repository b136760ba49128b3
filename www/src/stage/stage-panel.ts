import { html, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import { BenchElement } from "../app/bench-element.js";
import { className, count, significantTo } from "../format.js";
import type { DataInfo, Description, Example } from "../module.js";
import { bytePixels, shapeText, type ImageShape, type Pixels } from "../pixels.js";
import type {} from "../panels/custom-images/give-images.js";
import { areAskedFor } from "../panels/custom-images/missing.js";
import { StoreController } from "../panels/panel-store.js";
import { predictionNow } from "../state/inspection.js";
import { isLocked } from "../state/run-state.js";
import { initialWeightsOf, whenText } from "../state/weights.js";
import { alerts } from "../styles/alerts.js";
import { shared } from "../styles/shared.js";
import { button } from "../ui/button.js";
import "../ui/class-bars.js";
import { ThrottleController } from "../ui/controllers/throttle.js";
import { VisibilityController } from "../ui/controllers/visibility.js";
import { failureNote } from "../ui/failure-note.js";
import { loadPart } from "../ui/load-part.js";
import { pixelImage } from "../ui/pixel-image.js";
import { answerText, NO_ANSWER, READ_OUT_INTERVAL_MS, type AnswerText } from "./answer-text.js";
import { columnsOf, type StageColumn } from "./columns.js";
import "./input/draw-pad.js";
import type { DrawPad } from "./input/draw-pad.js";
import { SIDE } from "./input/normalize.js";
import "./input/picture-view.js";
import { pictureOptions } from "./input/picture-options.js";
import { DIGITS, isDigits } from "./input/prepare.js";
import type { Picture } from "./input/read.js";
import "./input/try-sources.js";
import type { TrySources } from "./input/try-sources.js";
import { TryStore } from "./input/try-store.js";
import { fieldStyle } from "./field-style.js";
import { GraphController } from "./graph-controller.js";
import type { Field } from "./receptive-field.js";
import { fieldFrame, fieldOf, fieldText } from "./seen-field.js";
import "./stage-columns.js";
import type { Hovered } from "./stage-columns.js";
import { placeText } from "./place-text.js";
import { layout } from "./styles.js";
import { TRAINED } from "../trained/networks.js";
import { trainedText } from "../trained/words.js";
import { TurnsController } from "./turns.js";
import { msg } from "../words/msg.js";
import { textsNow, type Translation } from "../words/catalogue.js";

/** A network of more layers is on the stage with some of them, which is said. */
const MANY_LAYERS = 60;

/** What is drawn before the data is there. */
const DIGIT_SHAPE: ImageShape = { channels: 1, height: SIDE, width: SIDE };

/** The network at work: an image on the left, the maps of its layers in the middle, its answer on the right. */
@customElement("stage-panel")
export class StagePanel extends BenchElement {
  static override styles = [shared, alerts, fieldStyle, layout];

  /** Not in an embed, whose recipe is that of its page. */
  @property({ attribute: false }) closable = true;
  @query("draw-pad") private drawPad!: DrawPad | null;
  @query("try-sources") private sources!: TrySources;
  /** Whether it is in view: else nothing is computed for it while a run goes on. */
  @internal() private isVisible = true;
  /** What takes a person's own images is loaded when they are asked for. */
  #giving: Promise<void> | undefined;
  /** Why it could not be. */
  @internal() private givingFailure: string | undefined;
  /** The value of a map that a pointer is over. */
  @internal() private hovered: Hovered | null = null;
  readonly #graph = new GraphController(this);
  readonly #controller = new StoreController(this, () => new TryStore(this.bench));
  /** The example that the pad shows. */
  #shownExample: Example | null = null;
  /** In words what the bars show: it never lags behind them. */
  #text: AnswerText = NO_ANSWER;
  /** What is read out of it, where a person gave the picture. */
  #readOut = "";
  readonly #throttle = new ThrottleController(this, READ_OUT_INTERVAL_MS);
  #columns: {
    of: Description | null;
    texts: ReadonlyMap<string, Translation>;
    columns: readonly StageColumn[];
  } | null = null;

  constructor() {
    super();
    new VisibilityController(this, {
      onChange: (visible) => {
        this.isVisible = visible;
        this.bench.subscriptions.showMaps(visible);
      },
    });
    new TurnsController(
      this,
      () => this.isVisible && this.state.plan !== null && !this.#isLayerOpen,
      () => void this.#store.takeTurn(),
    );
  }

  /** While somebody reads the numbers of one image, no other takes its place. */
  get #isLayerOpen(): boolean {
    return this.state.panels.open.has("inside-panel");
  }

  get #store(): TryStore {
    return this.#controller.store;
  }

  override willUpdate(): void {
    if (areAskedFor(this.state)) this.#giving ??= this.#loadGiving();
    this.#text = this.#answerText();
    const { name, note } = this.#text;
    const spoken = this.#store.takesTurns ? "" : `${name} ${note}`.trim();
    // Clearing is read out at once; a stream of predictions is not.
    if (spoken !== this.#readOut && this.#throttle.allows(!this.#store.pixels || !name)) this.#readOut = spoken;
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
    const { prediction, failed, maps } = this.state.inspection;
    const { input } = this.#store;
    if (areAskedFor(this.state)) {
      return html`
        <h2 class="heard">${msg("Stage")}</h2>
        ${failureNote(this.givingFailure)} <give-images .bench=${this.bench}></give-images>
      `;
    }
    return html`
      <h2 class="heard">${msg("Stage")}</h2>
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
        <div class="network">
          <figure class="network-input">
            <div class="seen">
              ${this.#networkInput(msg("What the network sees"), data ?? DIGIT_SHAPE, "framed")} ${this.#field(data)}
            </div>
            <figcaption class="soft">
              ${data || this.#awaitsDigits ? msg("sees {size}", { size: shapeText(data ?? DIGIT_SHAPE) }) : msg("no image yet")}
            </figcaption>
          </figure>
          <stage-columns
            .columns=${this.#columnsOf()}
            .maps=${maps}
            @layer=${(event: CustomEvent<number>) => this.#lookInside(event.detail)}
            @hovered=${(event: CustomEvent<Hovered | null>) => this.#hover(event.detail)}
          ></stage-columns>
        </div>
        <div class="answer">
          ${failureNote(failed.prediction)}
          <p class="prediction" role="status" aria-live="off" aria-label=${msg("Guess")}>
            <b>${this.#text.name}</b> ${this.#text.note}
            ${
              this.#text.truth
                ? html`<span class=${`truth ${this.#text.isRight ? "" : "wrong"}`}>${this.#text.truth}</span>`
                : nothing
            }
          </p>
          <p class="heard" aria-live="polite">${this.#readOut}</p>
          <class-bars
            class="bars"
            .classes=${data?.classes ?? (this.#awaitsDigits ? DIGITS : [])}
            .probabilities=${prediction}
          ></class-bars>
          ${this.#trained()}
        </div>
        <div class="below">
          <p class="soft">${this.#caption()}</p>
          ${this.#preparation(data)} ${this.#turns()} ${prediction && maps.length > 0 ? this.#softmax() : nothing}
        </div>
      </div>
    `;
  }

  async #loadGiving(): Promise<void> {
    this.givingFailure = await loadPart(() => import("../panels/custom-images/give-images.js"));
    // It is tried again when it is next asked for.
    if (this.givingFailure !== undefined) this.#giving = undefined;
  }

  /** Before the data are there: whether they will be digits, which can be drawn. */
  get #awaitsDigits(): boolean {
    const { data } = this.state.recipe.parsed?.values ?? {};
    return data === undefined || data === "digits" || data === "mnist";
  }

  #columnsOf(): readonly StageColumn[] {
    const { description } = this.state.recipe;
    const texts = textsNow();
    if (this.#columns?.of !== description || this.#columns.texts !== texts)
      this.#columns = { of: description, texts, columns: description ? columnsOf(description) : [] };
    return this.#columns.columns;
  }

  /** The way from the answer to its logits, and what softmax makes of them. */
  #softmax() {
    const last = (this.state.recipe.description?.layers.length ?? 0) - 1;
    return button(msg("Softmax in numbers"), { onPress: () => this.#lookInside(last) });
  }

  #hover(hovered: Hovered | null): void {
    this.hovered = hovered;
  }

  /** What of the image the value depends on that is pointed at. */
  #fieldOfPointed(): Field | null {
    const { inspection, recipe } = this.state;
    const pointed = this.hovered ?? inspection.pointed;
    // The graph is asked for when there is something to show.
    return pointed && fieldOf(this.#graph.of(this.bench), recipe.description?.layers ?? [], pointed);
  }

  #field(data: DataInfo | null) {
    return fieldFrame(this.#fieldOfPointed(), data ?? DIGIT_SHAPE);
  }

  #lookInside(layer: number): void {
    // A finger or a mouse pressed a pixel of a map; keys press the layer.
    const { hovered } = this;
    this.#store.keep();
    this.bench.showPanel("inside-panel", true);
    this.bench.subscriptions.point(hovered?.layer === layer ? hovered : null);
    this.hovered = null;
    this.bench.subscriptions.inspect({ layer });
    this.dispatchEvent(new CustomEvent("inside", { bubbles: true, composed: true }));
  }

  /** What stands there: of which step the maps are, and what their colours mean. */
  #caption(): string {
    const { maps, mapsStep } = this.state.inspection;
    if (maps.length === 0) {
      const { engine, plan } = this.state;
      if (plan || this.state.data.isAbsent) return "";
      return engine.engine?.kind === "gpu"
        ? msg("On a GPU the network is built when you press Train; then an image passes through it here.")
        : msg("An image passes through the network here once the data are there.");
    }
    if (this.hovered) return this.#hoveredText(this.hovered);
    const when = whenText(this.state, mapsStep);
    const all = this.state.recipe.description?.layers.length ?? 0;
    const values = { shown: count(this.#columnsOf().length), all: count(all) };
    const some = all > MANY_LAYERS ? [msg("{shown} of {all} layers stand here for all of them.", values)] : [];
    return [when, ...some, msg("Press a layer to open it.")].join(" ");
  }

  /** "Convolution 1, map 3, row 12, column 5: 0.83. It sees rows 10 to 14, columns 3 to 7 of the image." */
  #hoveredText({ layer, channel, row, column, value }: Hovered): string {
    const { layers = [] } = this.state.recipe.description ?? {};
    const info = layers[layer];
    if (!info) return "";
    const field = this.#fieldOfPointed();
    const sees = field
      ? ` ${msg("It sees {part}.", { part: fieldText(field, this.state.data.info ?? DIGIT_SHAPE) })}`
      : "";
    const { title = "" } = this.#columnsOf().find((column) => column.layer === layer) ?? {};
    const place = placeText(info.shape.length, channel, row, column);
    return `${title}, ${place}: ${significantTo(4, value).replace("-", "−")}.${sees}`;
  }

  /** Whether test images take turns by themselves. */
  #turns() {
    const { takesTurns } = this.#store;
    if (!takesTurns) return nothing;
    return button(msg("Keep this image"), {
      enabled: this.#store.input.kind === "example",
      onPress: () => this.#store.keep(),
    });
  }

  /** Until something is trained: the network as it comes trained with the page, where it does. */
  #trained() {
    const { run, recipe } = this.state;
    const { model, data, init } = recipe.parsed?.values ?? {};
    const network =
      TRAINED.find((it) => it.model === model && it.data === data) ?? TRAINED.find((it) => it.model === model);
    if (!network || !this.closable || init || this.state.hasTrained || isLocked(run)) return nothing;
    return button(msg("Try a trained network"), {
      title: trainedText(network, recipe.fields),
      onPress: () => this.bench.weights.answerBy(network),
    });
  }

  /** The input as it was given, or the pad to draw it on. */
  #source(data: DataInfo | null) {
    const { input } = this.#store;
    if (input.kind === "picture") {
      return html`
        <picture-view
          class="image framed"
          label=${msg("The picture as it was given")}
          .image=${input.picture.image}
        ></picture-view>
        <figcaption class="soft">${input.picture.name}</figcaption>
      `;
    }
    const values = { class: data && input.kind === "example" ? className(data, input.example.label) : "" };
    const label =
      input.kind === "example" && data
        ? html`<figcaption class="soft">${msg("Test image: {class}", values)}</figcaption>`
        : nothing;
    if (data ? isDigits(data) : this.#awaitsDigits) {
      return html`
        <div class="seen">
          <draw-pad
            class="image"
            @drawing=${(event: CustomEvent<Float32Array | null>) => this.#takeDrawing(event.detail)}
          ></draw-pad>
          ${input.kind === "example" ? this.#field(data) : nothing}
        </div>
        ${label === nothing ? html`<figcaption class="soft">${msg("Draw a digit here.")}</figcaption>` : label}
      `;
    }
    if (!data) {
      return html`
        <div class="image framed empty soft" aria-hidden="true"></div>
        <figcaption class="soft">${msg("The images are not here yet.")}</figcaption>
      `;
    }
    return html`
      ${
        input.kind === "example"
          ? html`<div class="seen">
              ${this.#networkInput(msg("The test image"), data, ["image", "framed"].join(" "))} ${this.#field(data)}
            </div>`
          : html`<div class="image framed empty soft" aria-hidden="true"></div>`
      }
      ${label === nothing ? html`<figcaption class="soft">${msg("Drop an image here, paste one, or open one.")}</figcaption>` : label}
    `;
  }

  #networkInput(label: string, shape: ImageShape, classes: string) {
    return pixelImage(label, this.#bytes(), this.#store.pixels ? shape : { ...shape, channels: 1 }, classes);
  }

  /** How a picture was prepared, and what can be chosen about that. */
  #preparation(data: DataInfo | null) {
    const { input } = this.#store;
    const picture = input.kind === "picture" && data ? input : null;
    return html`
      ${picture && data ? pictureOptions(data, picture.options, (changes) => this.#store.setOptions(changes)) : nothing}
      <p class="soft message" role="status" aria-label=${msg("What was done")}>${picture?.message ?? ""}</p>
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

  #answerText(): AnswerText {
    const { plan, engine, hasTrained, inspection } = this.state;
    return answerText({
      hasImage: this.#store.pixels !== null,
      example: inspection.example,
      prediction: predictionNow(inspection),
      classes: this.state.data.info?.classes ?? DIGITS,
      needsTraining: !plan && engine.engine?.kind === "gpu",
      hasTrained,
      initialWeights: initialWeightsOf(this.state),
      rounded: this.state.results.rounded,
    });
  }
}
