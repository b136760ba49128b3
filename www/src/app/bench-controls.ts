import { css, html, nothing } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import { isLocked } from "../bench/state.js";
import type { Field } from "../module.js";
import type { EngineChoice } from "../protocol.js";
import { shared } from "../styles/shared.js";
import { BenchElement } from "./bench-element.js";
import "../panels/network/network-cards.js";
import type { NetworkCards } from "../panels/network/network-cards.js";

const ENGINES: readonly { value: EngineChoice; label: string }[] = [
  { value: "auto", label: "Automatic" },
  { value: "cpu", label: "CPU" },
  { value: "gpu", label: "GPU (WebGPU)" },
];

const PAUSED =
  "Paused: Train or Step goes on with this run. A change of the network, the data, the engine or the recipe starts a new run, " +
  "and this one goes into the list of runs.";

/** What stands in front: network, data and engine, and the buttons of the run. */
@customElement("bench-controls")
export class BenchControls extends BenchElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 0.9rem 1.25rem;
      }

      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem 0.5rem;
      }

      /* Each has room for its longest choice. */
      .choices > div {
        flex: 1 1 9.5rem;
        min-width: 0;
      }

      .choices > div:has(button) {
        flex-basis: 19rem;
      }

      .choices > div:has(#data) {
        flex-basis: 11.25rem;
      }

      label {
        display: block;
        margin-bottom: 0.2rem;
        color: var(--ink-soft);
        font-size: 0.875rem;
        font-weight: 550;
      }

      .beside {
        display: flex;
        gap: 0.4rem;
      }

      .beside button {
        padding-inline: 0.6rem;
      }

      .buttons {
        align-self: end;
      }

      .paused {
        grid-column: 1 / -1;
      }

      .primary {
        min-width: 6.5rem;
      }

      @media (min-width: 80rem) {
        :host {
          grid-template-columns: minmax(0, 1fr) auto;
        }
      }

      @media (max-width: 30rem) {
        .choices {
          display: grid;
          gap: 0.5rem;
          grid-template-columns: minmax(0, 1fr);
        }

        .choices > div {
          display: grid;
          grid-template-columns: 4.75rem minmax(0, 1fr);
          align-items: center;
        }

        .choices label {
          margin: 0;
        }

        /* Beside a label there is no room for both. */
        .choices > div:has(button) {
          grid-template-columns: minmax(0, 1fr);
        }

        .buttons button {
          flex: 1 1 auto;
        }
      }
    `,
  ];

  protected override readonly followsSteps = false;

  @query("network-cards") private cards!: NetworkCards;
  @internal() private shared = "";
  @internal() private sharedAddress = "";

  override render() {
    const { phase, parsed, draft, fields, engineChoice } = this.state;
    const locked = isLocked(this.state);
    const field = (key: string): Field | undefined => fields.find((candidate) => candidate.key === key);
    const value = (key: string): string => draft[key] ?? parsed?.values[key] ?? "";
    const canTrain = !locked && phase !== "finished";
    return html`
      <div class="choices">
        ${this.#choice("model", "Network", field("model"), value("model"), locked, this.#browse())}
        ${this.#choice("data", "Data", field("data"), value("data"), locked)}
        <div>
          <label for="engine">Engine</label>
          <select id="engine" .value=${engineChoice} ?disabled=${locked} @change=${this.#engineChanged}>
            ${ENGINES.map(
              (engine) => html`
                <option value=${engine.value} ?selected=${engine.value === engineChoice}>${engine.label}</option>
              `,
            )}
          </select>
        </div>
      </div>
      <div class="buttons" role="group" aria-label="Run">
        ${this.#button("Train", canTrain, () => this.bench.train(), "primary")}
        ${this.#button("Pause", locked, () => this.bench.pause(), "primary")}
        ${this.#button("Step", canTrain, () => this.bench.train(1))}
        ${this.#button("Reset", phase !== "opening", () => this.bench.reset())}
        ${this.#button("Share", true, () => void this.#share())}
      </div>
      ${phase === "paused" ? html`<p class="soft paused" role="status" aria-label="Recipe">${PAUSED}</p>` : nothing}
      <network-cards .bench=${this.bench} .state=${this.state}></network-cards>
      <p class=${this.shared ? "soft" : "heard"} role="status" aria-label="Link">${this.shared}</p>
      ${
        this.sharedAddress
          ? html`<input aria-label="Link to copy" readonly .value=${this.sharedAddress} @focus=${selectAll} />`
          : nothing
      }
    `;
  }

  #choice(
    key: string,
    label: string,
    field: Field | undefined,
    value: string,
    locked: boolean,
    beside: unknown = nothing,
  ) {
    const choices = field?.kind.type === "choice" ? field.kind.choices : [];
    const known = choices.some((choice) => choice.value === value);
    const help = choices.find((choice) => choice.value === value)?.help ?? "";
    const change = (event: Event): void => this.bench.change(key, (event.target as HTMLSelectElement).value);
    return html`
      <div>
        <label for=${key}>${label}</label>
        <div class="beside">
          <select id=${key} title=${help} ?disabled=${locked || !field} .value=${value} @change=${change}>
            ${known ? nothing : html`<option value=${value} selected disabled>${field ? "Choose…" : "…"}</option>`}
            ${choices.map(
              (choice) => html`
                <option value=${choice.value} ?selected=${choice.value === value}>${choice.label}</option>
              `,
            )}
          </select>
          ${beside}
        </div>
      </div>
    `;
  }

  #browse() {
    return html`
      <button type="button" aria-haspopup="dialog" aria-label="Browse networks" @click=${() => this.cards.open()}>
        Browse
      </button>
    `;
  }

  /** Not `disabled`: a button that was just pressed keeps the focus. */
  #button(name: string, enabled: boolean, act: () => void, kind = "") {
    const press = (): void => {
      if (enabled) act();
    };
    return html`
      <button type="button" class=${kind} aria-disabled=${enabled ? "false" : "true"} @click=${press}>${name}</button>
    `;
  }

  #engineChanged(event: Event): void {
    this.bench.changeEngine((event.target as HTMLSelectElement).value as EngineChoice);
  }

  async #share(): Promise<void> {
    const address = this.bench.shareAddress();
    this.shared = "";
    this.sharedAddress = "";
    await this.updateComplete;
    try {
      await navigator.clipboard.writeText(address);
      this.shared = address.includes("check=")
        ? "The link is copied, with the check of this run: whoever opens it can see that theirs is the same."
        : "The link is copied: whoever opens it trains the same run.";
    } catch {
      this.shared = "The browser does not let this page copy. Here is the link:";
      this.sharedAddress = address;
    }
  }
}

function selectAll(event: Event): void {
  (event.target as HTMLInputElement).select();
}
