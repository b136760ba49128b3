import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

import { count } from "../../format.js";
import type { CustomDatasetInfo } from "../../protocol.js";
import { shared } from "../../styles/shared.js";
import { SignalElement } from "../../ui/signal-element.js";
import { pixelImage } from "../../ui/pixel-image.js";
import { msg, plural } from "../../words/msg.js";

/** Of more classes the table is closed at first. */
const MAX_OPEN = 12;

/** The shape of an image, as a network sees it. */
export function shapeOf({ size, channels }: Pick<CustomDatasetInfo, "size" | "channels">) {
  return { channels: channels === "grey" ? 1 : 3, height: size, width: size, name: "own" };
}

/** The classes of a custom dataset: how many images each has, and some of them as the network sees them. */
@customElement("dataset-classes")
export class DatasetClasses extends SignalElement {
  static override styles = [
    shared,
    css`
      table {
        table-layout: fixed;
        width: 100%;
        margin-bottom: 0.5rem;
        border-collapse: collapse;
      }

      th,
      td {
        padding: 0.25rem 0.5rem 0.25rem 0;
        border-top: 1px solid var(--line);
        text-align: left;
        font-weight: inherit;
        overflow-wrap: anywhere;
      }

      th:first-child {
        width: 36%;
      }

      .number {
        width: 3.5rem;
        font-variant-numeric: tabular-nums;
      }

      thead {
        color: var(--ink-soft);
        font-size: 0.8125rem;
      }

      .samples {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem;
      }

      .samples pixel-image {
        width: 2rem;
        border-radius: 2px;
        overflow: hidden;
      }
    `,
  ];

  @property({ attribute: false }) info!: CustomDatasetInfo;

  override render() {
    const { info } = this;
    const { length } = info.classes;
    if (length <= MAX_OPEN) return this.#table(info);
    return html`
      <details>
        <summary>${plural(length, "All {count} class", "All {count} classes")}</summary>
        ${this.#table(info)}
      </details>
    `;
  }

  #table(info: CustomDatasetInfo) {
    const { classes, samples } = info;
    const shape = shapeOf(info);
    return html`
      <table aria-label=${msg("Classes of your images")}>
        <thead>
          <tr>
            <th scope="col">${msg("Class")}</th>
            <th scope="col" class="number">${msg("Images")}</th>
            <th scope="col">${msg("As the network sees it")}</th>
          </tr>
        </thead>
        <tbody>
          ${classes.map(
            ({ name, images }, label) => html`
              <tr>
                <th scope="row">${name}</th>
                <td class="number">${count(images)}</td>
                <td>
                  <div class="samples">
                    ${(samples[label] ?? []).map((pixels, index) => pixelImage(msg("{class}, image {number}", { class: name, number: count(index + 1) }), pixels, shape))}
                  </div>
                </td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }
}
