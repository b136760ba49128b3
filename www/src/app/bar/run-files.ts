import { html } from "lit";
import { customElement, query } from "lit/decorators.js";

import { runFilesOf } from "../../bench/compared-files.js";
import { choiceLabel } from "../../fields.js";
import { ofInput } from "../../panels/custom-images/files.js";
import type { AppState } from "../../state/app-state.js";
import { isLocked } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { count } from "../../format.js";
import { lastScoreText } from "../../score-text.js";
import { msg, plural } from "../../words/msg.js";
import { BenchElement } from "../bench-element.js";

/** What an opened run file says of itself; empty where none is open. */
export function openedRunText({ files: { opened }, recipe }: AppState): string {
  if (!opened) return "";
  const { link, losses, steps, engine, data, scores } = opened.file;
  const length =
    losses.length < steps
      ? msg("{done} of {steps} steps", { done: count(losses.length), steps: count(steps) })
      : plural(steps, "{count} step", "{count} steps");
  // Of this the check covers the link, the data's digest and the losses alone.
  const model = new URLSearchParams(link).get("model") ?? "";
  return msg("Opened run, as its file says: {network} on {data}, {length}, computed by {engine}{score}.", {
    network: choiceLabel(recipe.fields, "model", model),
    data,
    length,
    engine,
    score: lastScoreText({ scores }),
  });
}

/** Saves the run as a run file, and opens run files. */
@customElement("run-files")
export class RunFiles extends BenchElement {
  static override styles = [shared];

  @query("#file") private input!: HTMLInputElement;
  @query("#folder") private folder!: HTMLInputElement;

  override render() {
    const { run, hasTrained } = this.state;
    const free = !isLocked(run);
    return html`
      <div class="buttons" role="group" aria-label=${msg("Run file")}>
        ${button(msg("Save run"), { enabled: hasTrained, onPress: () => void this.bench.files.saveRun() })}
        ${button(msg("Open run"), { enabled: free, onPress: () => this.input.click() })}
        ${button(msg("Open a folder of runs"), { enabled: free, onPress: () => this.folder.click() })}
      </div>
      <input
        id="file"
        type="file"
        hidden
        multiple
        accept=".json,application/json"
        aria-label=${msg("Run file to open")}
        @change=${this.#chosen}
      />
      <input
        id="folder"
        type="file"
        hidden
        .webkitdirectory=${true}
        aria-label=${msg("Folder of run files")}
        @change=${this.#folderChosen}
      />
    `;
  }

  #chosen(): void {
    const [first, ...others] = ofInput(this.input);
    if (!first) return;
    if (others.length === 0) void this.bench.files.openRun(first.file);
    else void this.bench.compared.open(runFilesOf([first, ...others]));
  }

  #folderChosen(): void {
    const found = runFilesOf(ofInput(this.folder));
    if (found.length > 0) void this.bench.compared.open(found);
    else {
      const unreadable = msg("There is no run file in this folder: they are called run.bunsen.json.");
      this.bench.state.stores.files.update({ unreadable });
    }
  }
}
