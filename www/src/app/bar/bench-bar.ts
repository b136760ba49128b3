import { html, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import { choicesOf, fieldOf } from "../../fields.js";
import type { NetworkCards } from "../../panels/network/network-cards.js";
import { wrongAt } from "../../panels/recipe/refusal.js";
import { isLocked } from "../../state/run-state.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { failureNote } from "../../ui/failure-note.js";
import { loadPart } from "../../ui/load-part.js";
import { select } from "../../ui/select.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { BenchElement } from "../bench-element.js";
import "./more-menu.js";
import "./run-buttons.js";
import { openedRunText } from "./run-files.js";
import "./run-line.js";
import "./share-link.js";
import type { ShareLink } from "./share-link.js";
import { layout } from "./styles.js";
import "./test-accuracy.js";

/** The bar at the top: what is trained, the button that does it, and how well it went. */
@customElement("bench-bar")
export class BenchBar extends BenchElement {
  static override styles = [shared, labels, layout];

  /** Whether it is seen from afar: what chooses among recipes makes room. */
  @property({ type: Boolean, reflect: true }) projected = false;
  @query("network-cards") private cards!: NetworkCards | null;
  /** Whether the cards of the networks were asked for, and are loaded. */
  @internal() private hasCards = false;
  @internal() private cardsFailure: string | undefined;
  @query("share-link") private link!: ShareLink;

  override render() {
    return html`
      <div class="bar">
        <div class="choices">
          ${this.#choice("model", msg("Network"), this.#browse())} ${this.#choice("data", msg("Data"))}
        </div>
        <div class="dock">
          <run-buttons .bench=${this.bench}></run-buttons>
          <test-accuracy .bench=${this.bench}></test-accuracy>
        </div>
        <div class="end">
          ${button(msg("Share"), { onPress: () => void this.link.share() })}
          <more-menu .bench=${this.bench}></more-menu>
        </div>
      </div>
      <run-line .bench=${this.bench}></run-line>
      ${this.state.run.phase === "paused" ? this.#paused() : nothing} ${failureNote(this.state.requests.failed.runFile)}
      <div class="opened">
        <p class="soft" role="status" aria-label=${msg("Opened run")}>${openedRunText(this.state)}</p>
        ${this.state.files.opened ? button(msg("Close opened run"), { enabled: !isLocked(this.state.run), onPress: () => this.bench.files.closeRun() }) : nothing}
      </div>
      <share-link .bench=${this.bench}></share-link>
      ${failureNote(this.cardsFailure)}
      ${this.hasCards ? html`<network-cards .bench=${this.bench}></network-cards>` : nothing}
    `;
  }

  /** What can be done with a run that stands. */
  #paused() {
    const text = msg(
      "Paused: Go on or Step trains this run further. Changed settings wait for Train again; another network, data or engine starts a new run, and this one goes into the list of runs.",
    );
    return html`<p class="soft" role="status" aria-label=${msg("Recipe")}>${text}</p>`;
  }

  /** A list for a field of the recipe that is a choice. */
  #choice(key: string, label: string, beside: unknown = nothing) {
    const { parsed, draft, fields } = this.state.recipe;
    const field = fieldOf(fields, key);
    const value = draft[key] ?? parsed?.values[key] ?? "";
    const options = choicesOf(field).map((choice) => ({ ...choice, label: translated(choice.label) }));
    return html`
      <div>
        <label for=${key}>${label}</label>
        <div class="beside">
          ${select({
            id: key,
            options,
            value,
            disabled: isLocked(this.state.run) || !field,
            invalid: wrongAt(key, this.state.run) !== null,
            placeholder: field ? msg("Choose…") : "…",
            title: translated(options.find((option) => option.value === value)?.help ?? ""),
            onChange: (chosen) => this.bench.recipe.change(key, chosen),
          })}
          ${beside}
        </div>
      </div>
    `;
  }

  async #openCards(): Promise<void> {
    const there = this.cards;
    if (there) return there.open();
    this.cardsFailure = await loadPart(() => import("../../panels/network/network-cards.js"));
    if (this.cardsFailure !== undefined) return;
    this.hasCards = true;
    await this.updateComplete;
    await this.cards?.updateComplete;
    this.cards?.open();
  }

  #browse() {
    return html`
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label=${msg("Browse networks")}
        @click=${() => void this.#openCards()}
      >
        ${msg("Browse")}
      </button>
    `;
  }
}
