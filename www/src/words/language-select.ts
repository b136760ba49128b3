import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";

import { labels } from "../styles/forms.js";
import { shared } from "../styles/shared.js";
import { select } from "../ui/select.js";
import { SignalElement } from "../ui/signal-element.js";
import { languageNow } from "./catalogue.js";
import { chooseLanguage, LANGUAGES, nameOf } from "./language.js";
import { msg } from "./msg.js";

/** Said in that language itself. */
const READ_IN_ENGLISH = "English";

/** The page's language, to be chosen; a translation says that it is one. */
@customElement("language-select")
export class LanguageSelect extends SignalElement {
  static override styles = [
    shared,
    labels,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem 0.6rem;
        align-items: center;
      }

      select {
        width: auto;
      }

      p button {
        min-height: 0;
        padding: 0;
        border: 0;
        background: none;
        color: var(--flame-ink, inherit);
        font-size: inherit;
        text-decoration: underline;
      }
    `,
  ];

  override render() {
    const language = languageNow();
    return html`
      <label for="language">${msg("Language")}</label>
      ${select({
        id: "language",
        options: LANGUAGES.map((value) => ({ value, label: nameOf(value) })),
        value: language,
        onChange: (value) => void chooseLanguage(value),
      })}
      ${
        language === "en"
          ? nothing
          : html`<p class="soft">
              ${msg("This is a translation; the original is in English.")}
              <button type="button" lang="en" @click=${() => void chooseLanguage("en")}>${READ_IN_ENGLISH}</button>
            </p>`
      }
    `;
  }
}
