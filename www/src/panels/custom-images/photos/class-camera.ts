import { css, html } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";

import { closeCamera, firstFrame, openCamera } from "../../../stage/input/camera.js";
import { alerts } from "../../../styles/alerts.js";
import { shared } from "../../../styles/shared.js";
import { button } from "../../../ui/button.js";
import { SignalElement } from "../../../ui/signal-element.js";
import { msg } from "../../../words/msg.js";

/** As cameras save them; finer differences are far below what a network of 32×32 pixels sees. */
const QUALITY = 0.92;

/** A camera that takes as many photos as one likes. Fires `photo` with each as a file, and `closed`. */
@customElement("class-camera")
export class ClassCamera extends SignalElement {
  static override styles = [
    shared,
    alerts,
    css`
      video {
        display: block;
        width: 100%;
        max-width: 19rem;
        margin-bottom: 0.4rem;
        border-radius: var(--radius-small);
        background: var(--sunk);
      }
    `,
  ];

  /** Of which class the photos are. */
  @property() name = "";
  @query("video") private video!: HTMLVideoElement | null;
  @internal() private stream: MediaStream | null = null;
  @internal() private error = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    closeCamera(this.stream);
    this.stream = null;
  }

  override render() {
    const close = (): void => void this.dispatchEvent(new CustomEvent("closed"));
    if (this.error) {
      return html`
        <div class="item bad" role="alert"><p>${this.error}</p></div>
        <div class="buttons">${button(msg("Close the camera"), { onPress: close })}</div>
      `;
    }
    return html`
      <video autoplay muted playsinline aria-label=${msg("What the camera shows")} .srcObject=${this.stream}></video>
      <div class="buttons">
        ${button(msg("Take a photo of {class}", { class: this.name }), { onPress: () => void this.#take(), primary: true, enabled: this.stream !== null })}
        ${button(msg("Close the camera"), { onPress: close })}
      </div>
    `;
  }

  async #open(): Promise<void> {
    try {
      const stream = await openCamera();
      // It may have been closed while a person was asked.
      if (this.isConnected) this.stream = stream;
      else closeCamera(stream);
    } catch (thrown) {
      this.error = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  async #take(): Promise<void> {
    const { video } = this;
    if (!video) return;
    await firstFrame(video);
    // It may have been closed meanwhile.
    if (!this.stream) return;
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!blob) return;
    const file = new File([blob], "photo.jpg", { type: blob.type });
    this.dispatchEvent(new CustomEvent<File>("photo", { detail: file }));
  }
}
