import { css, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { customElement } from "lit/decorators.js";

import { failureOf, isLocked } from "../../state/run-state.js";
import { choiceLabel, choicesOf, fieldOf } from "../../fields.js";
import { drawnData } from "../../../../crate/js/drawn-data.js";
import type { AddedFiles } from "../../module.js";
import type { GivenFile, CustomDatasetInfo } from "../../protocol.js";
import { alerts } from "../../styles/alerts.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { failureNote } from "../../ui/failure-note.js";
import { pixelImage } from "../../ui/pixel-image.js";
import { select } from "../../ui/select.js";
import { count, megabytes } from "../../format.js";
import { BenchElement } from "../../app/bench-element.js";
import { shapeOf } from "./dataset-classes.js";
import "./drop-zone.js";
import { decodingOffer, readingText, refusalAlert } from "./give-images.js";
import { areAskedFor } from "./missing.js";
import { msg, plural, rich } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** A person's own images, or the files of a data set that they have: given, read, shown, stored and removed. */
@customElement("custom-images-panel")
export class CustomImagesPanel extends BenchElement {
  static override styles = [
    shared,
    alerts,
    labels,
    css`
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        margin-top: 0.6rem;
      }

      .choices div {
        flex: 1 1 8rem;
      }

      .keep {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 2.5rem;
        font-weight: inherit;
      }

      .fits {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem 1rem;
        margin: 0.5rem 0;
        padding: 0;
        list-style: none;
      }

      .fits li {
        display: flex;
        gap: 0.2rem;
        align-items: center;
        font-size: 0.8125rem;
      }

      .fits pixel-image {
        width: 2rem;
        border-radius: 2px;
        overflow: hidden;
      }

      .summary {
        margin: 0.75rem 0 0.25rem;
      }

      drop-zone {
        margin-bottom: 0.6rem;
      }

      .notices {
        margin: 0.5rem 0;
        padding-left: 1.1rem;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    const { run, recipe } = this.state;
    const { parsed, draft, fields } = recipe;
    const data = draft["data"] ?? parsed?.values["data"];
    const locked = isLocked(run);
    const take = (event: CustomEvent<GivenFile[]>): void => void this.bench.customImages.take(event.detail);
    if (data === "own") {
      return html`
        <p class="soft">
          ${rich(
            "Images from your computer, in a folder for each class or in arrays with labels. {never}: this page reads them, makes them small and trains on them, and sends them nowhere.",
            { never: html`<strong>${msg("They never leave this computer")}</strong>` },
          )}
        </p>
        <div class="choices">
          ${this.#choice("size", msg("Made into"))} ${this.#choice("channels", msg("Channels"))}
          ${this.#choice("fit", msg("If not square"))}
          ${this.#mayChooseFolder ? this.#choice("folder", msg("Class folder")) : nothing}
        </div>
        ${this.#fits()} ${areAskedFor(this.state) ? nothing : html`<give-images .bench=${this.bench}></give-images>`}
        ${this.#failed()} ${this.#summary()} ${this.#stored()}
      `;
    }
    const title = choiceLabel(fields, "data", data ?? "");
    // A link names their contents, for no digest of them is known.
    const isGiven = fieldOf(fields, data ?? "")?.kind.type === "digest";
    const help = choicesOf(fieldOf(fields, "data")).find(({ value }) => value === data)?.help;
    return html`
      ${
        data === undefined || drawnData(data)
          ? nothing
          : html`
              <details ?open=${failureOf(run)?.kind === "data" || this.state.data.download !== null}>
                <summary>${msg("Use files from this computer")}</summary>
                <p class="soft">
                  ${isGiven ? help : nothing}
                  ${
                    data?.startsWith("cifar")
                      ? msg(
                          "The original files of {title}, packed or not, or the archive as it is (binary or Python version).",
                          { title },
                        )
                      : msg("The original files of {title}, packed or not.", { title })
                  }
                  ${isGiven ? msg("They are checked and kept in this browser.") : msg("They are verified and kept in this browser.")}
                </p>
                <drop-zone
                  ?locked=${locked}
                  wanted=${msg("Drop the files of {title} here.", { title })}
                  @files=${take}
                ></drop-zone>
              </details>
            `
      }
      ${readingText(this.state)} ${refusalAlert(this.bench)} ${this.#failed()} ${this.#knownFiles()}
    `;
  }

  #failed() {
    const { readFiles, storeDataset, removeStoredDatasets } = this.state.requests.failed;
    return [readFiles, storeDataset, removeStoredDatasets].map(failureNote);
  }

  #choice(key: "size" | "channels" | "fit" | "folder", label: string) {
    const { fields, parsed, draft } = this.state.recipe;
    return html`
      <div>
        <label for=${key}>${label}</label>
        ${select({
          id: key,
          options: choicesOf(fieldOf(fields, key)),
          value: draft[key] ?? parsed?.values[key] ?? "",
          disabled: isLocked(this.state.run),
          onChange: (value) => this.bench.customImages.reshape(key, value),
        })}
      </div>
    `;
  }

  /** Whether other folders would be other classes, or were chosen. */
  get #mayChooseFolder(): boolean {
    const { parsed, draft } = this.state.recipe;
    return this.#named?.foldersDiffer === true || (draft["folder"] ?? parsed?.values["folder"] ?? "auto") !== "auto";
  }

  /** What the choice is between, in pictures that are no squares. */
  #fits() {
    const dataset = this.#named;
    if (!dataset?.fitSamples.length) return nothing;
    const shape = shapeOf(dataset);
    return html`<ul class="fits" aria-label=${msg("If not square")}>
      ${choicesOf(fieldOf(this.state.recipe.fields, "fit")).map(({ label }, fit, { length }) => {
        const samples = dataset.fitSamples.filter((_, at) => at % length === fit);
        return html`<li>
          <span class="soft">${label}</span>
          ${samples.map((pixels, index) => pixelImage(msg("{class}, image {number}", { class: label, number: count(index + 1) }), pixels, shape))}
        </li>`;
      })}
    </ul>`;
  }

  #knownFiles() {
    const { knownFiles } = this.state.customDataset;
    const text = knownFiles ? knownFilesText(knownFiles) : "";
    return html`<p class=${text ? "summary" : "heard"} role="status" aria-label=${msg("Files of the data set")}>
      ${text}
    </p>`;
  }

  /** The images that are here, where the recipe names them. */
  get #named(): CustomDatasetInfo | null {
    const { dataset } = this.state.customDataset;
    return dataset && dataset.digest === this.state.recipe.parsed?.values["own"] ? dataset : null;
  }

  #summary() {
    const dataset = this.#named;
    const text = dataset ? sizeText(dataset) : "";
    return html`
      <p class=${text ? "summary" : "heard"} role="status" aria-label=${msg("Your images")}>${text}</p>
      ${dataset ? this.#contents(dataset) : nothing}
    `;
  }

  #contents(dataset: CustomDatasetInfo) {
    const { notices, split } = dataset;
    const { values, defaults } = this.state.recipe.parsed ?? {};
    const [batch, usual] = [Number(values?.["batch"]), Number(defaults?.["batch"])];
    const isReduced = split && batch < usual && usual > split.train;
    return html`
      ${
        isReduced
          ? html`<p class="soft">
              ${msg(
                "A batch has {batch} images here: the network's usual {usual} are more than there are to train on.",
                {
                  batch: count(batch),
                  usual: count(usual),
                },
              )}
            </p>`
          : nothing
      }
      ${
        notices.length > 0
          ? html`<ul class="notices soft" aria-label=${msg("What was left out")}>
              ${notices.map((notice) => html`<li>${translated(notice)}</li>`)}
            </ul>`
          : nothing
      }
      ${dataset.shownByBrowsers > 0 && !isLocked(this.state.run) ? decodingOffer(this.bench) : nothing}
      <dataset-classes .info=${dataset}></dataset-classes>
    `;
  }

  #stored() {
    const { stored, storing } = this.state.customDataset;
    const { datasets, notice } = stored;
    const dataset = this.#named;
    const isStored = storing ?? datasets.some(({ digest }) => digest === dataset?.digest);
    const others = datasets.filter(({ digest }) => digest !== dataset?.digest);
    const bytes = others.reduce((sum, other) => sum + other.bytes, 0);
    const change = (event: Event): void =>
      void this.bench.customImages.store((event.target as HTMLInputElement).checked);
    return html`
      ${
        dataset
          ? html`<label class="keep"
              ><input
                type="checkbox"
                .checked=${live(isStored)}
                @change=${change}
              />${msg("Keep in this browser")}</label
            >`
          : nothing
      }
      ${notice ? html`<div class="item bad" role="alert"><p>${translated(notice)}</p></div>` : nothing}
      ${
        others.length > 0
          ? html`
              <p class="soft">
                ${plural(
                  others.length,
                  "This browser keeps other images of yours ({size}).",
                  "This browser keeps {count} other sets of images of yours ({size}).",
                  { size: megabytes(bytes) },
                )}
                <button type="button" @click=${() => void this.bench.customImages.removeStored()}>
                  ${msg("Forget all kept images")}
                </button>
              </p>
            `
          : nothing
      }
    `;
  }
}

function sizeText({ classes, images, split }: CustomDatasetInfo): string {
  const values = { classes: count(classes.length), images: count(images) };
  if (!split) return msg("{classes} classes, {images} images.", values);
  return msg("{classes} classes, {images} images: {train} to train on, {test} to test with.", {
    ...values,
    train: count(split.train),
    test: count(split.test),
  });
}

function knownFilesText({ title, files, missing, verified }: AddedFiles): string {
  const values = { title, files: files.join(", "), missing: missing.join(", ") };
  if (missing.length > 0) {
    return verified
      ? msg("{title}: {files} verified and kept in this browser; {missing} still missing.", values)
      : msg("{title}: {files} checked and kept in this browser; {missing} still missing.", values);
  }
  return verified
    ? msg("{title}: all files are verified and kept in this browser.", { title })
    : msg(
        "{title}: all files are kept in this browser. They are not verified: no digest that is stated of the originals is theirs. The link carries the digest of what was read.",
        { title },
      );
}
