import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";

import { count } from "../../format.js";
import type { DataInfo } from "../../module.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { SignalElement } from "../../ui/signal-element.js";
import { select } from "../../ui/select.js";
import type { Outcome, PredictedLabels, Split } from "./exploration.js";
import type { Filter } from "./explorer-store.js";
import { defineMessage, msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

const OUTCOMES: readonly { value: Outcome; label: string }[] = [
  { value: "all", label: defineMessage("Right and wrong") },
  { value: "right", label: defineMessage("answers|Right") },
  { value: "wrong", label: defineMessage("answers|Wrong") },
];

/** Which examples of the data set are shown. Fires `filter` with what was chosen anew. */
@customElement("example-filter")
export class ExampleFilter extends SignalElement {
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
          <label for="split">${msg("Images")}</label>
          ${select({
            id: "split",
            options: [
              { value: "train", label: msg("Training: {number}", { number: count(info.train) }) },
              { value: "test", label: msg("Test: {number}", { number: count(info.test) }) },
            ],
            value: split,
            onChange: (value) => this.#change({ split: value as Split, outcome: "all" }),
          })}
        </div>
        <div>
          <label for="class">${msg("Class")}</label>
          ${select({
            id: "class",
            options: [
              { value: "", label: msg("All classes") },
              ...info.classes.map((name, index) => ({ value: String(index), label: name })),
            ],
            value: label === null ? "" : String(label),
            onChange: (value) => this.#change({ label: value === "" ? null : Number(value) }),
          })}
        </div>
        <div>
          <label for="outcome">${msg("Answers")}</label>
          ${select({
            id: "outcome",
            options: OUTCOMES.map(({ value, label }) => ({ value, label: translated(label) })),
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
  if (split === "train") return msg("What is right and what is wrong is known of test images.");
  if (predicted)
    return msg("Right and wrong as of step {step}, when the network was last scored.", { step: count(predicted.step) });
  return msg(
    "What is right and what is wrong is known once the network was scored on the test images: at the end of an epoch, or when the run ends.",
  );
}
