import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import type { Bench } from "../../bench/bench.js";
import { count, megabytes } from "../../format.js";
import type { GivenFile } from "../../protocol.js";
import type { AppState } from "../../state/app-state.js";
import { isLocked } from "../../state/run-state.js";
import { alerts } from "../../styles/alerts.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { failureNote } from "../../ui/failure-note.js";
import { loadPart } from "../../ui/load-part.js";
import "./drop-zone.js";
import type { CollectPhotos } from "./photos/collect-photos.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** How far files are read. */
export function readingText({ customDataset }: AppState) {
  const { reading } = customDataset;
  if (!reading) return nothing;
  const { done, total } = reading;
  // An archive is counted in bytes, anything else in files.
  const progress =
    total > 1_000_000 ? { done: megabytes(done), total: megabytes(total) } : { done: count(done), total: count(total) };
  return html`
    <div>
      <progress aria-label=${msg("Reading the files")} max=${Math.max(1, total)} .value=${done}></progress>
      <p class="soft">${msg("Reading: {done} of {total}", progress)}</p>
    </div>
  `;
}

/** Why the files were not taken. */
export function refusalAlert(bench: Bench) {
  const { refused } = bench.state.customDataset;
  if (!refused) return nothing;
  return html`
    <div class="item bad" role="alert">
      <p>${translated(refused.message)}</p>
      ${
        refused.sound
          ? html`<button type="button" @click=${() => bench.customImages.takeAnyway()}>
              ${msg("Use these instead")}
            </button>`
          : nothing
      }
      ${refused.browserDecoder ? decodingOffer(bench) : nothing}
    </div>
  `;
}

/** Some files are of kinds that browsers may show: whoever wants has them read so. */
export function decodingOffer(bench: Bench) {
  return html`
    <p class="soft">
      ${msg("This browser may be able to read some of these. Other browsers read them otherwise, so a link to this run holds for such browsers only.")}
    </p>
    ${button(msg("Read them with this browser"), { onPress: () => bench.customImages.decodeInBrowser() })}
  `;
}

/** Where a person gives their own images: on the stage until there are some, then under Data. */
@customElement("give-images")
export class GiveImages extends BenchElement {
  static override styles = [
    shared,
    alerts,
    css`
      :host {
        display: block;
        margin-bottom: 0.6rem;
      }

      .collect {
        margin-top: 0.6rem;
        text-align: center;
      }

      .collect > button {
        max-width: 100%;
        white-space: normal;
      }
    `,
  ];

  @internal() private collects = false;
  @internal() private failure: string | undefined;

  override firstUpdated(): void {
    // What was collected is there again, wherever this stands now.
    if (this.bench.customImages.photos.peek()) void this.#collect(false);
  }

  override render() {
    const take = (event: CustomEvent<GivenFile[]>): void => void this.bench.customImages.take(event.detail);
    return html`
      <drop-zone
        folders
        ?locked=${isLocked(this.state.run)}
        wanted=${msg("Drop a folder or a zip here, with PNG, JPEG, WebP, GIF or BMP images in a folder for each class; or arrays with labels: an npz, a pair of IDX files, a CSV of pixels.")}
        @files=${take}
      ></drop-zone>
      <div class="collect">
        ${
          this.collects
            ? html`<collect-photos .bench=${this.bench}></collect-photos>`
            : button(msg("Collect photos, class by class"), { onPress: () => void this.#collect(true) })
        }
      </div>
      ${failureNote(this.failure)} ${readingText(this.state)} ${refusalAlert(this.bench)}
    `;
  }

  /** @param isPressed whether a person asked for it just now */
  async #collect(isPressed: boolean): Promise<void> {
    this.failure = await loadPart(() => import("./photos/collect-photos.js"));
    this.collects = this.failure === undefined;
    if (!this.collects || !isPressed) return;
    // The button that was pressed is gone.
    await this.updateComplete;
    const collector = this.renderRoot.querySelector<CollectPhotos>("collect-photos");
    await collector?.updateComplete;
    collector?.renderRoot.querySelector<HTMLElement>("#name")?.focus({ preventScroll: true });
  }
}
