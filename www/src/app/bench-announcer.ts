import { html, type PropertyValues } from "lit";
import { customElement } from "lit/decorators.js";

import type { Phase } from "../bench/state.js";
import { count } from "../format.js";
import { BenchElement } from "./bench-element.js";

const SAID: Partial<Record<Phase, string>> = {
  training: "Training.",
  paused: "Paused.",
  finished: "The run is finished.",
};

/**
 * Says the turns of a run to those who hear the page. The numbers that change all the time are no live regions: they
 * can be read, but they do not interrupt.
 */
@customElement("bench-announcer")
export class BenchAnnouncer extends BenchElement {
  protected override readonly followsSteps = false;
  #phase: Phase | undefined;
  #offered = false;
  #said = "";

  protected override willUpdate(_changed: PropertyValues): void {
    const { phase, step, handedOver, stopped } = this.state;
    const offered = stopped !== null && phase === "ready" && step === 0;
    if (offered !== this.#offered) {
      this.#offered = offered;
      if (offered) this.#said = "A run of this recipe was cut short, and can go on.";
    }
    if (phase === this.#phase) return;
    this.#phase = phase;
    const parts = [SAID[phase] ?? ""];
    if (phase === "paused") parts.push(`After step ${count(step)}.`);
    if (phase === "finished" && handedOver !== null) parts.push(`It was handed over at step ${count(handedOver)}.`);
    this.#said = parts.join(" ");
  }

  override render() {
    return html`<p class="heard" role="status" aria-label="Announcement">${this.#said}</p>`;
  }
}
