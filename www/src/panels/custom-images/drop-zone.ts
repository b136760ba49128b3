import { LitElement, css, html } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import { ofInput } from "./files.js";
import type { GivenFile } from "../../protocol.js";
import { button } from "../../ui/button.js";
import { shared } from "../../styles/shared.js";

/**
 * Where files are dropped, and buttons for those who would rather choose them. The whole page takes what is dropped; this says
 * so, and fires `files` for what is chosen.
 */
@customElement("drop-zone")
export class DropZone extends LitElement {
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

      .over {
        border-color: var(--flame);
        background: var(--sunk);
      }

      .buttons {
        justify-content: center;
      }
    `,
  ];

  /** What is wanted. */
  @property() wanted = "";
  /** Whether a folder and a zip can be chosen, or files. */
  @property({ type: Boolean }) folders = false;
  @property({ type: Boolean }) locked = false;
  @query("#folder") private folder!: HTMLInputElement | null;
  @query("#files") private files!: HTMLInputElement;
  @internal() private over = false;

  override render() {
    const enabled = !this.locked;
    return html`
      <div
        class="zone ${this.over ? "over" : ""}"
        @dragenter=${() => (this.over = true)}
        @dragover=${() => (this.over = true)}
        @dragleave=${() => (this.over = false)}
        @drop=${() => (this.over = false)}
      >
        <p>${this.wanted}</p>
        <div class="buttons">
          ${
            this.folders
              ? html`
                  ${button("Choose a folder", { enabled, onPress: () => this.folder?.click() })}
                  <input
                    id="folder"
                    type="file"
                    hidden
                    .webkitdirectory=${true}
                    aria-label="Folder of images"
                    @change=${this.#chosen}
                  />
                  ${button("Choose a zip", { enabled, onPress: () => this.files.click() })}
                  <input
                    id="files"
                    type="file"
                    hidden
                    accept=".zip,application/zip"
                    aria-label="Zip of images"
                    @change=${this.#chosen}
                  />
                `
              : html`
                  ${button("Choose files", { enabled, onPress: () => this.files.click() })}
                  <input
                    id="files"
                    type="file"
                    hidden
                    multiple
                    aria-label="Files of the data set"
                    @change=${this.#chosen}
                  />
                `
          }
        </div>
      </div>
    `;
  }

  #chosen(event: Event): void {
    const files = ofInput(event.currentTarget as HTMLInputElement);
    this.dispatchEvent(new CustomEvent<GivenFile[]>("files", { detail: files }));
  }
}
