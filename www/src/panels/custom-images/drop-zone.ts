import { css, html, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import { ofInput } from "./files.js";
import type { GivenFile } from "../../protocol.js";
import { button } from "../../ui/button.js";
import { shared } from "../../styles/shared.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg } from "../../words/msg.js";

/**
 * Where files are dropped, and buttons to choose them instead. The whole page takes what is dropped: this shows it, and fires
 * `files` for what is chosen.
 */
@customElement("drop-zone")
export class DropZone extends SignalElement {
  static override styles = [
    shared,
    css`
      .zone {
        display: grid;
        gap: 0.6rem;
        margin-top: 0.6rem;
        padding: 1rem;
        border: 2px dashed var(--edge);
        border-radius: var(--radius);
        text-align: center;
      }

      .drop-target {
        border-color: var(--flame);
        background: var(--sunk);
      }

      .buttons {
        justify-content: center;
      }
    `,
  ];

  /** A sentence that says which files. */
  @property() wanted = "";
  /** Whether a folder can be chosen, too. */
  @property({ type: Boolean }) folders = false;
  @property({ type: Boolean }) locked = false;
  /** What the field for files is called, and the one for a folder, where it is not a data set that is given. */
  @property() filesLabel = "";
  @property() folderLabel = "";
  @query("#folder") private folder!: HTMLInputElement | null;
  @query("#files") private files!: HTMLInputElement;
  @internal() private isDraggedOver = false;

  override render() {
    const enabled = !this.locked;
    return html`
      <div
        class="zone ${this.isDraggedOver ? "drop-target" : ""}"
        @dragenter=${() => (this.isDraggedOver = true)}
        @dragover=${() => (this.isDraggedOver = true)}
        @dragleave=${() => (this.isDraggedOver = false)}
        @drop=${() => (this.isDraggedOver = false)}
      >
        <p>${this.wanted}</p>
        <div class="buttons">
          ${
            this.folders
              ? html`
                  ${button(msg("Choose a folder"), { enabled, onPress: () => this.folder?.click() })}
                  <input
                    id="folder"
                    type="file"
                    hidden
                    .webkitdirectory=${true}
                    aria-label=${this.folderLabel || msg("Folder of images")}
                    @change=${this.#chosen}
                  />
                `
              : nothing
          }
          ${button(msg("Choose files"), { enabled, onPress: () => this.files.click() })}
          <input
            id="files"
            type="file"
            hidden
            multiple
            aria-label=${this.filesLabel || msg("Files of the data set")}
            @change=${this.#chosen}
          />
        </div>
      </div>
    `;
  }

  #chosen(event: Event): void {
    const files = ofInput(event.currentTarget as HTMLInputElement);
    this.dispatchEvent(new CustomEvent<GivenFile[]>("files", { detail: files }));
  }
}
