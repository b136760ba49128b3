import { css, html, nothing } from "lit";
import { customElement, query } from "lit/decorators.js";

import { isLocked } from "../state/run-state.js";
import { shared } from "../styles/shared.js";
import { failureNote } from "../ui/failure-note.js";
import { button } from "../ui/button.js";
import { count } from "../format.js";
import { lastScoreText } from "../score-text.js";
import { BenchElement } from "./bench-element.js";

/** Saves the run as a run file, and opens run files. */
@customElement("run-files")
export class RunFiles extends BenchElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 0.9rem;
        align-items: center;
        align-self: start;
      }

      .buttons button {
        min-height: 2.1rem;
        padding: 0.2rem 0.6rem;
        font-size: 0.875rem;
      }

      p:not(:empty) {
        flex: 1 1 16rem;
        min-width: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @query("input") private input!: HTMLInputElement;

  override render() {
    const { files, run, hasTrained } = this.state;
    const { opened } = files;
    const free = !isLocked(run);
    return html`
      <div class="buttons" role="group" aria-label="Run file">
        ${button("Save run", { enabled: hasTrained, onPress: () => void this.bench.files.saveRun() })}
        ${button("Open run", { enabled: free, onPress: () => this.input.click() })}
        ${opened ? button("Close opened run", { enabled: free, onPress: () => this.bench.files.closeRun() }) : nothing}
      </div>
      <input type="file" hidden accept=".json,application/json" aria-label="Run file to open" @change=${this.#chosen} />
      ${failureNote(this.state.requests.failed.runFile)}
      <p class="soft" role="status" aria-label="Opened run">${this.#about()}</p>
    `;
  }

  #about(): string {
    const { opened } = this.state.files;
    if (!opened) return "";
    const { link, losses, steps, engine, data, scores } = opened.file;
    const length = losses.length < steps ? `${count(losses.length)} of ${count(steps)} steps` : `${count(steps)} steps`;
    // Of this the check covers the link, the data's digest and the losses alone.
    return `Opened run, as its file says: ${link}, ${length} on ${data}, computed by ${engine}${lastScoreText({ scores })}.`;
  }

  #chosen(): void {
    const [file] = this.input.files ?? [];
    if (file) void this.bench.files.openRun(file);
    // So that the same file can be chosen again.
    this.input.value = "";
  }
}
