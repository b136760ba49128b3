import { html, nothing } from "lit";

/** Why something that was asked for is not here, in its place; nothing where it is. */
export function failureNote(message: string | undefined) {
  return message === undefined ? nothing : html`<p class="failure" role="alert">${message}</p>`;
}
