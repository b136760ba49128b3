import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import { save } from "../../bench/files.js";
import { json, markdown } from "../export.js";
import type { Report } from "../report.js";
import { button } from "../../ui/button.js";
import { shared } from "../../styles/shared.js";

/** Takes the results out of the page. */
@customElement("benchmark-export")
export class BenchmarkExport extends LitElement {
  static override styles = [
    shared,
    css`
      .buttons {
        margin: 0.9rem 0;
      }

      textarea {
        width: 100%;
        min-height: 12rem;
        margin-top: 0.5rem;
        padding: 0.5rem;
        border: 1px solid var(--edge);
        border-radius: var(--radius-small);
        background: var(--paper);
        color: inherit;
        font:
          0.8125rem ui-monospace,
          monospace;
      }

      .message {
        margin-bottom: 0.9rem;
      }
    `,
  ];

  @property({ attribute: false }) report!: Report;
  /** Whether nothing is being measured any more. */
  @property({ attribute: false }) ready = false;
  @internal() private message = "";
  @internal() private text = "";

  override render() {
    return html`
      <div class="buttons" role="group" aria-label="Export">
        ${button("Copy as Markdown", { enabled: this.ready, onPress: () => void this.#copy() })}
        ${button("Save as JSON", { enabled: this.ready, onPress: () => this.#save() })}
      </div>
      <div class=${this.message ? "message" : ""}>
        <p class="soft" role="status" aria-label="Export">${this.message}</p>
        ${this.text ? html`<textarea aria-label="Markdown to copy" readonly .value=${this.text}></textarea>` : nothing}
      </div>
    `;
  }

  async #copy(): Promise<void> {
    const text = markdown(this.report);
    this.message = this.text = "";
    await this.updateComplete;
    try {
      await navigator.clipboard.writeText(text);
      this.message = "The results are copied as Markdown.";
    } catch {
      this.message = "The browser does not let this page copy. Here is the text:";
      this.text = text;
    }
  }

  #save(): void {
    save(json(this.report), `bunsen-benchmark-${this.report.date.slice(0, 10)}.json`, "application/json");
  }
}
