import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import { button } from "../../ui/button.js";
import { alerts } from "../../styles/alerts.js";
import { shared } from "../../styles/shared.js";
import { closeCamera, openCamera } from "./camera.js";
import { pictureOf, readPicture, type Picture } from "./read.js";

/**
 * The ways that an image is given to be tried: dropped on this, pasted anywhere, chosen as a file, photographed. Fires
 * `picture`, and `example` and `clear` for the buttons of those names. What is inside is shown while no camera is.
 */
@customElement("try-sources")
export class TrySources extends LitElement {
  static override styles = [
    shared,
    alerts,
    css`
      :host {
        min-width: 0;
        border-radius: var(--radius-small);
      }

      .over {
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

      .buttons {
        margin-top: 0.6rem;
      }

      .hint {
        margin-top: 0.4rem;
      }

      .item {
        margin-top: 0.6rem;
      }

      .item p {
        flex-basis: 10rem;
      }
    `,
  ];

  /** Whether there is something to be cleared. */
  @property({ type: Boolean }) filled = false;
  /** Whether test examples are to be had. */
  @property({ type: Boolean }) examples = false;
  @query("#file") private file!: HTMLInputElement;
  @query("video") private video!: HTMLVideoElement | null;
  @internal() private over = false;
  @internal() private camera: MediaStream | null = null;
  @internal() private trouble = "";
  /** The latest thing that was asked for: what took longer, and comes after it, is not wanted any more. */
  #asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("paste", this.#pasted);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("paste", this.#pasted);
    this.#closeCamera();
  }

  /** The button that was pressed is gone: whoever goes by the keyboard goes on with the one in its place. */
  override updated(changed: PropertyValues): void {
    const before = changed.get("camera") as MediaStream | null | undefined;
    if (before === undefined || before === this.camera) return;
    this.shadowRoot?.querySelector<HTMLButtonElement>(this.camera ? "#take" : "#camera")?.focus();
  }

  /** What was wrong matters no more, and what is still being read is not wanted any more. */
  quiet(): void {
    this.#asked += 1;
    this.trouble = "";
    this.#closeCamera();
  }

  override render() {
    const { camera } = this;
    return html`
      <div
        class=${this.over ? "over" : ""}
        @dragenter=${this.#over}
        @dragover=${this.#over}
        @dragleave=${() => (this.over = false)}
        @drop=${this.#dropped}
      >
        ${
          camera
            ? html`
                <p class="soft">The camera’s picture, shown only here</p>
                <video autoplay muted playsinline aria-label="What the camera shows" .srcObject=${camera}></video>
              `
            : html`<slot></slot>`
        }
        <div class="buttons">
          ${
            camera
              ? html`
                  ${button("Take the picture", { id: "take", onPress: () => this.#take(), primary: true })}
                  <button type="button" @click=${this.quiet}>Close the camera</button>
                `
              : html`
                  <button type="button" @click=${() => this.file.click()}>Choose an image</button>
                  <button type="button" id="camera" @click=${this.#openCamera}>Use the camera</button>
                  ${button("Use a test example", { enabled: this.examples, onPress: () => this.#example() })}
                  ${button("Clear", { enabled: this.filled || this.trouble !== "", onPress: () => this.#clear() })}
                `
          }
        </div>
        <input id="file" type="file" hidden accept="image/*" aria-label="Image to try" @change=${this.#chosen} />
        <p class="soft hint">An image can also be dropped here, or pasted. It stays in this tab.</p>
        ${this.trouble ? html`<div class="item bad" role="alert"><p>${this.trouble}</p></div>` : nothing}
      </div>
    `;
  }

  readonly #over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = true;
  };

  readonly #dropped = (event: DragEvent): void => {
    this.over = false;
    event.preventDefault();
    // The page would take it for a run file or for somebody's own images.
    event.stopPropagation();
    const files = Array.from(event.dataTransfer?.files ?? []);
    const [file, ...more] = files;
    this.quiet();
    if (!file) this.trouble = "There is no image file in what was dropped: save the image first, or copy and paste it.";
    else if (more.length > 0) this.trouble = `${files.length} files were dropped here: one image is tried at a time.`;
    else void this.#read(file, file.name);
  };

  readonly #pasted = (event: ClipboardEvent): void => {
    // Who writes pastes what they write.
    const [target] = event.composedPath();
    if (target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea)$/i.test(target.tagName)))
      return;
    const files = Array.from(event.clipboardData?.files ?? []);
    const file = files.find(({ type }) => type.startsWith("image/")) ?? files[0];
    this.quiet();
    event.preventDefault();
    if (file) void this.#read(file, "The pasted image");
    else this.trouble = "There is no image in what was pasted: copy an image itself, not a text or its address.";
  };

  #chosen(): void {
    const file = this.file.files?.[0];
    if (!file) return;
    this.quiet();
    void this.#read(file, file.name);
    // So that the same can be chosen again.
    this.file.value = "";
  }

  #example(): void {
    this.quiet();
    this.dispatchEvent(new CustomEvent("example"));
  }

  #clear(): void {
    this.quiet();
    this.dispatchEvent(new CustomEvent("clear"));
  }

  async #read(file: Blob, name: string): Promise<void> {
    await this.#ask(
      async () => readPicture(file, name),
      (picture) => this.#give(picture),
    );
  }

  async #openCamera(): Promise<void> {
    this.quiet();
    await this.#ask(
      openCamera,
      (camera) => {
        this.camera = camera;
      },
      closeCamera,
    );
  }

  /** Asks for something, and takes it where it is still wanted when it comes. */
  async #ask<T>(ask: () => Promise<T>, take: (thing: T) => void, drop?: (thing: T) => void): Promise<void> {
    const asked = ++this.#asked;
    try {
      const thing = await ask();
      if (asked === this.#asked && this.isConnected) take(thing);
      else drop?.(thing);
    } catch (thrown) {
      if (asked === this.#asked) this.trouble = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  #take(): void {
    // The camera may not have begun.
    if (!this.video || this.video.videoWidth === 0) return;
    const picture = pictureOf(this.video);
    this.quiet();
    this.#give(picture);
  }

  #give(picture: Picture): void {
    this.dispatchEvent(new CustomEvent<Picture>("picture", { detail: picture }));
  }

  #closeCamera(): void {
    closeCamera(this.camera);
    this.camera = null;
  }
}
