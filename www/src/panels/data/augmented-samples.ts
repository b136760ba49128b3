import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import type { AugmentedImage, DataInfo, Normalization } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { BenchElement } from "../../app/bench-element.js";
import { count, fixed } from "../../format.js";
import { choiceLabel } from "../../fields.js";
import { pixelImage } from "../../ui/pixel-image.js";
import { msg } from "../../words/msg.js";

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
      <h3>${msg("As the network sees them")}</h3>
      ${this.#augmented(info, augmented)}
      <p class="soft">
        ${normalization ? scaling(info, normalization) : msg("This network scales pixels in its paper's own way.")}
      </p>
    `;
  }

  #augmented(data: DataInfo, images: AugmentedImage[]) {
    const { aug = "", seed = "" } = this.state.recipe.parsed?.values ?? {};
    if (aug === "")
      return html`<p class="soft">${msg("There is no augmentation: each epoch shows the images as they are.")}</p>`;
    const { classes } = data;
    const epochs = Math.max(1, ...images.flatMap(({ views }) => views.map(({ epoch }) => epoch)));
    const values = { augmentations: choiceLabel(this.state.recipe.fields, "aug", aug), epochs: count(epochs), seed };
    return html`
      <figure>
        <figcaption class="soft">
          ${
            epochs === 1
              ? msg(
                  "Images of the first batch: framed as they are, then as epoch 1 shows them ({augmentations}; seed {seed}).",
                  values,
                )
              : msg(
                  "Images of the first batch: framed as they are, then as epochs 1 to {epochs} show them ({augmentations}; seed {seed}).",
                  values,
                )
          }
        </figcaption>
        <ul class="samples" aria-label=${msg("Training images and what augmentation makes of them")}>
          ${images.map(({ label, original, views }) => {
            const name = classes[label] ?? String(label);
            return html`
              <li class="sample">
                ${pixelImage(msg("Training image of {class}, as it is", { class: name }), original, data)}
                ${views.map(({ epoch, pixels }) => pixelImage(msg("The same image of {class}, as epoch {epoch} shows it", { class: name, epoch: count(epoch) }), pixels, data))}
              </li>
            `;
          })}
        </ul>
      </figure>
    `;
  }
}

const CHANNELS = [
  (mean: string) => msg("red {number}", { number: mean }),
  (mean: string) => msg("green {number}", { number: mean }),
  (mean: string) => msg("blue {number}", { number: mean }),
];

/** "Pixels, from 0 to 1, are centred on 0.1307, the mean of the training images, and divided by 0.3081, …" */
function scaling({ name }: DataInfo, { mean, std }: Normalization): string {
  const list = (numbers: number[]): string =>
    numbers
      .map((number) => fixed(4, number))
      .map((number, at) => (numbers.length > 1 ? (CHANNELS[at]?.(number) ?? number) : number))
      .join(", ");
  const values = { mean: list(mean), deviation: list(std) };
  if (mean.length > 1)
    return msg(
      "Pixels, from 0 to 1, are centred on each channel's mean in the training images ({mean}) and divided by its standard deviation ({deviation}).",
      values,
    );
  // As MNIST's are, so that a network takes either.
  return name === "digits"
    ? msg(
        "Pixels, from 0 to 1, are centred on the mean in MNIST's training images ({mean}) and divided by their standard deviation ({deviation}).",
        values,
      )
    : msg(
        "Pixels, from 0 to 1, are centred on the mean in the training images ({mean}) and divided by their standard deviation ({deviation}).",
        values,
      );
}
