import { html, type TemplateResult } from "lit";

import { languageNow } from "./catalogue.js";
import { found } from "./translated.js";

/** A text of the module, where an element may stand: one without translation says that it is English. */
export function translatedPart(english: string): string | TemplateResult {
  const text = found(english);
  if (text !== undefined || languageNow() === "en" || english === "") return text ?? english;
  return html`<span lang="en">${english}</span>`;
}
