import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import { BenchElement } from "../app/bench-element.js";
import { failureOf, isLocked } from "../state/run-state.js";
import { layerTitle } from "../stage/layer-names.js";
import { canTrainFurther } from "../state/weights.js";
import { shared } from "../styles/shared.js";
import { button } from "../ui/button.js";
import { failureNote } from "../ui/failure-note.js";
import { msg } from "../words/msg.js";
import { FURTHER_EPOCHS } from "../bench/weights-files.js";
import { count } from "../format.js";
import { evidenceAtHand } from "./at-hand.js";
import { ownRate, tenthOfRate, twiceAsLong, type Change } from "./next-recipe.js";
import { notANumber, outcome, type Finding } from "./rules.js";
import { told, type Step } from "./sentences.js";
import { LOOK_EVERY, StallWatch } from "./stall.js";

/** What happened, in a line of plain words: after a run, and while it trains where it stalls. With what shows it, and what to try. */
@customElement("run-outcome")
export class RunOutcome extends BenchElement {
  static override styles = [
    shared,
    css`
      .told {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem 0.75rem;
        align-items: center;
        margin: 0 0 0.6rem;
        padding: 0.35rem 0.75rem;
        border-left: 4px solid var(--flame);
        background: var(--flame-wash);
      }

      .bad {
        border-color: var(--bad);
        background: var(--bad-wash);
      }

      p {
        flex: 1 1 18rem;
        min-width: 0;
        overflow-wrap: anywhere;
      }

      .told button {
        min-height: 2.1rem;
        padding: 0.2rem 0.7rem;
        font-size: 0.875rem;
        white-space: normal;
        text-align: start;
      }
    `,
  ];

  readonly #watch = new StallWatch();
  /** The run that is followed, and the step up to which. */
  #followed = "";
  #finding: Finding | null = null;
  /** A finished run whose last score is still to come, or could not be had. */
  #waits: "scoring" | "unscored" | null = null;

  protected override willUpdate(): void {
    const { run, runId, progress, results } = this.state;
    const { phase } = run;
    const over = phase === "finished" || failureOf(run)?.kind === "nan";
    const looks = over ? `${results.score?.step}/${results.scoreFailure}` : Math.floor(progress.step / LOOK_EVERY);
    const followed = [runId, phase, looks, progress.step === 0].join();
    if (followed === this.#followed) return;
    this.#followed = followed;
    this.#waits = null;
    this.#finding = progress.step === 0 ? null : this.#find(over);
  }

  #find(over: boolean): Finding | null {
    const evidence = evidenceAtHand(this.bench);
    if (!over) return this.#watch.follow(evidence);
    if (failureOf(this.state.run)) return notANumber(evidence);
    const found = outcome(evidence);
    if (!found) {
      this.#waits = this.state.results.scoreFailure === null ? "scoring" : "unscored";
    }
    return found;
  }

  override render() {
    const finding = this.#finding;
    const { plan } = this.state;
    const split = plan && plan.validation > 0 ? "validation" : "test";
    const { text, steps } = finding ? told(finding, split, this.#titleOf) : { text: this.#waiting, steps: [] };
    const isBad = finding?.kind === "diverged" || finding?.kind === "guessing";
    return html`
      <div class=${text ? `told ${isBad ? "bad" : ""}` : "heard"}>
        <p role="status" aria-label=${msg("What happened")}>${text}</p>
        ${steps.map((step) => this.#step(step))} ${this.#further()}
      </div>
    `;
  }

  readonly #titleOf = (layer: string): string => layerTitle(this.state.recipe.description?.layers ?? [], layer);

  get #waiting(): string {
    if (this.#waits === null) return "";
    return this.#waits === "scoring" ? msg("Finished. It is being scored.") : msg("Finished.");
  }

  #step(step: Step) {
    switch (step.kind) {
      case "panel":
        return button(step.label, { onPress: () => this.#open(step.panel) });
      case "layer":
        return this.#layer(step);
      case "curve":
        return button(step.label, { onPress: () => this.#go("curve", step.quantity) });
      default: {
        const change = this.#change(step);
        // A run that goes on is not broken off by what it is told.
        if (!change) return nothing;
        return button(change.label, { enabled: !isLocked(this.state.run), onPress: () => this.#try(change) });
      }
    }
  }

  /** A finished run goes on as one of its own. */
  #further() {
    const { run, recipe } = this.state;
    if (!canTrainFurther(run, recipe)) return nothing;
    return html`
      ${button(msg("Train further"), { once: true, onPress: () => void this.bench.weights.trainFurther() })}
      <span class="soft">${msg("{count} more epochs at a tenth of the rate", { count: count(FURTHER_EPOCHS) })}</span>
      ${failureNote(this.state.requests.failed.keepWeights)}
    `;
  }

  #change(step: Extract<Step, { kind: "rate" | "epochs" }>): Change | undefined {
    const { parsed, fields } = this.state.recipe;
    if (!parsed) return undefined;
    const { values, defaults } = parsed;
    if (step.kind === "epochs") return twiceAsLong(values, fields);
    return step.rate === "tenth" ? tenthOfRate(values, fields) : ownRate(values, defaults);
  }

  #try({ key, value }: Change): void {
    this.bench.recipe.change(key, value);
    this.#go("field", key);
  }

  #layer({ layer, before }: Extract<Step, { kind: "layer" }>) {
    const layers = this.state.recipe.description?.layers ?? [];
    const at = layers.findIndex(({ name }) => name === layer);
    // A layer's inputs count from the image, which is 0.
    const index = before ? (layers[at]?.inputs[0] ?? 0) - 1 : at;
    const name = layers[index]?.name;
    if (name === undefined) return nothing;
    const look = (): void => {
      this.bench.subscriptions.inspect({ layer: index });
      this.#open("inside-panel");
    };
    return button(msg("Look inside at {layer}", { layer: this.#titleOf(name) }), {
      title: msg("In PyTorch: {name}", { name }),
      onPress: look,
    });
  }

  #open(panel: string): void {
    this.bench.showPanel(panel, true);
    this.#go("panel", panel);
  }

  /** Has the page bring something into view. */
  #go(what: "curve" | "field" | "panel", name: string): void {
    this.dispatchEvent(new CustomEvent(`show-${what}`, { detail: name, bubbles: true, composed: true }));
  }
}
