import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import { className, count } from "../../format.js";
import type { DataInfo } from "../../module.js";
import type { Pixels } from "../../pixels.js";
import { shared } from "../../styles/shared.js";
import { failureNote } from "../../ui/failure-note.js";
import { button } from "../../ui/button.js";
import "../../ui/image-grid.js";
import type { Tile } from "../../ui/image-grid.js";
import { pixelImage } from "../../ui/pixel-image.js";
import { PanelElement } from "../panel-element.js";
import { StoreController } from "../panel-store.js";
import "./chosen-example.js";
import "./class-balance.js";
import "./example-filter.js";
import { balanceOf, type Split } from "./exploration.js";
import { EPOCHS, ExplorerStore, PAGE_SIZE, type Filter } from "./explorer-store.js";
import { largeImage } from "./styles.js";
import { msg, plural } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** Images of a split, as they stand after "of". */
const imagesOf: Record<Split, (number: number) => string> = {
  train: (number) => plural(number, "{count} training image", "of|{count} training images"),
  test: (number) => plural(number, "{count} test image", "of|{count} test images"),
};

const NO_PIXELS: Pixels = [];

/** The data set, example by example. Nothing is asked for while it is closed. */
@customElement("explorer-panel")
export class ExplorerPanel extends PanelElement {
  static override styles = [
    shared,
    largeImage,
    css`
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
      const text =
        engine.engine?.kind === "gpu"
          ? msg("Shown once the run is ready: on a GPU, when Train is pressed.")
          : msg("Shown once the run is ready, which takes a moment.");
      return html`<p class="soft">${text}</p>`;
    }
    const { exploration, selection } = this.#store;
    const labels = exploration.labels[selection.split];
    return html`
      <example-filter
        .info=${info}
        .filter=${selection}
        .predicted=${exploration.predicted}
        @filter=${(event: CustomEvent<Partial<Filter>>) => this.#store.choose(event.detail)}
      ></example-filter>
      ${failureNote(this.state.requests.failed.explore)} ${labels ? this.#examples(labels, info) : this.#waiting()}
    `;
  }

  #waiting() {
    const { exploration, selection } = this.#store;
    const text = exploration.why
      ? msg("They are not available: {why}", { why: translated(exploration.why) })
      : selection.split === "train"
        ? msg("The training images are on their way.")
        : msg("The test images are on their way.");
    return html`<p class="soft" role="status" aria-label=${msg("Images shown")}>${text}</p>`;
  }

  #examples(labels: Uint8Array, info: DataInfo) {
    const counts = balanceOf(labels, info.classes.length);
    return html`
      <div class="parts">
        <div>${this.#grid(labels, info)} ${this.#pager()}</div>
        <div class="side">
          ${this.#chosen(labels, info)} ${this.#mean(labels.length, counts, info)}
          <section aria-label=${msg("Class balance")}>
            <h3>${msg("Class balance")}</h3>
            <class-balance
              .classes=${info.classes}
              .counts=${counts}
              .chosen=${this.#store.selection.label}
            ></class-balance>
          </section>
        </div>
      </div>
    `;
  }

  #grid(labels: Uint8Array, info: DataInfo) {
    const { selection, indices } = this.#store;
    if (indices.length === 0) return nothing;
    return html`
      <image-grid
        label=${selection.split === "train" ? msg("Training images") : msg("Test images")}
        .tiles=${this.#tiles(labels, info)}
        .channels=${info.channels}
        .columns=${info.width}
        .rows=${info.height}
        .data=${info.name}
        .chosen=${selection.chosen}
        @choose=${(event: CustomEvent<number>) => this.#store.chooseImage(event.detail)}
        @turn=${(event: CustomEvent<number>) => this.#store.turn(event.detail)}
      ></image-grid>
    `;
  }

  #pager() {
    const { selection, indices } = this.#store;
    const first = selection.page * PAGE_SIZE;
    const last = Math.min(indices.length, first + PAGE_SIZE);
    const text =
      indices.length === 0
        ? msg("There are no such images.")
        : msg("{first} to {last} of {all} images", {
            first: count(first + 1),
            last: count(last),
            all: count(indices.length),
          });
    const pageButton = (name: string, by: -1 | 1) =>
      button(name, { enabled: this.#store.canTurn(by), onPress: () => this.#store.turn(by) });
    return html`
      <div class="pager">
        ${pageButton(msg("Previous page"), -1)} ${pageButton(msg("Next page"), 1)}
        <p class="soft" role="status" aria-label=${msg("Images shown")}>${text}</p>
      </div>
    `;
  }

  #chosen(labels: Uint8Array, info: DataInfo) {
    const { recipe, plan } = this.state;
    const { selection, exploration } = this.#store;
    const { split, chosen } = selection;
    const { augmentations } = exploration;
    return html`
      <chosen-example
        .info=${info}
        .split=${split}
        .name=${chosen === null ? null : this.#nameOf(chosen, labels, info)}
        .pixels=${chosen === null ? NO_PIXELS : this.#pixelsOf(chosen)}
        .augmentations=${(recipe.parsed?.values["aug"] ?? "").split(",").filter(Boolean)}
        .augmented=${augmentations?.index === chosen ? augmentations?.augmented : undefined}
        .epochs=${Math.min(EPOCHS, plan?.epochs ?? EPOCHS)}
      ></chosen-example>
    `;
  }

  /** @param all how many images the split has @param counts how many of each class */
  #mean(all: number, counts: readonly number[], info: DataInfo) {
    const { selection, exploration } = this.#store;
    const { split, label } = selection;
    const { mean } = exploration;
    const number = label === null ? all : (counts[label] ?? 0);
    const values = { images: imagesOf[split](number), class: label === null ? "" : className(info, label) };
    const name = label === null ? msg("The mean of {images}", values) : msg("The mean of {images} of {class}", values);
    const pixels = mean?.split === split && mean.label === label ? mean.mean : NO_PIXELS;
    return html`
      <figure>
        <h3>${msg("Mean image")}</h3>
        ${pixelImage(name, pixels, info, "large")}
        <figcaption class="soft">${msg("{name}, pixel by pixel.", { name })}</figcaption>
      </figure>
    `;
  }

  #tiles(labels: Uint8Array, info: DataInfo): Tile[] {
    return this.#store.indicesOnPage.map((index) => {
      const label = labels[index] ?? 0;
      const predicted = this.#predictedLabel(index);
      const isWrong = predicted !== undefined && predicted !== label;
      const caption = isWrong ? `${className(info, label)} → ${className(info, predicted)}` : className(info, label);
      return { index, pixels: this.#pixelsOf(index), name: this.#nameOf(index, labels, info), caption, isWrong };
    });
  }

  #nameOf(index: number, labels: Uint8Array, info: DataInfo): string {
    const label = labels[index] ?? 0;
    const predicted = this.#predictedLabel(index);
    const values = { number: count(index + 1), class: className(info, label) };
    if (this.#store.selection.split === "train") return msg("Training image {number}: {class}", values);
    if (predicted === undefined) return msg("Test image {number}: {class}", values);
    if (predicted === label) return msg("Test image {number}: {class}, taken for that", values);
    return msg("Test image {number}: {class}, taken for {answer}", { ...values, answer: className(info, predicted) });
  }

  /** The class that the network predicted for a test image when it was last scored. */
  #predictedLabel(index: number): number | undefined {
    const { exploration, selection } = this.#store;
    return selection.split === "test" ? exploration.predicted?.labels[index] : undefined;
  }

  #pixelsOf(index: number): Pixels {
    const { exploration, selection } = this.#store;
    const { images } = exploration;
    const position = images?.split === selection.split ? images.indices.indexOf(index) : -1;
    return (position >= 0 ? images?.images[position] : undefined) ?? NO_PIXELS;
  }
}
