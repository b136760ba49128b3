import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import { count, percent } from "../../format.js";
import type { DataInfo, Plan, Score } from "../../module.js";
import { withMirrors } from "../../score-text.js";
import type { AppState } from "../../state/app-state.js";
import { shared } from "../../styles/shared.js";
import { msg } from "../../words/msg.js";
import { BenchElement } from "../bench-element.js";

/** The run's last test accuracy, large, and the validation accuracy beside it where images are kept apart. */
@customElement("test-accuracy")
export class TestAccuracy extends BenchElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        gap: 1rem;
        white-space: nowrap;
      }

      .label {
        display: block;
        color: var(--ink-soft);
        font-size: 0.8125rem;
        line-height: 1.3;
      }

      .value {
        display: block;
        min-height: 1.9rem;
        font-size: 1.6rem;
        font-weight: 650;
        line-height: 1.9rem;
      }

      .value.none {
        color: var(--ink-soft);
        font-size: 0.9375rem;
        font-weight: 400;
      }

      @media (max-width: 30rem) {
        :host {
          gap: 0.6rem;
          white-space: normal;
        }

        .label {
          font-size: 0.75rem;
        }

        .value {
          font-size: 1.35rem;
          white-space: nowrap;
        }

        .value.none {
          min-height: 0;
          font-size: 0.8125rem;
          line-height: 1.3;
          white-space: normal;
        }
      }

      .part {
        display: block;
        max-width: 14rem;
        color: var(--ink-soft);
        font-size: 0.75rem;
        font-weight: 400;
        line-height: 1.25;
        white-space: normal;
      }
    `,
  ];

  override render() {
    const { plan, data, results } = this.state;
    const { score, validation } = results;
    // A run that went back to a checkpoint shows no score that lies before it.
    const known = score && score.step <= this.state.progress.step ? score : null;
    return html`
      ${this.#reading(msg("Test accuracy"), known, unscored(this.state), imagesOf(plan, data.info))}
      ${
        plan && plan.validation > 0
          ? this.#reading(
              msg("Validation accuracy"),
              validation,
              msg("not scored yet"),
              msg("of the validation images"),
            )
          : nothing
      }
    `;
  }

  #reading(label: string, score: Score | null, none: string, images: string) {
    const words = score ? withMirrors(score) : "";
    const part = words ? `${images || msg("of the test images")}${words}` : images;
    return html`
      <div>
        <span class="label" aria-hidden="true">${label}</span>
        <span class="value ${score ? "" : "none"}" role="status" aria-label=${label} translate="no"
          >${score ? percent(score.accuracy) : none}${words ? html`<span class="part">${part}</span>` : nothing}</span
        >
        ${part && !words ? html`<span class="part">${part}</span>` : nothing}
      </div>
    `;
  }
}

/** Which images were scored, where these are not all test images. */
function imagesOf(plan: Plan | null, data: DataInfo | null): string {
  return plan !== null && data !== null && plan.test < data.test
    ? msg("of the first {count} test images", { count: count(plan.test) })
    : "";
}

/** Training may begin before the test images are fetched; the score then waits for them. */
function unscored({ progress, data }: AppState): string {
  return progress.scoring && data.fetching ? msg("waiting for the test images") : msg("not scored yet");
}
