import { linkText } from "../../../crate/js/link-text.js";
import type { Lab } from "../module.js";
import type { RestOfLink } from "../protocol.js";

/** They promise something of the whole link. */
const OF_THE_WHOLE = ["check", "marks"];
/** The editor of layers shows them with what is wrong with them. */
const SHOWN_WHEN_WRONG = "layers";

/** Null where the link has nothing wrong with one of its values, or cannot do without. */
export function restOfLink(lab: Lab, link: string): RestOfLink | null {
  const rest = new URLSearchParams(link.replace(/^[#?]+/, ""));
  for (const key of OF_THE_WHOLE) rest.delete(key);
  const refused: Record<string, string> = {};
  for (;;) {
    try {
      const text = linkText(rest);
      return { parsed: lab.parse(text), description: lab.describe(text), refused };
    } catch (thrown) {
      const { key } = Object(thrown) as { key?: string };
      if (key === undefined || key === SHOWN_WHEN_WRONG || !rest.has(key)) return null;
      refused[key] = rest.get(key) ?? "";
      rest.delete(key);
    }
  }
}
