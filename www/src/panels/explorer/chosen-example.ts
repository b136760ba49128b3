import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import type { AugmentedImage, DataInfo } from "../../module.js";
import { count } from "../../format.js";
import { translated } from "../../words/translated.js";
import type { Pixels } from "../../pixels.js";
import { shared } from "../../styles/shared.js";
import { SignalElement } from "../../ui/signal-element.js";
import { pixelImage } from "../../ui/pixel-image.js";
import type { Split } from "./exploration.js";
import { largeImage } from "./styles.js";
import { msg, plural } from "../../words/msg.js";

/** The example that was chosen, large, and how the run's first epochs augment it. */
@customElement("chosen-example")
export class ChosenExample extends SignalElement {
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
      <section aria-label=${msg("The chosen image")}>
        <h3>${name ?? msg("One image")}</h3>
        ${
          name === null
            ? html`<p class="soft">
                ${
                  split === "train"
                    ? msg("Open an image to see it large, and what augmentation makes of it.")
                    : msg("Open an image to see it large.")
                }
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
      return html`<p class="soft">${msg("The recipe has no augmentation: every epoch shows it as it is.")}</p>`;
    }
    if (augmented === undefined) return nothing;
    const views = augmented?.views ?? [];
    if (views.length === 0) {
      const text = plural(
        epochs,
        "The run does not show it: the recipe trains on other images.",
        "The run's first {count} epochs do not show it: the recipe trains on other images.",
      );
      return html`<p class="soft">${text}</p>`;
    }
    return html`
      <figure>
        <figcaption class="soft">
          ${msg("As the run’s epochs show it ({augmentations}):", { augmentations: augmentations.map(translated).join(", ") })}
        </figcaption>
        <ul class="augmentations" aria-label=${msg("What augmentation makes of it")}>
          ${views.map(
            ({ epoch, pixels }) => html`
              <li>
                ${pixelImage(msg("As epoch {number} shows it", { number: count(epoch) }), pixels, info)}<span
                  aria-hidden="true"
                  >${msg("epoch {number}", { number: count(epoch) })}</span
                >
              </li>
            `,
          )}
        </ul>
      </figure>
    `;
  }
}
