import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import { balanceOf, type Outcome, type Split } from "./exploration.js";
import { EPOCHS, ExplorerStore, PAGE_SIZE } from "./explorer-store.js";
import type { DataInfo } from "../../module.js";
import type { Pixels } from "../../pixels.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { select } from "../../ui/select.js";
import { className, count } from "../../format.js";
import { PanelElement } from "../panel-element.js";
import { StoreController } from "../panel-store.js";
import "./class-balance.js";
import "../../ui/image-grid.js";
import type { Tile } from "../../ui/image-grid.js";
import "../../ui/pixel-image.js";

const OUTCOMES: readonly { value: Outcome; label: string }[] = [
  { value: "all", label: "Right and wrong" },
  { value: "right", label: "Right" },
  { value: "wrong", label: "Wrong" },
];

const NAMES: Record<Split, string> = { train: "Training", test: "Test" };

/** The data set, example by example. Nothing is asked for while it is closed. */
@customElement("explorer-panel")
export class ExplorerPanel extends PanelElement {
  static override styles = [
    shared,
    css`
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        margin: 0.75rem 0;
      }

      .choices div {
        flex: 1 1 9rem;
        max-width: 16rem;
      }

      label {
        display: block;
        font-size: 0.875rem;
        font-weight: 550;
      }

      .parts {
        display: grid;
        gap: 1.25rem 2rem;
        grid-template-columns: minmax(0, 1fr);
        margin-top: 0.5rem;
      }

      .parts > * {
        min-width: 0;
      }

      @media (min-width: 60rem) {
        .parts {
          grid-template-columns: minmax(0, 1fr) 21rem;
        }
      }

      .pager {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        margin-top: 0.6rem;
      }

      .side {
        display: grid;
        gap: 1.25rem;
        align-content: start;
      }

      h3 {
        margin-bottom: 0.35rem;
      }

      figure {
        margin: 0;
      }

      .large {
        width: 9rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        overflow: hidden;
      }

      .versions {
        display: grid;
        gap: 0.4rem;
        grid-template-columns: repeat(4, minmax(0, 5.5rem));
        margin: 0.5rem 0 0;
        padding: 0;
        list-style: none;
        font-size: 0.75rem;
        text-align: center;
      }

      .versions pixel-image {
        border: 1px solid var(--line);
        border-radius: 4px;
        overflow: hidden;
      }
    `,
  ];

  readonly #controller = new StoreController(this, () => new ExplorerStore(this.bench));

  get #store(): ExplorerStore {
    return this.#controller.store;
  }

  override render() {
    const { data, plan, engine } = this.state;
    const { info } = data;
    if (!info || !plan) {
      const when = engine.engine?.kind === "gpu" ? "on a GPU, when Train is pressed" : "which takes a moment";
      return html`<p class="soft">Shown once the run is ready: ${when}.</p>`;
    }
    return html`${this.#choices(info)} ${this.#images(info)}`;
  }

  #choices(data: DataInfo) {
    const { exploration, selection } = this.#store;
    const { split, label, outcome } = selection;
    const isScored = split === "test" && exploration.predicted !== null;
    return html`
      <div class="choices">
        <div>
          <label for="split">Images</label>
          ${select({
            id: "split",
            options: [
              { value: "train", label: `Training: ${count(data.train)}` },
              { value: "test", label: `Test: ${count(data.test)}` },
            ],
            value: split,
            onChange: (value) => this.#store.choose({ split: value as Split, outcome: "all" }),
          })}
        </div>
        <div>
          <label for="class">Class</label>
          ${select({
            id: "class",
            options: [
              { value: "", label: "All classes" },
              ...data.classes.map((name, at) => ({ value: String(at), label: name })),
            ],
            value: label === null ? "" : String(label),
            onChange: (value) => this.#store.choose({ label: value === "" ? null : Number(value) }),
          })}
        </div>
        <div>
          <label for="outcome">Answers</label>
          ${select({
            id: "outcome",
            options: OUTCOMES,
            value: outcome,
            disabled: !isScored,
            describedBy: "scored",
            onChange: (value) => this.#store.choose({ outcome: value as Outcome }),
          })}
        </div>
      </div>
      <p class="soft" id="scored">${this.#scored()}</p>
    `;
  }

  #scored(): string {
    const { exploration, selection } = this.#store;
    const { predicted } = exploration;
    if (selection.split === "train") return "What is right and what is wrong is known of test images.";
    if (!predicted)
      return "What is right and what is wrong is known once the network was scored on the test images: at the end of an epoch, or when the run ends.";
    return `Right and wrong as of step ${count(predicted.step)}, when the network was last scored.`;
  }

  #images(data: DataInfo) {
    const { exploration, selection, indices } = this.#store;
    const { split, label, page, chosen } = selection;
    const labels = exploration.labels[split];
    if (!labels) {
      const why = exploration.why
        ? `They are not to be had: ${exploration.why}`
        : `The ${NAMES[split].toLowerCase()} images are on their way.`;
      return html`<p class="soft" role="status" aria-label="Images shown">${why}</p>`;
    }
    const first = page * PAGE_SIZE;
    const shown =
      indices.length === 0
        ? "There are no such images."
        : `${count(first + 1)} to ${count(Math.min(indices.length, first + PAGE_SIZE))} of ${count(indices.length)} images`;
    const pageButton = (name: string, turn: -1 | 1) =>
      button(name, { enabled: this.#store.canTurn(turn), onPress: () => this.#store.turn(turn) });
    return html`
      <div class="parts">
        <div>
          ${
            indices.length === 0
              ? nothing
              : html`
                  <image-grid
                    label="${NAMES[split]} images"
                    .tiles=${this.#tiles(labels, data)}
                    .channels=${data.channels}
                    .columns=${data.width}
                    .rows=${data.height}
                    .chosen=${chosen}
                    @choose=${(event: CustomEvent<number>) => this.#store.chooseImage(event.detail)}
                    @turn=${(event: CustomEvent<number>) => this.#store.turn(event.detail)}
                  ></image-grid>
                `
          }
          <div class="pager">
            ${pageButton("Previous page", -1)} ${pageButton("Next page", 1)}
            <p class="soft" role="status" aria-label="Images shown">${shown}</p>
          </div>
        </div>
        <div class="side">
          ${this.#example(labels, data)} ${this.#mean(labels, data)}
          <section aria-label="Class balance">
            <h3>Class balance</h3>
            <class-balance
              .classes=${data.classes}
              .counts=${balanceOf(labels, data.classes.length)}
              .chosen=${label}
            ></class-balance>
          </section>
        </div>
      </div>
    `;
  }

  #example(labels: Uint8Array, data: DataInfo) {
    const { split, chosen } = this.#store.selection;
    const name = chosen === null ? "" : this.#nameOf(chosen, labels, data);
    return html`
      <section aria-label="The chosen image">
        <h3>${chosen === null ? "One image" : name}</h3>
        ${
          chosen === null
            ? html`<p class="soft">
                Choose an image to see it large${split === "train" ? ", and what augmentation makes of it" : ""}.
              </p>`
            : html`${this.#image(name, this.#pixelsOf(chosen), data, "large")}
              ${split === "train" ? this.#augmentations(chosen, data) : nothing}`
        }
      </section>
    `;
  }

  #augmentations(chosen: number, data: DataInfo) {
    const { recipe, plan } = this.state;
    const aug = recipe.parsed?.values["aug"] ?? "";
    if (aug === "") return html`<p class="soft">The recipe has no augmentation: every epoch shows it as it is.</p>`;
    const { augmentations } = this.#store.exploration;
    if (augmentations?.index !== chosen) return nothing;
    const views = augmentations.augmented?.views ?? [];
    const epochs = Math.min(EPOCHS, plan?.epochs ?? EPOCHS);
    if (views.length === 0) {
      const which = epochs === 1 ? "The run does" : `The run's first ${epochs} epochs do`;
      return html`<p class="soft">${which} not show it: the recipe trains on other images.</p>`;
    }
    return html`
      <figure>
        <figcaption class="soft">As the run’s epochs show it (${aug.split(",").join(", ")}):</figcaption>
        <ul class="versions" aria-label="What augmentation makes of it">
          ${views.map(
            ({ epoch, pixels }) => html`
              <li>
                ${this.#image(`As epoch ${epoch} shows it`, pixels, data, "")}<span aria-hidden="true"
                  >epoch ${epoch}</span
                >
              </li>
            `,
          )}
        </ul>
      </figure>
    `;
  }

  #mean(labels: Uint8Array, data: DataInfo) {
    const { mean } = this.#store.exploration;
    const { split, label } = this.#store.selection;
    const many = label === null ? labels.length : (balanceOf(labels, data.classes.length)[label] ?? 0);
    const of = `${count(many)} ${NAMES[split].toLowerCase()} images${label === null ? "" : ` of ${data.classes[label] ?? label}`}`;
    const here = mean?.split === split && mean.label === label ? mean.mean : [];
    return html`
      <figure>
        <h3>Mean image</h3>
        ${this.#image(`The mean of ${of}`, here, data, "large")}
        <figcaption class="soft">The mean of ${of}, pixel by pixel.</figcaption>
      </figure>
    `;
  }

  #image(label: string, pixels: Pixels, { channels, width, height }: DataInfo, classes: string) {
    return html`
      <pixel-image
        class=${classes}
        label=${label}
        .pixels=${pixels}
        .channels=${channels}
        .columns=${width}
        .rows=${height}
      ></pixel-image>
    `;
  }

  #tiles(labels: Uint8Array, data: DataInfo): Tile[] {
    return this.#store.indicesOnPage.map((index) => {
      const label = labels[index] ?? 0;
      const predicted = this.#predictedLabel(index);
      const wrong = predicted !== undefined && predicted !== label;
      const caption = wrong ? `${className(data, label)} → ${className(data, predicted)}` : className(data, label);
      return { place: index, pixels: this.#pixelsOf(index), name: this.#nameOf(index, labels, data), caption, wrong };
    });
  }

  #nameOf(index: number, labels: Uint8Array, data: DataInfo): string {
    const label = labels[index] ?? 0;
    const predicted = this.#predictedLabel(index);
    const taken =
      predicted === undefined
        ? ""
        : predicted === label
          ? ", taken for that"
          : `, taken for ${className(data, predicted)}`;
    return `${NAMES[this.#store.selection.split]} image ${count(index)}: ${className(data, label)}${taken}`;
  }

  /** The class that the network predicted for a test image when it was last scored. */
  #predictedLabel(index: number): number | undefined {
    const { exploration, selection } = this.#store;
    return selection.split === "test" ? exploration.predicted?.labels[index] : undefined;
  }

  #pixelsOf(index: number): Pixels {
    const { exploration, selection } = this.#store;
    const { images } = exploration;
    const at = images?.split === selection.split ? images.indices.indexOf(index) : -1;
    return (at >= 0 ? images?.images[at] : undefined) ?? NO_PIXELS;
  }
}

const NO_PIXELS: Pixels = [];
