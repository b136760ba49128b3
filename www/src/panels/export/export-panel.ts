import { css, html } from "lit";
import { customElement, query } from "lit/decorators.js";

import { failureOf, isLocked } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import { failureNote } from "../../ui/failure-note.js";
import { button } from "../../ui/button.js";
import { BenchElement } from "../../app/bench-element.js";
import { TRAINED, type TrainedNetwork } from "../../trained/networks.js";
import { recipeHref, trainedText } from "../../trained/words.js";
import { msg } from "../../words/msg.js";

/** Saves the run's weights and checkpoints as files, and opens them. */
@customElement("export-panel")
export class ExportPanel extends BenchElement {
  static override styles = [
    shared,
    css`
      .buttons {
        margin: 0.6rem 0;
      }

      input {
        display: none;
      }

      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.4rem;
        margin: 0.4rem 0 0;
        padding: 0;
        list-style: none;
      }

      h3 {
        margin-top: 0.9rem;
      }

      li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 0.8rem;
        align-items: center;
      }

      /* On a phone they are longer than a line. */
      li button {
        max-width: 100%;
        white-space: normal;
        text-align: start;
      }
    `,
  ];

  @query("input") private file!: HTMLInputElement;

  override render() {
    const { run, plan, results } = this.state;
    const saves = plan !== null && failureOf(run) === null;
    return html`
      <h2>${msg("Weights and checkpoints")}</h2>
      <div class="buttons" role="group" aria-label=${msg("Weights and checkpoints")}>
        ${button(msg("Save weights"), { enabled: saves, onPress: () => void this.bench.files.save("weights") })}
        ${button(msg("Save checkpoint"), { enabled: saves, onPress: () => void this.bench.files.save("checkpoint") })}
        ${button(msg("Open weights or checkpoint"), { enabled: !isLocked(run), onPress: () => this.file.click() })}
      </div>
      ${failureNote(this.state.requests.failed.exportFile)}
      <p class="soft">
        ${msg("Safetensors files, which PyTorch loads as they are. Weights answer, and other runs start from them. A checkpoint holds all that it takes to go on, here or in another browser.")}
        ${autosaveText(results.autosaveNotice)}
      </p>
      <input
        type="file"
        aria-label=${msg("Weights or checkpoint to open")}
        accept=".safetensors,.pt,.pth,.ckpt,.h5,.hdf5,.keras,.onnx"
        tabindex="-1"
        @change=${() => this.#open()}
      />
      ${this.#trained()}
    `;
  }

  /** Networks that are trained already. */
  #trained() {
    const { run, recipe } = this.state;
    const enabled = !isLocked(run);
    return html`
      <h3 id="trained">${msg("Try a trained network")}</h3>
      <p class="soft">${msg("These come with the page. Press one, and it answers to what you draw or show it.")}</p>
      <ul aria-labelledby="trained">
        ${TRAINED.map(
          (network) => html`
            <li>
              ${button(trainedText(network, recipe.fields), { enabled, onPress: () => this.#answerBy(network) })}
              <a href=${recipeHref(network)}>${msg("Its recipe")}</a>
              <a href=${network.url} download=${`${network.model}-${network.data}.safetensors`}>${msg("Its file")}</a>
            </li>
          `,
        )}
      </ul>
    `;
  }

  /** It answers on the stage, which comes into view. */
  #answerBy(network: TrainedNetwork): void {
    this.bench.weights.answerBy(network);
    this.dispatchEvent(new CustomEvent("show-panel", { detail: "stage-panel", bubbles: true, composed: true }));
  }

  #open(): void {
    const [file] = this.file.files ?? [];
    // So that the same file can be chosen again.
    this.file.value = "";
    if (file) void this.bench.weights.open(file);
  }
}

/** Whether the browser keeps the run is known once it was tried. */
function autosaveText(notice: string | null): string {
  if (notice !== null)
    return msg("This run is not kept in this browser: save a checkpoint to go on with it after a reload.");
  return msg(
    "While it trains, a run is kept in this browser too, where that allows it: closing the tab then loses a minute at most.",
  );
}
