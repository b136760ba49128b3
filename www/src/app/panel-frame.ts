import { html, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { html as staticHtml, unsafeStatic } from "lit/static-html.js";

import type { Panel } from "../panels/registry.js";
import { alerts } from "../styles/alerts.js";
import { shared } from "../styles/shared.js";
import { button } from "../ui/button.js";
import { loadPart } from "../ui/load-part.js";
import { BenchElement } from "./bench-element.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

/** The frame of a panel: its region, and its summary where it is closed at first. Loads the panel's element when it is shown. */
@customElement("panel-frame")
export class PanelFrame extends BenchElement {
  static override styles = [shared, alerts];

  @property({ attribute: false }) panel!: Panel;
  /** Whether it waits: what is seen at once comes first. */
  @property({ attribute: false }) deferred = false;
  /** Whether a drawer stays open. */
  @property({ attribute: false }) fixed = false;
  /** Why its element could not be loaded. */
  @internal() private failure = "";
  #requested = false;
  #loading: Promise<void> | undefined;

  get #isOpen(): boolean {
    return this.state.panels.open.has(this.panel.tag);
  }

  /** The panel's element; null where it is not there yet. */
  get content(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(this.panel.tag);
  }

  /** Once what is in it now has its place. */
  async placed(): Promise<void> {
    await this.updateComplete;
    await this.#loading;
    await this.updateComplete;
    await new Promise(requestAnimationFrame);
  }

  /** Somebody opened it by a press elsewhere: brings it into view, and the focus to it where it takes it. */
  async reveal(): Promise<void> {
    await this.placed();
    this.renderRoot.querySelector<HTMLElement & { reveal?: () => void }>(this.panel.tag)?.reveal?.();
  }

  protected override willUpdate(): void {
    const { collapsible, isShown } = this.panel;
    const wanted = collapsible ? this.#isOpen : isShown?.(this.state) !== false;
    if (wanted && !this.deferred && !this.#requested) this.#loading = this.#load();
  }

  async #load(): Promise<void> {
    this.#requested = true;
    this.failure = "";
    this.failure = (await loadPart(() => this.panel.load())) ?? "";
  }

  override render() {
    const { title, collapsible } = this.panel;
    if (!collapsible) return this.#content();
    return html`
      <details ?open=${this.#isOpen} @toggle=${this.#toggled}>
        <summary><h2>${translated(title ?? "")}</h2></summary>
        ${this.#requested ? this.#content() : nothing}
      </details>
    `;
  }

  #content() {
    if (this.failure) return this.#alert();
    const { tag, collapsible, drawer } = this.panel;
    const element = unsafeStatic(tag);
    const open = (!collapsible && !drawer) || this.#isOpen;
    return staticHtml`<${element} .bench=${this.bench} .open=${open} .closable=${!this.fixed}></${element}>`;
  }

  #alert() {
    return html`
      <div class="item bad" role="alert">
        <p>${this.failure}</p>
        ${button(msg("Try again"), { onPress: () => void this.#load() })}
      </div>
    `;
  }

  readonly #toggled = (event: Event): void => {
    const { open } = event.target as HTMLDetailsElement;
    if (open === this.#isOpen) return;
    this.bench.showPanel(this.panel.tag, open);
  };
}
