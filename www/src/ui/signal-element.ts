import { effect } from "@preact/signals-core";
import { LitElement } from "lit";

/** An element that updates when a signal changes that it read while it last updated: the state of what it shows. */
export class SignalElement extends LitElement {
  #stop: (() => void) | undefined;

  protected override performUpdate(): void {
    if (!this.isUpdatePending) return;
    this.#stop?.();
    let isFirst = true;
    this.#stop = effect(() => {
      if (isFirst) {
        isFirst = false;
        super.performUpdate();
      } else {
        this.requestUpdate();
      }
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // What it shows may have changed while it was out of the document.
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = undefined;
  }
}
