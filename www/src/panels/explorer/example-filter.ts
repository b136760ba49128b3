import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

import { count } from "../../format.js";
import type { DataInfo } from "../../module.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { select } from "../../ui/select.js";
import type { Outcome, PredictedLabels, Split } from "./exploration.js";
import type { Filter } from "./explorer-store.js";

const OUTCOMES: readonly { value: Outcome; label: string }[] = [
  { value: "all", label: "Right and wrong" },
  { value: "right", label: "Right" },
  { value: "wrong", label: "Wrong" },
];

/** Which examples of the data set are shown. Fires `filter` with what was chosen anew. */
@customElement("example-filter")
export class ExampleFilter extends LitElement {
  static override styles = [
    shared,
    labels,
    css`
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        margin: 0.75rem 0;
      }

      .choices div {
        flex: 1 1 9rem;
        max-width: 16rem;
      }
    `,
  ];

  @property({ attribute: false }) info!: DataInfo;
  @property({ attribute: false }) filter!: Filter;
  /** The network's predictions for the test images; null before it was scored. */
  @property({ attribute: false }) predicted: PredictedLabels | null = null;

  override render() {
    const { info, filter, predicted } = this;
    const { split, label, outcome } = filter;
    return html`
      <div class="choices">
        <div>
          <label for="split">Images</label>
          ${select({
            id: "split",
            options: [
              { value: "train", label: `Training: ${count(info.train)}` },
              { value: "test", label: `Test: ${count(info.test)}` },
            ],
            value: split,
            onChange: (value) => this.#change({ split: value as Split, outcome: "all" }),
          })}
        </div>
        <div>
          <label for="class">Class</label>
          ${select({
            id: "class",
            options: [
              { value: "", label: "All classes" },
              ...info.classes.map((name, index) => ({ value: String(index), label: name })),
            ],
            value: label === null ? "" : String(label),
            onChange: (value) => this.#change({ label: value === "" ? null : Number(value) }),
          })}
        </div>
        <div>
          <label for="outcome">Answers</label>
          ${select({
            id: "outcome",
            options: OUTCOMES,
            value: outcome,
            disabled: split === "train" || predicted === null,
            describedBy: "scored",
            onChange: (value) => this.#change({ outcome: value as Outcome }),
          })}
        </div>
      </div>
      <p class="soft" id="scored">${scoredText(split, predicted)}</p>
    `;
  }

  #change(change: Partial<Filter>): void {
    this.dispatchEvent(new CustomEvent<Partial<Filter>>("filter", { detail: change }));
  }
}

function scoredText(split: Split, predicted: PredictedLabels | null): string {
  if (split === "train") return "What is right and what is wrong is known of test images.";
  if (predicted) return `Right and wrong as of step ${count(predicted.step)}, when the network was last scored.`;
  return "What is right and what is wrong is known once the network was scored on the test images: at the end of an epoch, or when the run ends.";
}
