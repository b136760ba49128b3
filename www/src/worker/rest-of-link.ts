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
      const parsed = lab.parse(rest.toString());
      return { parsed, description: lab.describe(rest.toString()), refused };
    } catch (thrown) {
      const { key } = Object(thrown) as { key?: string };
      if (key === undefined || key === SHOWN_WHEN_WRONG || !rest.has(key)) return null;
      refused[key] = rest.get(key) ?? "";
      rest.delete(key);
    }
  }
}
