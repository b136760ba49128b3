import { css, html, nothing } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import { choicesOf, fieldOf } from "../fields.js";
import { count } from "../format.js";
import type { EngineChoice } from "../protocol.js";
import { isLocked, isOpening, refusalOf } from "../state/run-state.js";
import { wrongOf } from "../panels/recipe/refusal.js";
import { stoppedRunOf } from "./stopped-run.js";
import { labels } from "../styles/forms.js";
import { shared } from "../styles/shared.js";
import { button } from "../ui/button.js";
import { select } from "../ui/select.js";
import { BenchElement } from "./bench-element.js";
import "../panels/network/network-cards.js";
import type { NetworkCards } from "../panels/network/network-cards.js";

const ENGINES: readonly { value: EngineChoice; label: string }[] = [
  { value: "auto", label: "Automatic" },
  { value: "cpu", label: "CPU" },
  { value: "gpu", label: "GPU (WebGPU)" },
];

const PAUSED =
  "Paused: Go on or Step trains this run further. A change of the network, the data, the engine or the recipe starts a new run, " +
  "and this one goes into the list of runs.";

/** The main controls: network, data and engine, and the buttons of the run. */
@customElement("bench-controls")
export class BenchControls extends BenchElement {
  static override styles = [
    shared,
    labels,
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
        margin-bottom: 0.2rem;
        color: var(--ink-soft);
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

  @query("network-cards") private cards!: NetworkCards;
  @internal() private shared = "";
  @internal() private sharedAddress = "";

  override render() {
    const { run, engine } = this.state;
    const locked = isLocked(run);
    const canTrain = !locked && run.phase !== "finished" && refusalOf(run) === null;
    return html`
      <div class="choices">
        ${this.#choice("model", "Network", this.#browse())} ${this.#choice("data", "Data")}
        <div>
          <label for="engine">Engine</label>
          ${select({
            id: "engine",
            options: ENGINES,
            value: engine.choice,
            disabled: locked,
            onChange: (value) => this.bench.changeEngine(value as EngineChoice),
          })}
        </div>
      </div>
      <div class="buttons" role="group" aria-label="Run">
        ${this.#train(canTrain)}
        ${button("Pause", { enabled: locked, onPress: () => this.bench.pause(), primary: true })}
        ${button("Step", { enabled: canTrain, onPress: () => this.bench.train(1) })}
        ${button("Reset", { enabled: !isOpening(run), onPress: () => this.bench.reset() })}
        ${button("Share", { onPress: () => void this.#share() })}
      </div>
      ${run.phase === "paused" ? html`<p class="soft paused" role="status" aria-label="Recipe">${PAUSED}</p>` : nothing}
      <network-cards .bench=${this.bench}></network-cards>
      <p class=${this.shared ? "soft" : "heard"} role="status" aria-label="Link">${this.shared}</p>
      ${
        this.sharedAddress
          ? html`<input aria-label="Link to copy" readonly .value=${this.sharedAddress} @focus=${selectAll} />`
          : nothing
      }
    `;
  }

  /** What goes on with a run that was kept, or is paused, comes first: it loses nothing. One button, so that it keeps the focus. */
  #train(enabled: boolean) {
    const stopped = stoppedRunOf(this.state);
    const label = stopped
      ? `Go on (step ${count(stopped.step)})`
      : this.state.run.phase === "paused"
        ? "Go on"
        : "Train";
    const train = (): void => (stopped ? this.bench.resume() : this.bench.train());
    return html`
      ${button(label, { enabled, onPress: train, primary: true })}
      ${stopped ? button("Start anew", { enabled, onPress: () => this.bench.startAnew() }) : nothing}
    `;
  }

  /** A list for a field of the recipe that is a choice. */
  #choice(key: string, label: string, beside: unknown = nothing) {
    const { parsed, draft, fields } = this.state.recipe;
    const field = fieldOf(fields, key);
    const value = draft[key] ?? parsed?.values[key] ?? "";
    const options = choicesOf(field);
    return html`
      <div>
        <label for=${key}>${label}</label>
        <div class="beside">
          ${select({
            id: key,
            options,
            value,
            disabled: isLocked(this.state.run) || !field,
            invalid: wrongOf(this.state.run)?.key === key,
            placeholder: field ? "Choose…" : "…",
            title: options.find((option) => option.value === value)?.help ?? "",
            onChange: (chosen) => this.bench.recipe.change(key, chosen),
          })}
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

  async #share(): Promise<void> {
    const { address, text } = this.bench.recipe.shared;
    this.shared = "";
    this.sharedAddress = "";
    await this.updateComplete;
    try {
      await navigator.clipboard.writeText(address);
      this.shared = text;
    } catch {
      this.shared = text.replace("The link is copied", "The browser does not let this page copy. Here is the link");
      this.sharedAddress = address;
    }
  }
}

function selectAll(event: Event): void {
  (event.target as HTMLInputElement).select();
}
