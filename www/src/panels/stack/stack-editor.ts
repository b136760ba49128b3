import { html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import { ifDefined } from "lit/directives/if-defined.js";
import { repeat } from "lit/directives/repeat.js";

import { isLocked, isUnderWay } from "../../state/run-state.js";
import type { LayerKind, LayerNumber, StackLayer } from "../../module.js";
import type { StackText } from "../../protocol.js";
import { Dragging, type Dragged } from "./dragging.js";
import {
  layerAt,
  countBefore,
  fromModule,
  inOrder,
  insert,
  layerOf,
  move,
  pathOf,
  remove,
  replace,
  toStackText,
  stepFrom,
  type Layer,
  type Path,
} from "./tree.js";
import { fieldsets } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { rows } from "./styles.js";
import { select, valueOf, type Option } from "../../ui/select.js";
import { count } from "../../format.js";
import { BenchElement } from "../../app/bench-element.js";
import { msg, plural } from "../../words/msg.js";
import { translatedPart } from "../../words/translated-part.js";
import { translated } from "../../words/translated.js";
import { translatedLayerKinds } from "../../words/module-texts.js";

/** The editor of a stack: adds, removes, moves and changes the layers of a custom network. */
@customElement("stack-editor")
export class StackEditor extends BenchElement {
  static override styles = [shared, fieldsets, rows];

  /** Whether the layers are shown. They are closed when training starts, for the curves are below them. */
  @internal() private open = true;
  @internal() private layers: readonly Layer[] = [];
  /** The kind of layer that is added next. */
  @internal() private adding = "conv";
  /** What was done last, for screen readers. */
  @internal() private announcement = "";
  #underWay: boolean | undefined;
  #lastRead: StackText | null = null;
  /** What the module has read of each layer, by the layer's number. */
  #layersRead = new Map<number, StackLayer>();
  /** A selector of the element that gets the focus after the next update. */
  #focus: string | undefined;
  readonly #dragging = new Dragging((dragged) => this.#dropped(dragged));

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#dragging.detach();
  }

  override willUpdate(): void {
    const underWay = isUnderWay(this.state.run);
    // Who looks at a story is to see its runs, and not a long list of layers before the stage.
    if (underWay !== this.#underWay) this.open = !underWay && this.state.story.open === null;
    this.#underWay = underWay;
    const { stack } = this.state.recipe;
    if (!stack || stack === this.#lastRead) return;
    this.#lastRead = stack;
    const { layers = [] } = stack.stack;
    this.#layersRead = new Map(flat(layers).map((layer) => [layer.number, layer]));
    // While the text cannot be read, the layers that it was made of stay.
    if (!stack.stack.layers) return;
    const read = fromModule(layers);
    // The same layers keep their elements, and with them the focus.
    if (this.#text(read) !== this.#text(this.layers)) this.layers = read;
  }

  override updated(): void {
    const lists = this.renderRoot.querySelectorAll<HTMLElement>("ol");
    this.#dragging.attach(lists, isLocked(this.state.run));
    if (this.#focus === undefined) return;
    const element = this.renderRoot.querySelector<HTMLElement>(this.#focus);
    this.#focus = undefined;
    element?.focus();
  }

  override render() {
    const { stack } = this.state.recipe;
    if (!stack) return nothing;
    const locked = isLocked(this.state.run);
    const { error, input } = stack.stack;
    const shown = stack.stack.layers !== undefined || stack.text === this.#text(this.layers);
    const stackError = error && (error.layer === 0 || !shown) ? error.message : undefined;
    return html`
      <details ?open=${this.open} @toggle=${(event: Event) => (this.open = (event.target as HTMLDetailsElement).open)}>
        <summary><h2>${msg("Your network, layer by layer")}</h2></summary>
        <p class="soft">
          ${
            isUnderWay(this.state.run)
              ? msg("Layers are fixed while a run is under way: Pause, and a change here starts a new run.")
              : msg(
                  "Drag layers by their grips, or move them with the arrows. The link follows, so that it trains what you see.",
                )
          }
        </p>
        <fieldset ?disabled=${locked}>
          <legend class="heard">${msg("Layers")}</legend>
          <p class="end"><b>${msg("Image")}</b> <span class="shape">${shapeOf(input)}</span></p>
          ${shown ? this.#list(this.layers, [], undefined) : nothing}
          <p class="end">
            <b>${msg("Linear, to the classes")}</b>
            <span class="shape">${this.state.data.info?.classes.length ?? 10}</span>
          </p>
          ${stackError === undefined ? nothing : html`<p class="wrong" id="stack-error">${translatedPart(stackError)}</p>`}
          <div class="add">
            <label for="adding">${msg("Layer to add")}</label>
            ${select({
              id: "adding",
              options: this.#kinds,
              value: this.adding,
              onChange: (kind) => {
                this.adding = kind;
              },
            })}
            <button
              type="button"
              aria-disabled=${shown ? "false" : "true"}
              @click=${() => shown && this.#add([this.layers.length])}
            >
              ${msg("Add at the end")}
            </button>
          </div>
          <p class="soft">${this.#kind(this.adding)?.help}</p>
          <label class="text" for="text">${msg("Layers as text")}</label>
          <textarea
            id="text"
            rows="2"
            spellcheck="false"
            autocapitalize="off"
            aria-invalid=${stackError === undefined ? "false" : "true"}
            aria-describedby=${ifDefined(stackError === undefined ? undefined : "stack-error")}
            .value=${stack.text}
            @change=${(event: Event) => this.bench.recipe.changeLayers(valueOf(event).replace(/\s+/g, ""))}
          ></textarea>
        </fieldset>
      </details>
      <p class="heard" role="status" aria-label=${msg("Layers")}>${this.announcement}</p>
    `;
  }

  /** @param block the residual block that holds the layers; undefined for the outer list */
  #list(layers: readonly Layer[], above: Path, block: Layer | undefined): unknown {
    const name = block
      ? msg("Inside block {number}", { number: count(this.#numberOf(block)) })
      : msg("Layers, from the image to the classes");
    return html`
      <ol aria-label=${name} data-block=${ifDefined(block?.id)}>
        ${repeat(
          layers,
          ({ id }) => id,
          (layer, index) => this.#row(layer, [...above, index]),
        )}
      </ol>
    `;
  }

  #row(layer: Layer, path: Path): unknown {
    const number = this.#numberOf(layer);
    const kind = this.#kind(layer.kind);
    const known = this.#layersRead.get(number);
    const { error } = this.state.recipe.stack?.stack ?? {};
    const wrong = error?.layer === number ? error.message : undefined;
    const shape = known?.shape;
    const values = { number: count(number) };
    const step = (direction: -1 | 1, name: string, arrow: string, label: string) => {
      const free = stepFrom(this.layers, path, direction, this.state.recipe.layerKinds) !== undefined;
      return html`
        <button
          type="button"
          class=${name}
          aria-label=${label}
          aria-disabled=${free ? "false" : "true"}
          @click=${() => this.#step(layer, direction, name)}
        >
          ${arrow}
        </button>
      `;
    };
    return html`
      <li data-id=${layer.id} class=${wrong === undefined ? "" : "bad"}>
        <div
          class="line"
          role="group"
          aria-label=${msg("row|Layer {number}, {kind}", { kind: kind?.label ?? layer.kind, ...values })}
          aria-describedby=${ifDefined(wrong === undefined ? undefined : `wrong-${layer.id}`)}
        >
          <span class="grip" aria-hidden="true" title=${msg("Drag")}>⠿</span>
          <span class="number" aria-hidden="true">${number}</span>
          ${select({
            name: msg("Kind of layer {number}", values),
            title: kind?.help ?? "",
            options: this.#kinds,
            value: layer.kind,
            onChange: (chosen) => this.#changeKind(layer, chosen),
          })}
          <span class="numbers">
            ${kind?.numbers.map((declared, index) => this.#number(layer, number, declared, index, wrong !== undefined))}
          </span>
          <span class="shape">
            <span class="heard">${msg("Layer {number} gives", values)} </span>${shape ? shapeOf(shape) : "–"}
            ${shape && known?.parameters ? html`<small>${plural(known.parameters, "{count} parameter", "{count} parameters")}</small>` : nothing}
          </span>
          <span class="buttons">
            ${step(-1, "up", "↑", msg("Move layer {number} up", values))}
            ${step(1, "down", "↓", msg("Move layer {number} down", values))}
            <button
              type="button"
              class="remove"
              aria-label=${msg("Remove layer {number}", values)}
              @click=${() => this.#remove(layer)}
            >
              ×
            </button>
          </span>
        </div>
        ${wrong === undefined ? nothing : html`<p class="wrong" id="wrong-${layer.id}">${translatedPart(wrong)}</p>`}
        ${
          kind?.holdsLayers
            ? html`
                ${this.#list(layer.layers, path, layer)}
                <button type="button" class="inside" @click=${() => this.#add([...path, layer.layers.length])}>
                  ${msg("Add inside block {number}", values)}
                </button>
              `
            : nothing
        }
      </li>
    `;
  }

  #number(layer: Layer, number: number, { label, min, max, integer }: LayerNumber, index: number, wrong: boolean) {
    const called = translated(label);
    const change = (event: Event): void => {
      const numbers = layer.numbers.map((value, other) => (other === index ? valueOf(event).trim() : value));
      this.#change(layer, { ...layer, numbers });
    };
    return html`
      <label>
        <span aria-hidden="true">${called}</span>
        <input
          type="number"
          aria-label=${msg("{field} of layer {number}", { field: called, number: count(number) })}
          aria-invalid=${wrong ? "true" : "false"}
          min=${min}
          max=${max}
          step=${integer ? 1 : 0.05}
          .value=${layer.numbers[index] ?? ""}
          @change=${change}
        />
      </label>
    `;
  }

  get #kinds(): Option[] {
    return translatedLayerKinds(this.state.recipe.layerKinds).map(({ name, label }) => ({ value: name, label }));
  }

  // What a person does.

  #add(path: Path): void {
    const layer = this.#new(this.adding, path);
    this.#set(insert(this.layers, path, layer));
    this.announcement = msg("{kind} added as layer {number}.", {
      kind: this.#kind(layer.kind)?.label ?? layer.kind,
      number: count(this.#numberOf(layer)),
    });
    this.#focus = `[data-id="${layer.id}"] select`;
  }

  #remove(layer: Layer): void {
    const path = pathOf(this.layers, layer.id);
    if (!path) return;
    const number = this.#numberOf(layer);
    const left = remove(this.layers, path);
    const next = inOrder(left)[Math.min(number, inOrder(left).length) - 1];
    this.#set(left);
    this.announcement = msg("Layer {number} removed.", { number: count(number) });
    this.#focus = next ? `[data-id="${next.layer.id}"] .remove` : "#adding";
  }

  #step(layer: Layer, direction: -1 | 1, name: string): void {
    const path = pathOf(this.layers, layer.id);
    const to = path && stepFrom(this.layers, path, direction, this.state.recipe.layerKinds);
    if (path && to) this.#move(layer, path, to, `[data-id="${layer.id}"] .${name}`);
  }

  #dropped({ id, block, index }: Dragged): void {
    const path = pathOf(this.layers, id);
    const layer = path && layerAt(this.layers, path);
    if (!path || !layer) return;
    // The index is that in the list without the layer.
    const above = block === undefined ? [] : pathOf(remove(this.layers, path), block);
    if (above) this.#move(layer, path, [...above, index], undefined);
  }

  #move(layer: Layer, from: Path, to: Path, focus: string | undefined): void {
    const moved = move(this.layers, from, to);
    if (this.#text(moved) === this.#text(this.layers) && from.join() === to.join()) return;
    this.#set(moved);
    this.announcement = msg("Moved: it is layer {number} now.", { number: count(this.#numberOf(layer)) });
    this.#focus = focus;
  }

  #changeKind(layer: Layer, kind: string): void {
    const path = pathOf(this.layers, layer.id);
    if (path) this.#change(layer, { ...this.#new(kind, path), id: layer.id });
  }

  #change(layer: Layer, by: Layer): void {
    const path = pathOf(this.layers, layer.id);
    if (path) this.#set(replace(this.layers, path, by));
  }

  /** A new layer. A residual block gets a convolution that keeps the shape, where its input has channels. */
  #new(kind: string, path: Path): Layer {
    const start = (name: string): Layer => layerOf(name, this.#kind(name)?.initial ?? []);
    if (!this.#kind(kind)?.holdsLayers) return start(kind);
    const before = countBefore(this.layers, path);
    const shape = before === 0 ? this.state.recipe.stack?.stack.input : this.#layersRead.get(before)?.shape;
    const [channels, rows] = shape ?? [];
    if (channels === undefined || rows === undefined) return layerOf(kind, [], [start("relu")]);
    return layerOf(kind, [], [layerOf("conv", [channels, 3, 1, 1, 1]), start("relu")]);
  }

  #set(layers: readonly Layer[]): void {
    this.layers = layers;
    this.bench.recipe.changeLayers(this.#text(layers));
  }

  #text(layers: readonly Layer[]): string {
    return toStackText(layers, this.state.recipe.layerKinds);
  }

  #kind(name: string): LayerKind | undefined {
    return translatedLayerKinds(this.state.recipe.layerKinds).find((kind) => kind.name === name);
  }

  #numberOf({ id }: Layer): number {
    return inOrder(this.layers).findIndex(({ layer }) => layer.id === id) + 1;
  }
}

function flat(layers: readonly StackLayer[]): StackLayer[] {
  return layers.flatMap((layer) => [layer, ...flat(layer.layers)]);
}

function shapeOf(shape: readonly number[]): string {
  return shape.join(" × ");
}
