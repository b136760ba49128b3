import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { PAGE_ADDRESS } from "../../bench/link.js";
import { initialStory } from "../../state/story.js";
import { alerts } from "../../styles/alerts.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { failureNote } from "../../ui/failure-note.js";
import { loadPart } from "../../ui/load-part.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { isStoryLink } from "../link/recognize.js";
import { OWN_STORY, type Story } from "../story.js";
import { TITLES } from "../titles.js";

/** The stories in a row, and below it the one that is open. All but their titles is loaded when one is opened. */
@customElement("story-row")
export class StoryRow extends BenchElement {
  static override styles = [
    shared,
    alerts,
    css`
      ul {
        display: flex;
        gap: 0.4rem;
        margin: 0;
        padding: 0.25rem;
        overflow-x: auto;
        list-style: none;
        scrollbar-width: none;
        /* What is cut off at the side fades, so that one sees that there is more. */
        mask-image: linear-gradient(to right, transparent, #000 0.5rem calc(100% - 1.75rem), transparent);
      }

      li {
        flex: none;
      }

      /* It scrolls along, so that nothing lies under it. */
      .label {
        align-self: center;
        margin-inline: 0.5rem 0.25rem;
        color: var(--ink-soft);
        font-size: 0.875rem;
      }

      button {
        min-height: 2rem;
        padding: 0.1rem 0.75rem;
        border-color: var(--line);
        border-radius: 1rem;
        font-size: 0.875rem;
      }

      button[aria-expanded="true"] {
        border-color: var(--flame);
        background: var(--flame-wash);
      }

      .row {
        display: flex;
        gap: 0.25rem;
        align-items: center;
      }

      nav {
        flex: 1;
        min-width: 0;
      }

      .row > a {
        padding: 0.3rem 0.5rem;
        font-size: 0.875rem;
      }

      li:last-child {
        padding-inline-end: 1.5rem;
      }

      @media (max-width: 30rem) {
        .label {
          display: none;
        }
      }
    `,
  ];

  /** Whether what opens and shows stories is here. */
  @internal() private isLoaded = false;
  @internal() private failure: string | undefined;
  /** Whether the story is a link's, whose first recipe is chosen. */
  #isOfLink = false;
  /** The story as it was opened, before a person has written in it. */
  #begun: Story | null = null;
  /** A person's own story; null where nothing is written yet. */
  #written: Story | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#addressChanged);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#addressChanged);
  }

  protected override firstUpdated(): void {
    if (isStoryLink(PAGE_ADDRESS.fragment)) void this.#openLink();
  }

  /** What a person has written stays theirs when the story is closed, or another is opened. */
  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { open } = this.state.story;
    if (open?.id === OWN_STORY && open !== this.#begun) this.#written = open;
  }

  readonly #addressChanged = (): void => {
    const { open, refusal } = this.bench.state.stores.story.current;
    if (isStoryLink(PAGE_ADDRESS.fragment)) void this.#openLink();
    else if (open || refusal !== null) this.bench.state.stores.story.set(initialStory);
  };

  async #openLink(): Promise<void> {
    const { fragment } = PAGE_ADDRESS;
    const opener = await this.#load();
    if (fragment !== PAGE_ADDRESS.fragment) return;
    this.#isOfLink = true;
    opener?.openStoryLink(this.bench, fragment);
    this.#begun = this.bench.state.stores.story.current.open;
  }

  /** @param clicks the second click of a double one would close what the first has opened */
  async #toggle(id: string, clicks: number): Promise<void> {
    if (clicks > 1) return;
    if (this.#openId === id) return this.#close();
    const opener = await this.#load();
    this.#isOfLink = false;
    if (id === "yours" && this.#written) {
      PAGE_ADDRESS.beginEntry();
      return opener?.showStory(this.bench, this.#written);
    }
    opener?.openStory(this.bench, id);
    this.#begun = this.bench.state.stores.story.current.open;
  }

  #close(): void {
    this.bench.state.stores.story.set(initialStory);
    PAGE_ADDRESS.beginEntry();
    PAGE_ADDRESS.showStory(null);
  }

  /** Of the row: any of a person's own stories is Yours. */
  get #openId(): string | undefined {
    const id = this.state.story.open?.id;
    return id === OWN_STORY ? "yours" : id;
  }

  async #load(): Promise<typeof import("./open.js") | undefined> {
    let opener: typeof import("./open.js") | undefined;
    this.failure = await loadPart(async () => {
      [opener] = await Promise.all([import("./open.js"), import("./story-view.js")]);
    });
    this.isLoaded ||= opener !== undefined;
    return opener;
  }

  override render() {
    const { open, refusal } = this.state.story;
    return html`
      <div class="row">
        <nav aria-label=${msg("Stories")}>
          <ul>
            <li class="label" aria-hidden="true">${msg("Stories")}</li>
            ${TITLES.map(({ id, title }) => {
              const isOpen = this.#openId === id;
              return html`<li>
                <button
                  type="button"
                  aria-expanded=${isOpen ? "true" : "false"}
                  @click=${({ detail }: MouseEvent) => void this.#toggle(id, detail)}
                >
                  ${translated(title)}
                </button>
              </li>`;
            })}
          </ul>
        </nav>
        <a href="./learn/" hreflang="en">${msg("Lessons")}</a>
      </div>
      ${failureNote(this.failure)}
      ${
        refusal === null
          ? nothing
          : html`<div class="item bad" role="alert">
              <p>${refusal}</p>
              ${button(msg("Close"), { onPress: () => this.#close() })}
            </div>`
      }
      ${
        open && this.isLoaded
          ? html`<story-view
              .bench=${this.bench}
              .opensFirst=${this.#isOfLink}
              @close=${() => this.#close()}
            ></story-view>`
          : nothing
      }
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "story-row": StoryRow;
  }
}
