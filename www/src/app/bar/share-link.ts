import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { INIT_KEY } from "../../../../crate/js/init-key.js";
import { sharedStory } from "../../stories/share.js";
import { shared } from "../../styles/shared.js";
import type { AppState } from "../../state/app-state.js";
import { button } from "../../ui/button.js";
import { msg } from "../../words/msg.js";
import { BenchElement } from "../bench-element.js";

/** Copies the link that trains this again, and says what it can do for this run. */
@customElement("share-link")
export class ShareLink extends BenchElement {
  static override styles = [
    shared,
    css`
      p:not(:empty) {
        margin-top: 0.4rem;
      }

      button,
      input {
        margin-top: 0.3rem;
      }
    `,
  ];

  /** What was shared last, and whether the browser copied it. */
  @internal() private shared: { address: string; text: string; isCopied: boolean } | null = null;

  override render() {
    const shared = this.#stillShared;
    return html`
      <p class=${shared ? "soft" : "heard"} role="status" aria-label=${msg("Link")}>
        ${shared && (shared.isCopied ? shared.text : msg("The browser does not let this page copy. Here is the link."))}
      </p>
      ${shared && hasInitialWeights(shared.address, this.state) ? button(msg("Save these weights"), { onPress: () => this.bench.weights.saveInitial() }) : nothing}
      ${
        shared && !shared.isCopied
          ? html`<input aria-label=${msg("Link to copy")} readonly .value=${shared.address} @focus=${selectAll} />`
          : nothing
      }
    `;
  }

  async share(): Promise<void> {
    const { address, text } = sharedStory(this.state) ?? this.bench.recipe.shared;
    this.shared = null;
    await this.updateComplete;
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      isCopied = false;
    }
    this.shared = { address, text, isCopied };
  }

  /** What was shared, as long as the same would be shared again: of another run, or further on, its sentence is not true. */
  get #stillShared() {
    if (!this.shared) return null;
    // What decides it is read here, so that this element hears of it.
    void [this.state.run, this.state.recipe, this.state.results, this.state.progress];
    const { address, text } = sharedStory(this.state) ?? this.bench.recipe.shared;
    return this.shared.address === address && this.shared.text === text ? this.shared : null;
  }
}

function selectAll(event: Event): void {
  (event.target as HTMLInputElement).select();
}

/** Whether the file is here that the link at an address starts from, and has to be given along with it. */
function hasInitialWeights(address: string, { files: { initial } }: AppState): boolean {
  if (!initial || initial.isShipped) return false;
  return new URLSearchParams(new URL(address).hash.slice(1)).get(INIT_KEY) === initial.digest;
}
