/** The texts of a page's own HTML, which no element draws: those of elements with `data-text` follow the language, and so does the title. */
import { effect } from "@preact/signals-core";

import { translated } from "./translated.js";

export function translatePage(): void {
  const texts = [...document.querySelectorAll("[data-text], title")].map(
    (element) => [element, tidy(element)] as const,
  );
  effect(() => {
    for (const [element, english] of texts) element.textContent = translated(english);
  });
}

function tidy({ textContent }: Element): string {
  return (textContent ?? "").replace(/\s+/g, " ").trim();
}
