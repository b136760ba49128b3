/** Light or dark: as the browser says, unless the page was told. */

export type Theme = "auto" | "light" | "dark";

const DARK = "(prefers-color-scheme: dark)";

/** Whether the page is dark. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === undefined ? matchMedia(DARK).matches : chosen === "dark";
}

/** Takes a theme whatever the browser says: style sheets have dark rules for that alone. */
export function chooseTheme(theme: Theme): void {
  if (theme === "auto") return;
  const root = document.documentElement;
  root.dataset["theme"] = theme;
  root.style.colorScheme = theme;
  for (const sheet of document.styleSheets) {
    for (const rule of rulesOf(sheet)) {
      if (rule instanceof CSSMediaRule && rule.media.mediaText === DARK)
        rule.media.mediaText = theme === "dark" ? "all" : "not all";
    }
  }
}

/** None where another origin's server does not allow them to be read. */
function rulesOf(sheet: CSSStyleSheet): readonly CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}
