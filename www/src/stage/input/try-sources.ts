import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import { printable } from "../../../../crate/js/printable.js";
import { button } from "../../ui/button.js";
import { alerts } from "../../styles/alerts.js";
import { shared } from "../../styles/shared.js";
import { closeCamera, firstFrame, openCamera } from "./camera.js";
import { pictureOf, readPicture, type Picture } from "./read.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg } from "../../words/msg.js";
import { count } from "../../format.js";

/**
 * The ways to give an image: dropped here, pasted anywhere on the page, chosen as a file, photographed. Fires `picture`, and
 * `example` and `clear` for the buttons of those names. Its content is shown while no camera is open. It is no box: its parts `image`, `tools`
 * and `error` stand in the grid around it.
 */
@customElement("try-sources")
export class TrySources extends SignalElement {
  static override styles = [
    shared,
    alerts,
    css`
      /* The image and the tools are places of the grid that this element stands in. */
      :host,
      .all {
        display: contents;
      }

      .image {
        border-radius: var(--radius-small);
        min-width: 0;
      }

      .drop-target {
        outline: 3px dashed var(--flame);
        outline-offset: 4px;
      }

      video {
        display: block;
        width: 100%;
        max-width: 19rem;
        margin-top: 0.35rem;
        border-radius: var(--radius-small);
        background: var(--sunk);
      }

      .tools {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem;
        align-content: start;
      }

      .tools button {
        flex: 1 1 4rem;
        min-height: 2.1rem;
        padding: 0.2rem 0.5rem;
        font-size: 0.8125rem;
        line-height: 1.2;
        white-space: normal;
      }

      /* All of them in one row below the stage. */
      @media (min-width: 64rem) {
        .tools button {
          flex: none;
          padding-inline: 0.6rem;
          white-space: nowrap;
        }
      }

      .item p {
        flex-basis: 10rem;
      }
    `,
  ];

  /** Whether there is something to be cleared. */
  @property({ type: Boolean }) filled = false;
  /** Whether there are test examples. */
  @property({ type: Boolean }) examples = false;
  @query("#file") private file!: HTMLInputElement;
  @query("video") private video!: HTMLVideoElement | null;
  @internal() private isDraggedOver = false;
  @internal() private camera: MediaStream | null = null;
  @internal() private error = "";
  /** Counts what was requested: a result that comes after a later request is not wanted any more. */
  #latestRequest = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("paste", this.#pasted);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("paste", this.#pasted);
    this.#closeCamera();
  }

  /** The button that was pressed is gone: the focus goes to the one in its place. */
  override updated(changed: PropertyValues): void {
    const before = changed.get("camera") as MediaStream | null | undefined;
    if (before === undefined || before === this.camera) return;
    this.shadowRoot?.querySelector<HTMLButtonElement>(this.camera ? "#take" : "#camera")?.focus();
  }

  /** Forgets the last error, closes the camera, and ignores what is still being read. */
  cancel(): void {
    this.#latestRequest += 1;
    this.error = "";
    this.#closeCamera();
  }

  override render() {
    const { camera } = this;
    return html`
      <div
        class="all"
        @dragenter=${this.#draggedOver}
        @dragover=${this.#draggedOver}
        @dragleave=${() => (this.isDraggedOver = false)}
        @drop=${this.#dropped}
      >
        <div part="image" class=${`image ${this.isDraggedOver ? "drop-target" : ""}`}>
          ${
            camera
              ? html`
                  <p class="soft">${msg("The camera’s picture, shown only here")}</p>
                  <video
                    autoplay
                    muted
                    playsinline
                    aria-label=${msg("What the camera shows")}
                    .srcObject=${camera}
                  ></video>
                `
              : html`<slot></slot>`
          }
        </div>
        <div part="tools" class="tools">
          ${
            camera
              ? html`
                  ${button(msg("Take the picture"), { id: "take", onPress: () => void this.#take(), primary: true })}
                  <button type="button" @click=${this.cancel}>${msg("Close the camera")}</button>
                `
              : html`
                  ${button(msg("Next image"), { enabled: this.examples, onPress: () => this.#example() })}
                  ${button(msg("Clear"), { enabled: this.filled || this.error !== "", onPress: () => this.#clear() })}
                  <button
                    type="button"
                    title=${msg("Or drop or paste an image here: it stays in this tab.")}
                    @click=${() => this.file.click()}
                  >
                    ${msg("Open an image")}
                  </button>
                  <button type="button" id="camera" @click=${this.#openCamera}>${msg("Camera")}</button>
                `
          }
          <input
            id="file"
            type="file"
            hidden
            accept="image/*"
            aria-label=${msg("Image to try")}
            @change=${this.#chosen}
          />
        </div>
        ${this.error ? html`<div part="error" class="item bad" role="alert"><p>${this.error}</p></div>` : nothing}
      </div>
    `;
  }

  readonly #draggedOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.isDraggedOver = true;
  };

  readonly #dropped = (event: DragEvent): void => {
    this.isDraggedOver = false;
    event.preventDefault();
    // Elsewhere on the page a drop is a run file or a person's own images.
    event.stopPropagation();
    const files = Array.from(event.dataTransfer?.files ?? []);
    const [file, ...others] = files;
    this.cancel();
    if (!file)
      this.error = msg("There is no image file in what was dropped: save the image first, or copy and paste it.");
    else if (others.length > 0)
      this.error = msg("{number} files were dropped here: one image is tried at a time.", {
        number: count(files.length),
      });
    else void this.#read(file, printable(file.name));
  };

  readonly #pasted = (event: ClipboardEvent): void => {
    // What is pasted into a text field is text.
    const [target] = event.composedPath();
    if (target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea)$/i.test(target.tagName)))
      return;
    const files = Array.from(event.clipboardData?.files ?? []);
    const file = files.find(({ type }) => type.startsWith("image/")) ?? files[0];
    this.cancel();
    event.preventDefault();
    if (file) void this.#read(file, msg("The pasted image"));
    else this.error = msg("There is no image in what was pasted: copy an image itself, not a text or its address.");
  };

  #chosen(): void {
    const file = this.file.files?.[0];
    if (!file) return;
    this.cancel();
    void this.#read(file, printable(file.name));
    // So that the same file can be chosen again.
    this.file.value = "";
  }

  #example(): void {
    this.cancel();
    this.dispatchEvent(new CustomEvent("example"));
  }

  #clear(): void {
    this.cancel();
    this.dispatchEvent(new CustomEvent("clear"));
  }

  async #read(file: Blob, name: string): Promise<void> {
    await this.#request(
      async () => readPicture(file, name),
      (picture) => this.#emit(picture),
    );
  }

  async #openCamera(): Promise<void> {
    this.cancel();
    await this.#request(
      openCamera,
      (camera) => {
        this.camera = camera;
      },
      closeCamera,
    );
  }

  /** Uses what is loaded, unless something else was requested in the meantime. */
  async #request<T>(load: () => Promise<T>, use: (result: T) => void, discard?: (result: T) => void): Promise<void> {
    const request = ++this.#latestRequest;
    try {
      const result = await load();
      if (request === this.#latestRequest && this.isConnected) use(result);
      else discard?.(result);
    } catch (thrown) {
      if (request === this.#latestRequest) this.error = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  async #take(): Promise<void> {
    const { video, camera } = this;
    if (!video) return;
    await firstFrame(video);
    // It may have been closed meanwhile.
    if (!camera || camera !== this.camera) return;
    const picture = pictureOf(video);
    this.cancel();
    this.#emit(picture);
  }

  #emit(picture: Picture): void {
    this.dispatchEvent(new CustomEvent<Picture>("picture", { detail: picture }));
  }

  #closeCamera(): void {
    closeCamera(this.camera);
    this.camera = null;
  }
}
