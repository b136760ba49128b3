import { css, html, nothing } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import { choicesOf, fieldOf } from "../fields.js";
import { count } from "../format.js";
import { whyNotLoaded } from "../new-version.js";
import type { NamedRecipe } from "../module.js";
import type { EngineChoice } from "../protocol.js";
import { namedOf } from "../state/recipe.js";
import { isLocked, isOpening, refusalOf } from "../state/run-state.js";
import { trainsAgain } from "../state/trained.js";
import { wrongOf } from "../panels/recipe/refusal.js";
import { stoppedRunOf } from "./stopped-run.js";
import { sharedStory } from "../stories/share.js";
import { labels } from "../styles/forms.js";
import { shared } from "../styles/shared.js";
import { button } from "../ui/button.js";
import { failureNote } from "../ui/failure-note.js";
import { select } from "../ui/select.js";
import { BenchElement } from "./bench-element.js";
import type { EmbedDialog } from "../embed/embed-dialog.js";
import "../panels/network/network-cards.js";
import type { NetworkCards } from "../panels/network/network-cards.js";

const ENGINES: readonly { value: EngineChoice; label: string }[] = [
  { value: "auto", label: "Automatic" },
  { value: "cpu", label: "CPU" },
  { value: "gpu", label: "GPU (WebGPU)" },
];

const PAUSED =
  "Paused: Go on or Step trains this run further. Changed settings wait for Train again; another network, data or engine starts a new " +
  "run, and this one goes into the list of runs.";

const COPIED = "The link is copied";
const NOT_COPIED = "The browser does not let this page copy. Here is the link";
const FINISHED =
  "Train again trains a new network, and this one stays in the list of runs. Reset takes it back to its start.";

/** The main controls: network, data and engine, and the buttons of the run. */
@customElement("bench-controls")
export class BenchControls extends BenchElement {
  static override styles = [
    shared,
    labels,
    css`
      :host {
        display: grid;
        gap: 0.5rem 0.75rem;
      }

      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }

      /* Each has room for its longest choice. */
      .choices > div {
        flex: 1 1 6.75rem;
        min-width: 0;
      }

      .choices > div:has(button) {
        flex-basis: 17rem;
      }

      .choices > div:has(#data) {
        flex-basis: 11rem;
      }

      .choices > div:has(#engine) {
        flex-basis: 8.25rem;
      }

      .choices select {
        padding-right: 1.5rem;
        padding-left: 0.5rem;
        background-position-x: calc(100% - 0.45rem);
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
        padding-inline: 0.45rem;
      }

      .buttons {
        align-self: end;
      }

      .line {
        grid-column: 1 / -1;
      }

      .primary {
        min-width: 4.5rem;
      }

      .buttons button {
        padding-inline: 0.6rem;
      }

      @media (min-width: 76rem) {
        :host {
          grid-template-columns: minmax(0, 1fr) auto;
        }

        .choices > div:has(button) {
          flex-basis: 15.25rem;
        }

        .choices > div:has(#data) {
          flex-basis: 10.5rem;
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
  @query("embed-dialog") private embedding!: EmbedDialog | null;
  /** Whether the dialog for other pages was asked for, and is loaded. */
  @internal() private isEmbedding = false;
  /** Why that could not be loaded. */
  @internal() private embedFailure: string | undefined;
  /** What was shared last, and whether the browser copied it. */
  @internal() private shared: { address: string; text: string; isCopied: boolean } | null = null;

  override render() {
    const { run, engine, recipe } = this.state;
    const locked = isLocked(run);
    const again = trainsAgain(run, recipe);
    const canTrain = !locked && again.isPossible && refusalOf(run) === null;
    const shared = this.#stillShared;
    const named = namedOf(recipe);
    return html`
      <div class="choices">
        ${this.#choice("model", "Network", this.#browse())} ${this.#named(named)} ${this.#choice("data", "Data")}
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
        ${button("Step", { enabled: canTrain && (run.phase !== "finished" || recipe.next !== null), onPress: () => this.bench.train(1) })}
        ${button("Reset", { enabled: !isOpening(run), onPress: () => this.bench.reset() })}
        ${button("Share", { onPress: () => void this.#share() })}
        <button type="button" aria-haspopup="dialog" @click=${() => void this.#embed()}>Embed</button>
      </div>
      <p class="soft line" id="named-help" ?hidden=${!named || named.name === "own"}>${named?.help}</p>
      ${this.#next()}
      <network-cards .bench=${this.bench}></network-cards>
      ${failureNote(this.embedFailure)}
      ${this.isEmbedding ? html`<embed-dialog .bench=${this.bench}></embed-dialog>` : nothing}
      <p class=${shared ? "soft" : "heard"} role="status" aria-label="Link">
        ${shared && (shared.isCopied ? shared.text : shared.text.replace(COPIED, NOT_COPIED))}
      </p>
      ${
        shared && !shared.isCopied
          ? html`<input aria-label="Link to copy" readonly .value=${shared.address} @focus=${selectAll} />`
          : nothing
      }
    `;
  }

  /** What can be done with a run that stands. */
  #next() {
    const { phase } = this.state.run;
    const text = phase === "paused" ? PAUSED : phase === "finished" ? FINISHED : null;
    return text === null ? nothing : html`<p class="soft line" role="status" aria-label="Recipe">${text}</p>`;
  }

  /** What goes on with a run that was kept, or is paused, comes first: it loses nothing. One button, so that it keeps the focus. */
  #train(enabled: boolean) {
    const stopped = stoppedRunOf(this.state);
    const { isOffered: again } = trainsAgain(this.state.run, this.state.recipe);
    const label = again
      ? "Train again"
      : stopped
        ? `Go on (step ${count(stopped.step)})`
        : this.state.run.phase === "paused"
          ? "Go on"
          : "Train";
    const train = (): void => (again ? this.bench.trainAgain() : stopped ? this.bench.resume() : this.bench.train());
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

  /** The list of the network's named recipes: none of them is chosen once a value was changed. */
  #named(named: NamedRecipe | undefined) {
    const recipes = this.state.recipe.description?.recipes ?? [];
    return html`
      <div>
        <label for="recipe">Recipe</label>
        ${select({
          id: "recipe",
          options: recipes.map(({ link, label }) => ({ value: link, label })),
          value: named?.link ?? "",
          disabled: isLocked(this.state.run) || recipes.length === 0,
          placeholder: recipes.length > 0 ? "Changed" : "…",
          describedBy: "named-help",
          onChange: (link) => this.bench.recipe.changeTo(link),
        })}
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

  /** What was shared, as long as the same would be shared again: of another run, or further on, its sentence is not true. */
  get #stillShared() {
    if (!this.shared) return null;
    const { address, text } = sharedStory(this.state) ?? this.bench.recipe.shared;
    return this.shared.address === address && this.shared.text === text ? this.shared : null;
  }

  async #embed(): Promise<void> {
    this.embedFailure = undefined;
    try {
      await import("../embed/embed-dialog.js");
    } catch (thrown) {
      const why = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
      this.embedFailure = await whyNotLoaded(
        `This part of the page could not be loaded (${why}). Look at the connection.`,
      );
      return;
    }
    this.isEmbedding = true;
    await this.updateComplete;
    await this.embedding?.updateComplete;
    this.embedding?.open();
  }

  async #share(): Promise<void> {
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
}

function selectAll(event: Event): void {
  (event.target as HTMLInputElement).select();
}
