/** What an author pastes into another page: an embed as a frame, or as the element `<bunsen-lab>`. */

import { DEFAULT_LOOK, PARTS, type Look, type Part } from "./look.js";

/** What is chosen of a look, and what is trained. */
export interface Chosen {
  /** The address of the site's folder. */
  site: string;
  /** The recipe, as a link. */
  link: string;
  /** What the frame is called by, for those who hear the page. */
  title: string;
  show: ReadonlySet<Part>;
  edit: readonly string[];
  start: Look["start"];
  theme: Look["theme"];
  until: number | null;
}

/** The height of a frame with the embed's own parts alone. */
const OWN_HEIGHT = 360;
/** What each panel of the bench takes below them once a run has trained, in a column of 700 pixels, for the parts that it has. */
const PANELS: readonly { parts: readonly Part[]; height: number }[] = [
  { parts: ["workers"], height: 290 },
  { parts: ["controls"], height: 1_220 },
  { parts: ["pad"], height: 1_020 },
  { parts: ["filters", "maps", "attention"], height: 2_180 },
  { parts: ["mistakes", "confusion"], height: 1_740 },
  { parts: ["samples"], height: 1_400 },
  { parts: ["code"], height: 900 },
];

const OWN: readonly Part[] = ["curve", "accuracy", "verdict"];

export type Form = "frame" | "element";

/** HTML of it, in a form. */
export function snippet(form: Form, chosen: Chosen): string {
  return form === "frame" ? frame(chosen) : element(chosen);
}

/** The embed's own address. */
export function embedAddress({ site, link, ...chosen }: Chosen): string {
  // Values have neither spaces nor signs that mean something in a query, and stay as they are: some hosts escape a `%` once more.
  const query = [...lookOf(chosen)].map(([key, value]) => `${key}=${value}`).join("&");
  return `${site}embed.html${query && `?${query}`}#${link}`;
}

function frame(chosen: Chosen): string {
  return `<iframe
${attributes({
  src: embedAddress(chosen),
  title: chosen.title,
  width: "100%",
  height: String(heightOf(chosen)),
  loading: "lazy",
  style: "border: 0",
})}
></iframe>`;
}

function element(chosen: Chosen): string {
  const { site, link, title, start } = chosen;
  const look = Object.fromEntries(lookOf(chosen));
  return `<script type="module" src="${escaped(`${site}element.js`)}"></script>
<bunsen-lab
${attributes({
  src: site,
  recipe: link,
  ...look,
  // Who is to see it train has pressed nothing.
  ...(start === "visible" && { load: "near" }),
  ...(hasPanels(chosen) && { height: "auto" }),
})}
>
  <a href="${escaped(`${site}#${link}`)}">${escaped(title)}</a>
</bunsen-lab>`;
}

/** What is not so by default, in the order of the parameters. */
function* lookOf({ show, edit, start, theme, until }: Omit<Chosen, "site" | "link">): Generator<[string, string]> {
  const shown = PARTS.filter((part) => show.has(part));
  const isDefault = shown.length === DEFAULT_LOOK.show.size && shown.every((part) => DEFAULT_LOOK.show.has(part));
  if (!isDefault) yield ["show", shown.join(",")];
  if (edit.length > 0) yield ["edit", edit.join(",")];
  if (start !== DEFAULT_LOOK.start) yield ["start", start];
  if (theme !== DEFAULT_LOOK.theme) yield ["theme", theme];
  if (until !== null) yield ["until", String(until)];
}

const panelsOf = ({ show }: Pick<Chosen, "show">): Part[] => [...show].filter((part) => !OWN.includes(part));
/** What a frame takes that shows all of it. */
function heightOf({ show }: Pick<Chosen, "show">): number {
  const shown = PANELS.filter(({ parts }) => parts.some((part) => show.has(part)));
  return shown.reduce((sum, { height }) => sum + height, OWN_HEIGHT);
}

const hasPanels = (chosen: Pick<Chosen, "show">): boolean => panelsOf(chosen).length > 0;

function attributes(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `  ${name}="${escaped(value)}"`)
    .join("\n");
}

/** As text or an attribute's value in HTML. */
function escaped(text: string): string {
  const NAMES: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
  return text.replace(/[&<>"]/g, (sign) => `&${NAMES[sign]};`);
}
