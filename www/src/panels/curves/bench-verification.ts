import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import type { Verdict } from "../../module.js";
import { shared } from "../../styles/shared.js";
import { count } from "../../format.js";
import { BenchElement } from "../../app/bench-element.js";
import { msg } from "../../words/msg.js";
import { translatedPart } from "../../words/translated-part.js";

const GOING_ON: readonly Verdict["kind"][] = ["waiting", "same-so-far", "within-so-far"];
const SAME: readonly Verdict["kind"][] = ["same", "same-in-part"];
const BAD: readonly Verdict["kind"][] = ["differs", "outside"];

/** Whether the run is the one that its link or the opened run file promises. */
@customElement("bench-verification")
export class BenchVerification extends BenchElement {
  static override styles = [
    shared,
    css`
      p {
        margin: 0.6rem 0 0.9rem;
        padding: 0.5rem 0.75rem;
        border-left: 4px solid var(--edge);
        background: var(--flame-wash);
      }

      .same {
        border-color: var(--flame);
        font-weight: 600;
      }

      .bad {
        border-color: var(--bad);
        background: var(--bad-wash);
        font-weight: 600;
      }
    `,
  ];

  override render() {
    const { recipe, files, results, hasTrained } = this.state;
    // A verdict on a run file that was closed since is not shown.
    const verdict = recipe.parsed?.check || files.opened ? results.verdict : null;
    const idle = verdict?.kind === "waiting" && !hasTrained;
    const text = (idle ? this.#promise() : "") || (verdict ? verdict.text : this.#promise());
    if (!text) return nothing;
    // A screen reader says the final verdict; what changes with every step can be read, but does not interrupt.
    const live = !verdict || GOING_ON.includes(verdict.kind) ? "off" : "polite";
    const isBad = verdict && BAD.includes(verdict.kind);
    const className = isBad ? "bad" : verdict && SAME.includes(verdict.kind) ? "same" : "";
    const [name, said] = [msg("Verification"), translatedPart(text)];
    return html`<p class=${className} role="status" aria-live=${live} aria-label=${name}>${said}</p>`;
  }

  /** What will be verified, before there is anything to compare. */
  #promise(): string {
    const { parsed } = this.state.recipe;
    const { opened } = this.state.files;
    if (opened && parsed?.link === opened.file.link) {
      const { losses, steps } = opened.file;
      return losses.length < steps
        ? msg(
            "The opened run file has the losses of the first {known} of {steps} steps: train, and these are compared with it.",
            {
              known: count(losses.length),
              steps: count(steps),
            },
          )
        : msg("The opened run file has the loss of every step: train, and this run is compared with it.");
    }
    return parsed?.check ? msg("This link carries the check of a run: train, and this run is compared with it.") : "";
  }
}
