import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import type { Bench } from "../../bench/bench.js";
import { count, megabytes } from "../../format.js";
import type { GivenFile } from "../../protocol.js";
import type { AppState } from "../../state/app-state.js";
import { isLocked } from "../../state/run-state.js";
import { alerts } from "../../styles/alerts.js";
import { shared } from "../../styles/shared.js";
import "./drop-zone.js";
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
    </div>
  `;
}

/** Where a person gives their own images: in the place of the curves until there are some, then beside them. */
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
    `,
  ];

  override render() {
    const take = (event: CustomEvent<GivenFile[]>): void => void this.bench.customImages.take(event.detail);
    return html`
      <drop-zone
        folders
        ?locked=${isLocked(this.state.run)}
        wanted=${msg("Drop a folder or a zip here, with PNG, JPEG or WebP images in a folder for each class; or arrays with labels: an npz, a pair of IDX files, a CSV of pixels.")}
        @files=${take}
      ></drop-zone>
      ${readingText(this.state)} ${refusalAlert(this.bench)}
    `;
  }
}
