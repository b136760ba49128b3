import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import { choiceLabel } from "../fields.js";
import { shared } from "../styles/shared.js";
import { count, megabytes, timeLeft, wholePercent } from "../format.js";
import { button } from "../ui/button.js";
import { BenchElement } from "./bench-element.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

/** The progress of a download: which file, from where, how much of it, and the time left. */
@customElement("data-progress")
export class DataProgressBar extends BenchElement {
  static override styles = [
    shared,
    css`
      .item {
        display: grid;
        gap: 0.4rem;
        margin-top: var(--gap);
        padding: 0.75rem 1rem;
        border: 1px solid var(--line);
        border-left: 4px solid var(--flame);
        border-radius: var(--radius-small);
        background: var(--paper);
      }
    `,
  ];

  override render() {
    const { data, recipe } = this.state;
    const { fetching } = data;
    if (!fetching) return this.#download();
    const { name, file, split, from, loaded, total, secondsLeft, waiting } = fetching;
    const title = choiceLabel(recipe.fields, "data", name) || name;
    const share = total > 0 ? loaded / total : 0;
    const source = from === "storage" ? msg("this browser's storage") : from;
    const loadedText =
      total > 0
        ? msg("{loaded} of {total}, {share}", {
            loaded: megabytes(loaded),
            total: megabytes(total),
            share: wholePercent(share),
          })
        : megabytes(loaded);
    const values = { title, file, source };
    const text = secondsLeft !== undefined && share < 1 ? `${loadedText}, ${timeLeft(secondsLeft)}` : loadedText;
    return html`
      <div class="item">
        <p>
          ${
            split === "test"
              ? msg("Fetching {title}, to score with: {file} from {source}", values)
              : msg("Fetching {title}: {file} from {source}", values)
          }
        </p>
        ${
          total > 0
            ? html`<progress aria-label=${msg("Fetching the data")} max="1" .value=${share}></progress>`
            : html`<progress aria-label=${msg("Fetching the data")}></progress>`
        }
        <p class="soft">${text}</p>
        ${waiting ? html`<p role="status" aria-label=${msg("Waiting for the network")}>${translated(`${waiting[0]?.toUpperCase()}${waiting.slice(1)}.`)}</p>` : nothing}
      </div>
    `;
  }

  /** Other servers are asked when a person wants it, and they are named before. */
  #download() {
    const { data, run, engine } = this.state;
    const { download } = data;
    if (!download || run.phase !== "ready") return nothing;
    const { title, hosts, bytes } = download;
    const isGpu = engine.engine?.kind === "gpu";
    const [first = "", ...others] = hosts;
    const from = others.length > 0 ? msg("{host} (or {others})", { host: first, others: others.join(", ") }) : first;
    const values = { title, size: `${count(bytes / 1e6)} MB`, hosts: from };
    const text = isGpu
      ? msg(
          "{title}: {size} from {hosts}, unless this browser or this site has it already. Train gets it. It learns your address, and nothing that you do here.",
          values,
        )
      : msg(
          "{title}: {size} from {hosts}. Nothing is asked of it before you press Train or get the images here. It learns your address, and nothing that you do here.",
          values,
        );
    return html`
      <div class="item" role="group" aria-label=${msg("Images that are not here")}>
        <p>${text}</p>
        ${isGpu ? nothing : button(msg("Get the images"), { onPress: () => this.bench.getData() })}
      </div>
    `;
  }
}
