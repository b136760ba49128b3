import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import { count, significant } from "../../format.js";
import { shared } from "../../styles/shared.js";
import "../../ui/chart/step-chart.js";
import { MOST_RECORDED } from "./most-recorded.js";
import type { NormHistory, ParameterNorms } from "./norm-history.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg } from "../../words/msg.js";

/** A parameter's norms over the steps: its own, its gradient's, and how far a step moved it. */
@customElement("norm-charts")
export class NormCharts extends SignalElement {
  static override styles = [
    shared,
    css`
      .charts {
        display: grid;
        gap: 1.25rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
      }
    `,
  ];

  /** Its name, as PyTorch has it; null where the layer has none. */
  @property({ attribute: false }) parameter: string | null = null;
  @property({ attribute: false }) norms!: NormHistory;
  /** The step that stands. */
  @property({ attribute: false }) step = 0;
  /** The run's length. */
  @property({ attribute: false }) steps = 0;

  /** The history changes in place. */
  protected override shouldUpdate(): boolean {
    return true;
  }

  override render() {
    const { parameter } = this;
    if (parameter === null) return nothing;
    const norms = this.norms.get(parameter);
    if (!norms) return html`<p class="soft">${this.#without(parameter)}</p>`;
    const chart = (title: string, caption: string, values: readonly number[]) => html`
      <step-chart
        heading=${title}
        caption=${caption}
        .format=${significant}
        .series=${seriesOf(norms, values)}
        .steps=${this.steps}
      ></step-chart>
    `;
    return html`
      <div class="charts">
        ${chart(msg("Weight norm"), msg("The length of {parameter}.", { parameter }), norms.weight)}
        ${chart(msg("Gradient norm"), msg("The length of its gradient, as the optimizer gets it."), norms.gradient)}
        ${chart(msg("Update to weight"), msg("How far a step moved it, as a share of its length."), norms.updateRatio)}
      </div>
    `;
  }

  #without(parameter: string): string {
    if (this.step === 0)
      return msg("The norms of {parameter}, its gradient and its updates are drawn here once it trains.", {
        parameter,
      });
    return msg(
      "The norms of {parameter}, its gradient and its updates are not known: they are recorded while a network of up to {most} parameters is trained here.",
      { parameter, most: count(MOST_RECORDED) },
    );
  }
}

function seriesOf({ steps }: ParameterNorms, values: readonly number[]) {
  return { length: steps.length, step: Float64Array.from(steps), values: Float64Array.from(values) };
}
