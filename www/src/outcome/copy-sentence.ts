import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { BenchElement } from "../app/bench-element.js";
import { recipeLineOf } from "../figure/recipe.js";
import { sentenceOf } from "../figure/sentence.js";
import { shared } from "../styles/shared.js";
import { button } from "../ui/button.js";
import { msg } from "../words/msg.js";

/** Copies the run and its score as one sentence with its link. Nothing while no score is known. */
@customElement("copy-sentence")
export class CopySentence extends BenchElement {
  static override styles = [
    shared,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 0.75rem;
        align-items: center;
        margin-top: 0.75rem;
      }

      p,
      input {
        flex: 1 1 18rem;
        min-width: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** What was copied last, and whether the browser allowed it. */
  @internal() private copied: { sentence: string; isCopied: boolean } | null = null;

  override render() {
    const sentence = this.#sentence;
    if (sentence === null) return nothing;
    // Of another run, or further on, it is no longer what would be copied.
    const copied = this.copied?.sentence === sentence ? this.copied : null;
    return html`
      <div>
        ${button(msg("Copy as a sentence"), { onPress: () => void this.#copy(sentence) })}
        <p class=${copied ? "soft" : "heard"} role="status" aria-label=${msg("Sentence")}>
          ${copied && toldOf(copied)}
        </p>
        ${
          copied && !copied.isCopied
            ? html`<input aria-label=${msg("Sentence to copy")} readonly .value=${sentence} @focus=${selectAll} />`
            : nothing
        }
      </div>
    `;
  }

  get #sentence(): string | null {
    const { run, plan, progress, results, data } = this.state;
    const { score } = results;
    if (!plan || !score || score.step > progress.step) return null;
    const { words, address } = recipeLineOf(this.bench);
    return sentenceOf({
      words,
      score,
      steps: plan.steps,
      isFinished: run.phase === "finished",
      isPart: data.info !== null && score.examples < data.info.test,
      rounded: results.rounded,
      address,
    });
  }

  async #copy(sentence: string): Promise<void> {
    this.copied = null;
    await this.updateComplete;
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(sentence);
    } catch {
      isCopied = false;
    }
    this.copied = { sentence, isCopied };
  }
}

function toldOf({ sentence, isCopied }: { sentence: string; isCopied: boolean }): string {
  return isCopied
    ? msg("Copied: {sentence}", { sentence })
    : msg("The browser does not let this page copy. Here is the sentence:");
}

function selectAll(event: Event): void {
  (event.target as HTMLInputElement).select();
}
