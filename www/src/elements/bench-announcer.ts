import { html, type PropertyValues } from "lit";
import { customElement } from "lit/decorators.js";

import type { Phase } from "../bench/state.js";
import { count } from "../words.js";
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
  #phase: Phase | undefined;
  #said = "";

  protected override willUpdate(_changed: PropertyValues): void {
    const { phase, step } = this.state;
    if (phase === this.#phase) return;
    this.#phase = phase;
    const said = SAID[phase];
    this.#said = said ? `${said}${phase === "paused" ? ` After step ${count(step)}.` : ""}` : "";
  }

  override render() {
    return html`<p class="heard" role="status" aria-label="Announcement">${this.#said}</p>`;
  }
}
