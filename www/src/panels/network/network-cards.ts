import { css, html, nothing } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import { networkOf } from "../../state/recipe.js";
import { isLocked } from "../../state/run-state.js";
import type { Card } from "../../protocol.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { dialogs } from "./dialog-styles.js";
import { shared } from "../../styles/shared.js";
import { failureNote } from "../../ui/failure-note.js";
import { choiceLabel } from "../../fields.js";
import { count } from "../../format.js";
import { BenchElement } from "../../app/bench-element.js";
import "./network-diagram.js";
import { msg } from "../../words/msg.js";
import { translatedPart } from "../../words/translated-part.js";

/** A dialog with a card for every network: its diagram, its size and its paper. */
@customElement("network-cards")
export class NetworkCards extends BenchElement {
  static override styles = [
    shared,
    dialogs,
    css`
      dialog {
        --widest: 72rem;
      }

      .head {
        display: flex;
        gap: 1rem;
        align-items: start;
        justify-content: space-between;
      }

      .legend {
        margin: 0.25rem 0 0.9rem;
      }

      .key {
        margin-inline-start: 0.35rem;
        white-space: nowrap;
      }

      .key > span {
        display: inline-block;
        width: 0.7rem;
        height: 0.7rem;
        border-radius: 2px;
      }

      ul {
        display: grid;
        gap: 0.75rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 15.5rem), 1fr));
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .card {
        position: relative;
        display: flex;
        flex-direction: column;
        gap: 0.3rem;
        padding: 0.75rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--paper);
      }

      .card:hover {
        background: var(--sunk);
      }

      .card.chosen {
        border-color: var(--flame);
        box-shadow: inset 0 0 0 1px var(--flame);
      }

      /* Its name is short, and the whole card is pressed. */
      .card button,
      .card button:hover {
        min-height: 0;
        padding: 0;
        border: 0;
        background: none;
        font: inherit;
        text-align: left;
        white-space: normal;
      }

      .card button::after {
        position: absolute;
        inset: 0;
        border-radius: var(--radius-small);
        content: "";
      }

      .card button:focus-visible {
        outline: none;
      }

      .card button:focus-visible::after {
        outline: 3px solid var(--flame);
        outline-offset: 2px;
      }

      .name {
        display: flex;
        gap: 0.5rem;
        justify-content: space-between;
        font-weight: 620;
      }

      .card .soft {
        line-height: 1.35;
      }

      network-diagram {
        margin-block: 0.2rem;
      }
    `,
  ];

  @query("dialog") private dialog!: HTMLDialogElement;

  /** Every network, once they were asked for. */
  @internal() private cards: Card[] = [];

  open(): void {
    this.dialog.showModal();
    void this.#describe();
  }

  async #describe(): Promise<void> {
    const { runId, recipe } = this.state;
    const data = recipe.parsed?.values["data"] ?? "";
    const cards = await this.bench.connection.request("describeNetworks", { data });
    if (cards) this.cards = cards;
    // Another run was chosen meanwhile, and the response dropped.
    else if (this.dialog.open && this.state.runId !== runId) await this.#describe();
  }

  override render() {
    const { cards } = this;
    const key = (what: string, colour: string) => html`
      <span class="key"><span ${inlineStyle(`background: var(${colour})`)}></span> ${what}</span>
    `;
    return html`
      <dialog aria-labelledby="title" @click=${this.#clicked}>
        <div class="head">
          <h2 id="title">${msg("Networks")}</h2>
          <button type="button" @click=${() => this.dialog.close()}>${msg("Close")}</button>
        </div>
        ${failureNote(this.state.requests.failed.describeNetworks)}
        <p class="soft legend">
          ${msg("High blocks have many rows, wide ones many channels, and arcs lead past blocks:")}
          ${key(msg("layer|image"), "--ink-soft")} ${key(msg("layer|convolution"), "--flame")}
          ${key(msg("layer|linear"), "--warm")} ${key(msg("layer|other"), "--edge")}
        </p>
        <ul aria-label=${msg("Networks")}>
          ${cards.map((card) => this.#card(card))}
        </ul>
        ${cards.length === 0 ? html`<p role="status">${msg("One moment …")}</p>` : nothing}
      </dialog>
    `;
  }

  #card({ model, description, data }: Card) {
    const { paper, year, parameters, multiplyAdds, input } = description;
    const { run, recipe } = this.state;
    const { fields } = recipe;
    const label = choiceLabel(fields, "model", model);
    const chosen = networkOf(recipe) === model;
    return html`
      <li class="card ${chosen ? "chosen" : ""}">
        <div class="name">
          <button
            type="button"
            aria-pressed=${chosen ? "true" : "false"}
            aria-disabled=${isLocked(run) ? "true" : "false"}
            aria-describedby="${model}-facts"
            @click=${() => this.#choose(model)}
          >
            ${label}
          </button>
          <span>${year ?? msg("now")}</span>
        </div>
        <network-diagram .description=${description}></network-diagram>
        <p class="soft" id="${model}-facts">
          ${msg("{parameters} parameters, {operations} multiply-adds an image of {shape}, as in {data}.", {
            parameters: count(parameters),
            operations: count(multiplyAdds),
            shape: input.join("×"),
            data: choiceLabel(fields, "data", data),
          })}<br />${translatedPart(paper)}.
        </p>
      </li>
    `;
  }

  #choose(model: string): void {
    if (isLocked(this.state.run)) return;
    this.dialog.close();
    if (networkOf(this.state.recipe) !== model) this.bench.recipe.change("model", model);
  }

  /** On the backdrop, which is the dialog itself. */
  #clicked(event: MouseEvent): void {
    if (event.target === this.dialog) this.dialog.close();
  }
}
