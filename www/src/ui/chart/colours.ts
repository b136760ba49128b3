/** The colours of the theme, as a canvas needs them. */
export interface Colours {
  ink: string;
  soft: string;
  line: string;
  edge: string;
  paper: string;
  flame: string;
  warm: string;
  faint: string;
  font: string;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  return {
    ink: token("--ink"),
    soft: token("--ink-soft"),
    line: token("--line"),
    edge: token("--edge"),
    paper: token("--paper"),
    flame: token("--flame"),
    warm: token("--warm"),
    faint: token("--flame-faint"),
    font: `${Math.round(size * 0.78)}px ${token("--font") || "sans-serif"}`,
  };
}
