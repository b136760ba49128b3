import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { messageOf } from "../../../../crate/js/errors.js";
import { megabytes } from "../../format.js";
import { requestPersistence } from "../../runs/persistence.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { failureNote } from "../../ui/failure-note.js";
import { PanelElement } from "../panel-element.js";
import { measure, removeDatasets, removeWeights, type Kind, type StoredBytes } from "./stored.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

const KINDS: readonly { kind: Kind; line: (size: string) => string; remove: () => string; lost: () => string }[] = [
  {
    kind: "datasets",
    line: (size) => msg("Data sets: {size}", { size }),
    remove: () => msg("Remove data sets"),
    lost: () => "",
  },
  {
    kind: "images",
    line: (size) => msg("Your own images: {size}", { size }),
    remove: () => msg("Remove your own images"),
    lost: () => msg("To train on them again, you need the files."),
  },
  {
    kind: "runs",
    line: (size) => msg("Runs and their networks: {size}", { size }),
    remove: () => msg("Remove runs and their networks"),
    lost: () => msg("Curves, checks and weights that you have not saved are lost."),
  },
];

/** What this browser keeps, by kind, with a button to remove each. */
@customElement("storage-panel")
export class StoragePanel extends PanelElement {
  static override styles = [
    shared,
    css`
      ul {
        margin: 0.6rem 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem 0.75rem;
        align-items: center;
        margin: 0.4rem 0;
      }
    `,
  ];

  /** Null until it is measured. */
  @internal() private bytes: StoredBytes | null = null;
  /** Whether the browser has promised to remove nothing unasked. */
  @internal() private persisted = false;
  /** What is to be removed, once that is confirmed. */
  @internal() private asked: Kind | null = null;
  @internal() private failure: string | undefined;
  #seen: unknown[] = [];

  /** What is stored changes with these. */
  override willUpdate(): void {
    const { runs, customDataset, data } = this.state;
    const seen = [this.open, runs, customDataset.stored, data.fetching];
    if (seen.every((one, at) => one === this.#seen[at])) return;
    this.#seen = seen;
    void this.#measure();
  }

  override render() {
    const { bytes, failure } = this;
    return html`
      ${failureNote(failure ?? this.state.requests.failed.removeStoredDatasets)}
      ${
        bytes === null
          ? nothing
          : html`<ul aria-label=${msg("What this browser keeps")}>
              ${KINDS.map((kind) => this.#line(kind, bytes))}
            </ul>`
      }
      <p class="soft" role="status" aria-label=${msg("Storage")}>
        ${
          this.persisted
            ? msg("The browser has promised to remove none of this unasked.")
            : msg(
                "The browser may remove all of this: when the disk is nearly full or, as Safari does, after seven days without a visit. Save what you need.",
              )
        }
      </p>
      ${this.persisted ? nothing : button(msg("Ask the browser to keep it"), { onPress: () => void this.#persist() })}
    `;
  }

  #line({ kind, line, remove: nameOf, lost }: (typeof KINDS)[number], bytes: StoredBytes) {
    const size = bytes[kind];
    const enabled = size > 0;
    const remove = (): void => {
      if (lost() && this.asked !== kind) this.asked = kind;
      else void this.#remove(kind);
    };
    return html`
      <li>
        ${line(sizeText(size))} ${button(nameOf(), { enabled, onPress: remove })}
        ${
          this.asked === kind && enabled
            ? html`
                <span role="alert">${lost()}</span>
                ${button(msg("Remove all the same"), { onPress: () => void this.#remove(kind) })}
                ${button(msg("Keep"), { onPress: () => (this.asked = null) })}
              `
            : nothing
        }
      </li>
    `;
  }

  async #remove(kind: Kind): Promise<void> {
    this.asked = null;
    try {
      if (kind === "datasets") await removeDatasets();
      else if (kind === "images") await this.bench.customImages.removeStored();
      else await Promise.all([this.bench.removeRuns(), removeWeights()]);
      this.failure = undefined;
    } catch (thrown) {
      this.failure = msg("Not all could be removed: {why}", { why: translated(messageOf(thrown)) });
    }
    await this.#measure();
  }

  async #persist(): Promise<void> {
    this.persisted = await requestPersistence();
    if (!this.persisted)
      this.failure = msg("The browser makes no such promise now. It is likelier to for a page that you use often.");
  }

  async #measure(): Promise<void> {
    try {
      this.bytes = await measure();
      this.persisted = await navigator.storage.persisted();
    } catch {
      this.bytes = null;
      this.failure = msg("The browser gives this page no storage: nothing is kept.");
    }
  }
}

function sizeText(bytes: number): string {
  if (bytes === 0) return msg("size|none");
  return bytes < 50_000 ? msg("less than {size}", { size: megabytes(1e5) }) : megabytes(bytes);
}
