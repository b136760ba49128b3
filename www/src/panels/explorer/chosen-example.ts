import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { AugmentedImage, DataInfo } from "../../module.js";
import type { Pixels } from "../../pixels.js";
import { shared } from "../../styles/shared.js";
import { pixelImage } from "../../ui/pixel-image.js";
import type { Split } from "./exploration.js";
import { largeImage } from "./styles.js";

/** The example that was chosen, large, and how the run's first epochs augment it. */
@customElement("chosen-example")
export class ChosenExample extends LitElement {
  static override styles = [
    shared,
    largeImage,
    css`
      .augmentations {
        display: grid;
        gap: 0.4rem;
        grid-template-columns: repeat(4, minmax(0, 5.5rem));
        margin: 0.5rem 0 0;
        padding: 0;
        list-style: none;
        font-size: 0.75rem;
        text-align: center;
      }

      .augmentations pixel-image {
        border: 1px solid var(--line);
        border-radius: 4px;
        overflow: hidden;
      }
    `,
  ];

  @property({ attribute: false }) info!: DataInfo;
  @property({ attribute: false }) split: Split = "train";
  /** "Training image 17: 4"; null where none is chosen. */
  @property({ attribute: false }) name: string | null = null;
  @property({ attribute: false }) pixels: Pixels = [];
  /** The names of the recipe's augmentations; none where it has none. */
  @property({ attribute: false }) augmentations: readonly string[] = [];
  /** How the first epochs show it: null where they do not, undefined before that is known. */
  @property({ attribute: false }) augmented: AugmentedImage | null | undefined;
  /** The epochs of which that was asked. */
  @property({ attribute: false }) epochs = 1;

  override render() {
    const { name, split } = this;
    return html`
      <section aria-label="The chosen image">
        <h3>${name ?? "One image"}</h3>
        ${
          name === null
            ? html`<p class="soft">
                Open an image to see it large${split === "train" ? ", and what augmentation makes of it" : ""}.
              </p>`
            : html`${pixelImage(name, this.pixels, this.info, "large")}
              ${split === "train" ? this.#augmentations() : nothing}`
        }
      </section>
    `;
  }

  #augmentations() {
    const { augmentations, augmented, epochs, info } = this;
    if (augmentations.length === 0) {
      return html`<p class="soft">The recipe has no augmentation: every epoch shows it as it is.</p>`;
    }
    if (augmented === undefined) return nothing;
    const views = augmented?.views ?? [];
    if (views.length === 0) {
      const which = epochs === 1 ? "The run does" : `The run's first ${epochs} epochs do`;
      return html`<p class="soft">${which} not show it: the recipe trains on other images.</p>`;
    }
    return html`
      <figure>
        <figcaption class="soft">As the run’s epochs show it (${augmentations.join(", ")}):</figcaption>
        <ul class="augmentations" aria-label="What augmentation makes of it">
          ${views.map(
            ({ epoch, pixels }) => html`
              <li>
                ${pixelImage(`As epoch ${epoch} shows it`, pixels, info)}<span aria-hidden="true">epoch ${epoch}</span>
              </li>
            `,
          )}
        </ul>
      </figure>
    `;
  }
}
