import { css, html } from "lit";
import { customElement } from "lit/decorators.js";

import { drawnData } from "../../../../crate/js/drawn-data.js";
import type { DataInfo } from "../../module.js";
import { failureOf } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import { count } from "../../format.js";
import { BenchElement } from "../../app/bench-element.js";
import "../custom-images/custom-images-panel.js";
import "./augmented-samples.js";
import { pixelImage } from "../../ui/pixel-image.js";
import { msg } from "../../words/msg.js";

/** The data of the run: what it is, how much there is, and how it looks. */
@customElement("data-panel")
export class DataPanel extends BenchElement {
  static override styles = [
    shared,
    css`
      figure {
        container-type: inline-size;
        margin: 0.2rem 0 0;
      }

      .examples {
        display: grid;
        gap: 0.5rem;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        margin: 0.75rem 0 0;
        padding: 0;
        list-style: none;
        text-align: center;
      }

      /* Labels such as "automobile" want more room than digits. */
      .names {
        grid-template-columns: repeat(3, minmax(0, 1fr));
      }

      @container (min-width: 20rem) {
        .examples {
          grid-template-columns: repeat(6, minmax(0, 1fr));
        }

        .names {
          grid-template-columns: repeat(4, minmax(0, 1fr));
        }
      }

      @container (min-width: 38rem) {
        .examples {
          grid-template-columns: repeat(12, minmax(0, 1fr));
        }

        .names {
          grid-template-columns: repeat(6, minmax(0, 1fr));
        }
      }

      .examples pixel-image {
        padding: 0.2rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }

      .examples span {
        font-size: 0.8125rem;
        color: var(--ink-soft);
      }
    `,
  ];

  override render() {
    const { data, recipe, run } = this.state;
    const { info, examples, fetching } = data;
    const { parsed } = recipe;
    // The images of another data set would stand under this one's name.
    const current = info && !data.isAbsent && info.name === parsed?.values["data"] ? info : null;
    if (!current) {
      const why = failureOf(run)
        ? msg("There is nothing to show yet.")
        : fetching
          ? msg("On its way.")
          : msg("Examples are shown once the run is ready.");
      return html`
        <h2>${msg("Data")}</h2>
        <custom-images-panel .bench=${this.bench}></custom-images-panel>
        <p class="soft">${parsed?.values["own"] === "" ? "" : why}</p>
      `;
    }
    const { classes } = current;
    const hasNames = classes.some((name) => name.length > 3);
    return html`
      <h2>${current.title}</h2>
      <custom-images-panel .bench=${this.bench}></custom-images-panel>
      <figure>
        <figcaption class="soft">${captionOf(current)}</figcaption>
        <ul
          class="examples ${hasNames ? "names" : ""}"
          aria-label=${msg("The first training examples, with their labels")}
        >
          ${examples.map((example) => {
            const label = classes[example.label] ?? String(example.label);
            return html`
              <li>
                ${pixelImage(msg("Example of {class}", { class: label }), example.pixels, current)}
                <span aria-hidden="true">${label}</span>
              </li>
            `;
          })}
        </ul>
      </figure>
      <augmented-samples .bench=${this.bench}></augmented-samples>
    `;
  }
}

function captionOf({ name, title, train, test }: DataInfo): string {
  const values = { title, train: count(train), test: count(test) };
  const drawn = drawnData(name);
  return drawn
    ? msg("{title}, made by Bunsen, not {like}: {train} images to train on, {test} to test with", {
        ...values,
        like: drawn.like,
      })
    : msg("{title}: {train} images to train on, {test} to test with", values);
}
