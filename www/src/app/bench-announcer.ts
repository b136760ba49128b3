import { html } from "lit";
import { customElement } from "lit/decorators.js";

import type { Phase } from "../state/run-state.js";
import { count } from "../format.js";
import { defineMessage, msg } from "../words/msg.js";
import { translated } from "../words/translated.js";
import { BenchElement } from "./bench-element.js";
import { stoppedRunOf } from "./stopped-run.js";

const TURNS: Partial<Record<Phase, string>> = {
  training: defineMessage("Training."),
  paused: defineMessage("Paused."),
  finished: defineMessage("The run is finished."),
};

/**
 * Has screen readers say when a run starts, pauses and finishes. Numbers that change all the time are no live regions: they
 * can be read, but they do not interrupt.
 */
@customElement("bench-announcer")
export class BenchAnnouncer extends BenchElement {
  #phase: Phase | undefined;
  #offered = false;
  #text = "";

  protected override willUpdate(): void {
    const { run, results } = this.state;
    const { phase } = run;
    const { handedOver } = results;
    const offered = stoppedRunOf(this.state) !== null;
    if (offered !== this.#offered) {
      this.#offered = offered;
      if (offered) this.#text = msg("A run of this recipe was cut short, and can go on.");
    }
    if (phase === this.#phase) return;
    this.#phase = phase;
    const parts = [translated(TURNS[phase] ?? "")];
    if (phase === "paused") parts.push(msg("After step {step}.", { step: count(this.state.progress.step) }));
    if (phase === "finished" && handedOver !== null)
      parts.push(msg("It was handed over at step {step}.", { step: count(handedOver) }));
    this.#text = parts.join(" ");
  }

  override render() {
    return html`<p class="heard" role="status" aria-label=${msg("Announcement")}>${this.#text}</p>`;
  }
}
