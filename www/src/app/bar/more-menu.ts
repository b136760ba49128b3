import { css, html, nothing } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";

import type { EmbedDialog } from "../../embed/embed-dialog.js";
import type { EngineChoice } from "../../protocol.js";
import { openReport } from "../../report/open-report.js";
import { isLocked } from "../../state/run-state.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { failureNote } from "../../ui/failure-note.js";
import { loadPart } from "../../ui/load-part.js";
import { select } from "../../ui/select.js";
import { defineMessage, msg, rich } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { BenchElement } from "../bench-element.js";
import "./run-files.js";
import { canKeepScreenOn, WakeLock } from "./wake-lock.js";

const ENGINES: readonly { value: EngineChoice; label: string }[] = [
  { value: "auto", label: defineMessage("Automatic") },
  { value: "cpu", label: defineMessage("CPU") },
  { value: "gpu", label: defineMessage("GPU (WebGPU)") },
];

/** The menu's width, and what it keeps from the edges of the window. */
const WIDTH_REM = 21;
const EDGE = 8;

/** What is seldom wanted, behind one button: the engine, files, embedding, and how the page is shown. */
@customElement("more-menu")
export class MoreMenu extends BenchElement {
  static override styles = [
    shared,
    labels,
    css`
      .opens {
        width: 2.5rem;
        padding-inline: 0;
        font-size: 1.2rem;
        line-height: 1;
      }

      .menu {
        inset: auto;
        width: min(${WIDTH_REM}rem, calc(100vw - 1rem));
        max-height: calc(100vh - 5rem);
        margin: 0;
        padding: 0.9rem 1rem;
        border: 1px solid var(--edge);
        border-radius: var(--radius);
        background: var(--paper);
        color: var(--ink);
        box-shadow: 0 6px 24px rgb(0 0 0 / 18%);
        overflow-y: auto;
        text-align: left;
        white-space: normal;
      }

      .menu:popover-open {
        display: grid;
        gap: 0.9rem;
      }

      @media (max-width: 30rem) {
        .menu {
          right: 0.5rem !important;
          left: 0.5rem;
          width: auto;
        }
      }

      label {
        margin-bottom: 0.2rem;
      }

      .check {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 1.75rem;
        margin: 0;
        font-weight: inherit;
      }

      kbd {
        padding: 0 0.35rem;
        border: 1px solid var(--line);
        border-radius: 4px;
        font: inherit;
        font-size: 0.8125rem;
      }
    `,
  ];

  @query(".menu") private menu!: HTMLElement;
  @query(".opens") private opens!: HTMLButtonElement;
  @query("embed-dialog") private embedding!: EmbedDialog | null;
  /** Whether the dialog for other pages was asked for, and is loaded. */
  @internal() private isEmbedding = false;
  /** Why a dialog could not be loaded. */
  @internal() private loadFailure: string | undefined;
  #wakeLock: WakeLock | undefined;

  protected override firstUpdated(): void {
    this.opens.popoverTargetElement = this.menu;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#wakeLock?.dispose();
    this.#wakeLock = undefined;
  }

  override render() {
    const { engine, run } = this.state;
    this.#wakeLock ??= canKeepScreenOn() ? new WakeLock(this.state) : undefined;
    const lock = this.#wakeLock;
    return html`
      <button class="opens" type="button" aria-label=${msg("More")} title=${msg("More")}>
        <span aria-hidden="true">⋯</span>
      </button>
      <div
        class="menu"
        .popover=${"auto"}
        role="group"
        aria-label=${msg("More")}
        @beforetoggle=${this.#place}
        @toggle=${this.#takeFocus}
        @click=${this.#chosen}
      >
        <div>
          <label for="engine">${msg("Engine")}</label>
          ${select({
            id: "engine",
            options: ENGINES.map(({ value, label }) => ({ value, label: translated(label) })),
            value: engine.choice,
            disabled: isLocked(run),
            describedBy: "engine-why",
            onChange: (value) => this.bench.changeEngine(value as EngineChoice),
          })}
          <p class="soft" id="engine-why">${this.#why()}</p>
        </div>
        <run-files .bench=${this.bench}></run-files>
        <div class="buttons">
          <button type="button" aria-haspopup="dialog" @click=${() => void this.#embed()}>${msg("Embed")}</button>
          <button type="button" aria-haspopup="dialog" @click=${() => void this.#report()}>${msg("Report")}</button>
          ${button(msg("Projector view"), { onPress: this.#projector })}
        </div>
        <p class="soft">
          ${rich("For a projector press {key}: the network and the curve alone, in large type.", { key: html`<kbd>P</kbd>` })}
        </p>
        ${
          lock
            ? html`
                <label class="check">
                  <input
                    type="checkbox"
                    .checked=${lock.wish}
                    @change=${({ target }: Event) => (lock.wish = (target as HTMLInputElement).checked)}
                  />
                  ${msg("Keep the screen on while it trains")}
                </label>
              `
            : nothing
        }
      </div>
      ${failureNote(this.loadFailure)}
      ${this.isEmbedding ? html`<embed-dialog .bench=${this.bench}></embed-dialog>` : nothing}
    `;
  }

  /** Why this engine computes. */
  #why(): string {
    const { engine, choice, reason } = this.state.engine;
    if (!engine || choice !== "auto") return "";
    return reason ? `${translated(reason)}.` : msg("Chosen automatically: {why}.", { why: translated(engine.why) });
  }

  /** Below its button, at the right edge: a popover lies above all else, and knows nothing of its place. */
  readonly #place = (event: Event): void => {
    if ((event as ToggleEvent).newState !== "open") return;
    const { bottom, top, right } = this.opens.getBoundingClientRect();
    const below = bottom < innerHeight / 2;
    const { style } = this.menu;
    const { clientWidth } = document.documentElement;
    const { fontSize } = getComputedStyle(document.documentElement);
    // Where the button stands at the left, the menu begins at the page's edge.
    const most = clientWidth - Math.min(WIDTH_REM * parseFloat(fontSize), clientWidth - 2 * EDGE) - EDGE;
    style.top = below ? `${bottom + 6}px` : "auto";
    style.bottom = below ? "auto" : `${innerHeight - top + 6}px`;
    style.right = `${Math.max(EDGE, Math.min(most, clientWidth - right))}px`;
  };

  /** What a button does is seen on the page. */
  readonly #chosen = (event: Event): void => {
    if (!event.composedPath().some((target) => target instanceof HTMLButtonElement)) return;
    this.menu.hidePopover();
    this.opens.focus();
  };

  /** The browser gives the focus back to nothing that is in a shadow root. */
  readonly #takeFocus = (): void => {
    if (document.activeElement === document.body) this.opens.focus();
  };

  readonly #projector = (): void => {
    this.dispatchEvent(new CustomEvent("projector", { bubbles: true, composed: true }));
  };

  async #report(): Promise<void> {
    this.loadFailure = undefined;
    this.loadFailure = await openReport(this.bench);
  }

  async #embed(): Promise<void> {
    this.loadFailure = await loadPart(() => import("../../embed/embed-dialog.js"));
    if (this.loadFailure !== undefined) return;
    this.isEmbedding = true;
    await this.updateComplete;
    await this.embedding?.updateComplete;
    this.embedding?.open();
  }
}
