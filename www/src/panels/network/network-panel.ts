import { css, html, nothing } from "lit";
import { customElement, query } from "lit/decorators.js";

import { isLocked } from "../../state/run-state.js";
import type { Figure } from "../../figure/figure.js";
import type { Description } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { titled } from "../../styles/titled.js";
import "../../ui/save-menu.js";
import { tables } from "../../styles/tables.js";
import { button } from "../../ui/button.js";
import { count } from "../../format.js";
import { BenchElement } from "../../app/bench-element.js";
import type { CodeDialog } from "./code-dialog.js";
import "./code-dialog.js";
import "./network-diagram.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { translatedPart } from "../../words/translated-part.js";

/** The network that is trained: where it comes from, its size, its layers. */
@customElement("network-panel")
export class NetworkPanel extends BenchElement {
  static override styles = [
    shared,
    tables,
    titled,
    css`
      .paper {
        margin: 0.2rem 0 0.6rem;
      }

      /* A deep network has hundreds of layers. */
      .scroll {
        max-height: 26rem;
      }

      thead th {
        position: sticky;
        top: 0;
        background: var(--paper);
      }

      network-diagram {
        max-width: 34rem;
        margin-bottom: 0.6rem;
      }

      .size {
        margin-bottom: 0.6rem;
      }
    `,
  ];

  @query("code-dialog") private code!: CodeDialog;

  #inspect(layer: number): void {
    this.bench.showPanel("inside-panel", true);
    this.bench.subscriptions.inspect({ layer });
    this.dispatchEvent(new CustomEvent("inside", { bubbles: true, composed: true }));
  }

  async #figureOf(description: Description): Promise<Figure> {
    const { networkFigure } = await import("./network-figure.js");
    return networkFigure(this.bench, description);
  }

  override render() {
    const { run, recipe } = this.state;
    const { description } = recipe;
    if (!description) return html`<h2>${msg("Network")}</h2>`;
    const { title, paper, parameters, multiplyAdds, layers, stack, without } = description;
    const canOpen = stack !== undefined && !isLocked(run);
    return html`
      <div class="titled">
        <h2>${title}</h2>
        <save-menu
          label=${msg("saved|drawing of the network")}
          .figure=${() => this.#figureOf(description)}
        ></save-menu>
      </div>
      <p class="soft paper">${translatedPart(paper)}</p>
      <network-diagram
        clickable
        .description=${description}
        @layer=${(event: CustomEvent<number>) => this.#inspect(event.detail)}
      ></network-diagram>
      <p class="size">
        ${msg("{parameters} parameters, {operations} multiply-adds an image.", {
          parameters: count(parameters),
          operations: count(multiplyAdds),
        })}
        <span class="soft">${msg("A click on a block looks inside it.")}</span>
      </p>
      <p class="size">
        <button type="button" aria-haspopup="dialog" @click=${() => this.code.open()}>${msg("Show as code")}</button>
        <span class="soft">${msg("The whole recipe as a program: for PyTorch, also on many processes, or Rust.")}</span>
      </p>
      <code-dialog .bench=${this.bench}></code-dialog>
      ${
        stack === undefined || recipe.stack !== null
          ? nothing
          : html`
              <p class="size">
                ${button(msg("Open as stack"), { enabled: canOpen, onPress: () => this.bench.recipe.openAsStack() })}
                <span class="soft">${stackText(without)}</span>
              </p>
            `
      }
      <div class="scroll" tabindex="0" role="region" aria-label=${msg("Layers of {network}", { network: title })}>
        <table>
          <caption class="heard">
            ${msg("The layers of {network}, from the image to the classes", { network: title })}
          </caption>
          <thead>
            <tr>
              <th scope="col">${msg("Layer")}</th>
              <th scope="col">${msg("Kind")}</th>
              <th scope="col">${msg("Output")}</th>
              <th scope="col" class="number">${msg("Parameters")}</th>
              <th scope="col" class="number">${msg("Multiply-adds")}</th>
            </tr>
          </thead>
          <tbody>
            ${layers.map(
              (layer) => html`
                <tr>
                  <td>${layer.name}</td>
                  <td>${translated(layer.kind)}</td>
                  <td>${layer.shape.join(" × ")}</td>
                  <td class="number">${layer.parameters > 0 ? count(layer.parameters) : "–"}</td>
                  <td class="number">${layer.multiplyAdds > 0 ? count(layer.multiplyAdds) : "–"}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    `;
  }
}

/** What **Open as stack** opens, and what of the network a stack cannot say. */
function stackText(without: readonly string[]): string {
  return without.length === 0
    ? msg("Its layers, as an editor: take them apart and change them.")
    : msg("Its layers, as an editor: take them apart and change them. Without {parts}.", {
        parts: without.map(translated).join(", "),
      });
}
