import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { customElement, query, state as internal } from "lit/decorators.js";

import { BenchElement } from "../../../app/bench-element.js";
import { save } from "../../../bench/files.js";
import { count } from "../../../format.js";
import { isLocked } from "../../../state/run-state.js";
import { alerts } from "../../../styles/alerts.js";
import { shared } from "../../../styles/shared.js";
import { button } from "../../../ui/button.js";
import { loadPart } from "../../../ui/load-part.js";
import { msg, plural } from "../../../words/msg.js";
import "./class-camera.js";
import "./photo-thumbnail.js";
import {
  addClass,
  addPhotos,
  filesOf,
  missingOf,
  NO_PHOTOS,
  numberOf,
  removeClass,
  removePhoto,
  renameClass,
  type PhotoClass,
  type Photos,
} from "./photos.js";
import { layout } from "./styles.js";

/** Of this list a telephone makes JPEG out of what it keeps in another form. */
const ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,image/bmp";

/** Photos from a camera or a gallery, class by class. What was collected stays for as long as the page is open. */
@customElement("collect-photos")
export class CollectPhotos extends BenchElement {
  static override styles = [shared, alerts, layout];

  @query("#name") private nameField!: HTMLInputElement;
  /** The class whose camera is open. */
  @internal() private camera: number | null = null;
  @internal() private error = "";

  get #photos(): Photos {
    return this.bench.customImages.photos.value ?? NO_PHOTOS;
  }

  override render() {
    const photos = this.#photos;
    return html`
      <form class="add" @submit=${this.#add}>
        <div>
          <label for="name">${msg("Name of the class")}</label>
          <input id="name" autocomplete="off" />
        </div>
        <button type="submit">${msg("Add a class")}</button>
      </form>
      ${this.error ? html`<div class="item bad" role="alert"><p>${this.error}</p></div>` : nothing}
      <ul class="classes" role="list" aria-label=${msg("Classes of your photos")}>
        ${repeat(
          photos.classes,
          ({ id }) => id,
          (one) => html`<li>${this.#class(one)}</li>`,
        )}
      </ul>
      ${photos.classes.length > 0 ? this.#uses(photos) : nothing}
    `;
  }

  #class(one: PhotoClass) {
    const { id, name, photos } = one;
    const rename = (event: Event): void => {
      const field = event.target as HTMLInputElement;
      if (!this.#take(renameClass(this.#photos, id, field.value))) field.value = name;
    };
    const close = (): void => {
      this.camera = null;
    };
    return html`
      <div class="head">
        <input aria-label=${msg("Name of class {class}", { class: name })} .value=${live(name)} @change=${rename} />
        <span class="soft">${plural(photos.length, "{count} photo", "{count} photos")}</span>
        ${button(msg("Remove"), { title: msg("Remove class {class}", { class: name }), onPress: () => this.#remove(id) })}
      </div>
      ${
        this.camera === id
          ? html`<class-camera
              name=${name}
              @photo=${(event: CustomEvent<File>) => this.#take(addPhotos(this.#photos, id, [event.detail]))}
              @closed=${close}
            ></class-camera>`
          : html`<div class="buttons">
              ${button(msg("Add photos of {class}", { class: name }), { onPress: () => this.#choose(id) })}
              ${button(msg("Camera"), { onPress: () => this.#openCamera(id) })}
              <input
                id=${`photos-${id}`}
                type="file"
                hidden
                multiple
                accept=${ACCEPTED}
                aria-label=${msg("Photos of {class}", { class: name })}
                @change=${(event: Event) => this.#chosen(id, event)}
              />
            </div>`
      }
      <ul class="photos" role="list" aria-label=${msg("The photos of {class}", { class: name })}>
        ${repeat(
          photos,
          (photo) => photo.id,
          (photo, at) => html`
            <li>
              <photo-thumbnail
                .file=${photo.file}
                label=${msg("{class}, photo {number}", { class: name, number: count(at + 1) })}
              ></photo-thumbnail>
              <button
                type="button"
                aria-label=${msg("Remove photo {number} of {class}", { class: name, number: count(at + 1) })}
                @click=${() => this.#take(removePhoto(this.#photos, photo.id))}
              >
                ×
              </button>
            </li>
          `,
        )}
      </ul>
    `;
  }

  #uses(photos: Photos) {
    const missing = missingOf(photos);
    const text =
      missing ||
      msg("{classes} classes, {number} photos.", {
        classes: count(photos.classes.length),
        number: count(numberOf(photos)),
      });
    return html`
      <p class="soft" role="status" aria-label=${msg("Your photos")}>${text}</p>
      <div class="buttons">
        ${button(msg("Use these photos"), {
          primary: true,
          enabled: missing === "" && !isLocked(this.state.run),
          onPress: () => void this.bench.customImages.take(filesOf(photos), true),
        })}
        ${button(msg("Save as a zip"), { enabled: numberOf(photos) > 0, onPress: () => void this.#save(photos) })}
      </div>
    `;
  }

  readonly #add = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#take(addClass(this.#photos, this.nameField.value))) this.nameField.value = "";
    else this.nameField.focus();
  };

  #remove(id: number): void {
    if (this.camera === id) this.camera = null;
    this.#take(removeClass(this.#photos, id));
    this.nameField.focus();
  }

  #openCamera(id: number): void {
    this.camera = id;
  }

  #choose(id: number): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#photos-${id}`)?.click();
  }

  #chosen(id: number, event: Event): void {
    const input = event.currentTarget as HTMLInputElement;
    this.#take(addPhotos(this.#photos, id, Array.from(input.files ?? [])));
    // So that the same file can be chosen again.
    input.value = "";
  }

  /** Keeps what came of a change, or says why there is none. */
  #take(result: Photos | string): boolean {
    const isRefused = typeof result === "string";
    this.error = isRefused ? result : "";
    if (!isRefused) this.bench.customImages.photos.value = result;
    return !isRefused;
  }

  async #save(photos: Photos): Promise<void> {
    const failure = await loadPart(async () => {
      const { zipOf } = await import("./zip.js");
      save(await zipOf(filesOf(photos)), "photos.zip", "application/zip");
    });
    this.error = failure ?? "";
  }
}
