import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import type { AugmentedImage, DataInfo, Normalization } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { BenchElement } from "../../app/bench-element.js";
import { fixed } from "../../format.js";
import { pixelImage } from "../../ui/pixel-image.js";

/** The training images as the network gets them: augmented, and normalized. */
@customElement("augmented-samples")
export class AugmentedSamples extends BenchElement {
  static override styles = [
    shared,
    css`
      h3 {
        margin: 1.25rem 0 0;
        font-size: 1rem;
      }

      figure {
        margin: 0.2rem 0 0;
      }

      .samples {
        display: grid;
        gap: 0.75rem 1.5rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
        margin: 0.75rem 0;
        padding: 0;
        list-style: none;
      }

      .sample {
        display: grid;
        gap: 0.35rem;
        grid-template-columns: repeat(5, minmax(0, 1fr));
      }

      pixel-image {
        padding: 0.15rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }

      /* The original stands apart from what becomes of it. */
      .sample pixel-image:first-child {
        border: 2px solid var(--flame);
      }

      p {
        margin: 0.35rem 0 0;
      }
    `,
  ];

  override render() {
    const { data, plan, recipe } = this.state;
    const { info, augmented, normalization } = data;
    if (!info || !plan || info.name !== recipe.parsed?.values["data"]) return nothing;
    return html`
      <h3>As the network sees them</h3>
      ${this.#augmented(info, augmented)}
      <p class="soft">
        ${normalization ? scaling(info, normalization) : "This network scales pixels in its paper's own way."}
      </p>
    `;
  }

  #augmented(data: DataInfo, images: AugmentedImage[]) {
    const { aug = "", seed = "" } = this.state.recipe.parsed?.values ?? {};
    if (aug === "") return html`<p class="soft">There is no augmentation: each epoch shows the images as they are.</p>`;
    const { classes } = data;
    const epochs = Math.max(1, ...images.flatMap(({ views }) => views.map(({ epoch }) => epoch)));
    const shown = epochs === 1 ? "epoch 1 shows them" : `epochs 1 to ${epochs} show them`;
    return html`
      <figure>
        <figcaption class="soft">
          Images of the first batch: framed as they are, then as ${shown} (${aug.split(",").join(", ")}; drawn by the
          seed ${seed}).
        </figcaption>
        <ul class="samples" aria-label="Training images and what augmentation makes of them">
          ${images.map(({ label, original, views }) => {
            const name = classes[label] ?? String(label);
            return html`
              <li class="sample">
                ${pixelImage(`Training image of ${name}, as it is`, original, data)}
                ${views.map(({ epoch, pixels }) => pixelImage(`The same image of ${name}, as epoch ${epoch} shows it`, pixels, data))}
              </li>
            `;
          })}
        </ul>
      </figure>
    `;
  }
}

const COLOURS = ["red", "green", "blue"];

/** "Pixels, from 0 to 1, are centred on 0.1307, the mean of the training images, and divided by 0.3081, …" */
function scaling({ name }: DataInfo, { mean, std }: Normalization): string {
  // As MNIST's are, so that a network takes either.
  const whose = name === "digits" ? "MNIST's training images" : "the training images";
  const isColour = mean.length > 1;
  const ofEach = isColour ? "each channel's " : "the ";
  const list = (numbers: number[]): string =>
    numbers
      .map((number, at) => `${isColour ? `${COLOURS[at] ?? `channel ${at + 1}`} ` : ""}${fixed(4, number)}`)
      .join(", ");
  return (
    `Pixels, from 0 to 1, are centred on ${ofEach}mean in ${whose} (${list(mean)}) ` +
    `and divided by ${isColour ? "its" : "their"} standard deviation (${list(std)}).`
  );
}
