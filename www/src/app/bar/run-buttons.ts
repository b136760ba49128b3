import { css, html, nothing, svg } from "lit";
import { customElement } from "lit/decorators.js";

import { isOpening } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { ThrottleController } from "../../ui/controllers/throttle.js";
import { msg } from "../../words/msg.js";
import { BenchElement } from "../bench-element.js";
import { actionOf, type Act, type Action } from "./action.js";

/** What the action button tells besides its name changes this often at most. */
const DETAIL_INTERVAL_MS = 1_000;

/** The run's buttons: the one that acts, and small ones for a single step and for starting over. */
@customElement("run-buttons")
export class RunButtons extends BenchElement {
  static override styles = [
    shared,
    css`
      .buttons {
        flex-wrap: nowrap;
        gap: 0.35rem;
      }

      .action {
        display: flex;
        flex: 1 1 auto;
        gap: 0.4rem;
        align-items: baseline;
        justify-content: center;
        min-width: 11.75rem;
        padding-inline: 0.8rem;
        font-size: 1rem;
      }

      .detail {
        font-size: 0.8125rem;
        font-weight: 400;
      }

      .icon {
        flex: none;
        width: 2.5rem;
        padding-inline: 0;
        font-size: 1.05rem;
        line-height: 1;
      }

      @media (max-width: 30rem) {
        .action {
          flex-direction: column;
          gap: 0;
          align-items: center;
          min-width: 0;
          min-height: 2.75rem;
          padding: 0.2rem 0.5rem;
          line-height: 1.2;
          white-space: normal;
        }

        .detail {
          font-size: 0.75rem;
        }

        .icon {
          width: min(2.25rem, 10vw);
        }
      }
    `,
  ];

  #action: Action | undefined;
  readonly #throttle = new ThrottleController(this, DETAIL_INTERVAL_MS);

  protected override willUpdate(): void {
    const action = actionOf(this.state);
    const before = this.#action;
    const isSame = before?.name === action.name && before.enabled === action.enabled && before.detail !== "";
    if (this.#throttle.allows(!isSame)) this.#action = action;
  }

  override render() {
    const { run } = this.state;
    const action = this.#action;
    if (!action) return nothing;
    const { act, name, detail, enabled } = action;
    const canStep = (act === "train" || act === "goOn" || act === "resume") && enabled;
    return html`
      <div class="buttons" role="group" aria-label=${msg("Run")}>
        <button
          type="button"
          class="primary action"
          aria-disabled=${enabled ? "false" : "true"}
          aria-describedby=${detail ? "detail" : nothing}
          @click=${(event: MouseEvent) => this.#press(act, event.detail)}
        >
          ${name}${detail ? html`<span class="detail" id="detail" aria-hidden="true" translate="no">${detail}</span>` : nothing}
        </button>
        ${act === "resume" ? button(msg("Start anew"), { enabled, onPress: () => this.bench.startAnew() }) : nothing}
        ${icon(msg("Step"), msg("Step: one step"), STEP, canStep, () => this.bench.train(1))}
        ${icon(msg("Reset"), msg("Reset: back to the start"), RESET, !isOpening(run), () => this.bench.reset())}
      </div>
    `;
  }

  #press(shown: Act, clicks: number): void {
    // The second click of a double one would do the opposite: pause what the first has started.
    if (clicks > 1) return;
    const { act, enabled } = actionOf(this.state);
    // What a person saw is what is done: behind it the run may have come to its end.
    if (!enabled || act !== shown) return;
    switch (act) {
      case "pause":
        return this.bench.pause();
      case "resume":
        return this.bench.resume();
      case "again":
        return this.bench.trainAgain();
      default:
        return this.bench.train();
    }
  }
}

const STEP = svg`<path d="M4 3.5v9l6-4.5zM11.5 3.5v9" />`;
const RESET = svg`<path d="M3.2 6.2a5.2 5.2 0 1 1-.3 3.3M3 2.6v3.8h3.8" />`;

/** A small button that is a picture, with its name for those who hear it and as a tooltip. */
function icon(name: string, title: string, path: unknown, enabled: boolean, onPress: () => void) {
  const press = (): void => {
    if (enabled) onPress();
  };
  return html`
    <button
      type="button"
      class="icon"
      aria-label=${name}
      title=${title}
      aria-disabled=${enabled ? "false" : "true"}
      @click=${press}
    >
      <svg
        viewBox="0 0 16 16"
        width="16"
        height="16"
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        aria-hidden="true"
      >
        ${path}
      </svg>
    </button>
  `;
}
