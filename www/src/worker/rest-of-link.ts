import { linkText } from "../../../crate/js/link-text.js";
import type { BunsenError, Lab } from "../module.js";
import { stackOf } from "../panels/stack/read-stack.js";
import type { Failure, RestOfLink } from "../protocol.js";
import type { Refusal } from "../state/run-state.js";

/** They promise something of the whole link. */
const OF_THE_WHOLE = ["check", "marks"];
/** The editor of layers shows them with what is wrong with them. */
const SHOWN_WHEN_WRONG = "layers";
/** Without them, what other fields may have is another network's, or of other data. */
const DECIDES_OTHERS = ["model", "data"];

/** What there is of a link that was refused. */
export interface Sorted {
  /** Null where the link has nothing wrong with one of its values, or cannot do without. */
  rest: RestOfLink | null;
  /** The values that are wrong by themselves, each with why. */
  refusals: Refusal[];
}

/** Tells what is allowed of a link from what is not. */
export function sortLink(lab: Lab, link: string): Sorted {
  const rest = new URLSearchParams(link.replace(/^[#?]+/, ""));
  for (const key of OF_THE_WHOLE) rest.delete(key);
  const refused: Record<string, string> = {};
  const refusals: Refusal[] = [];
  for (;;) {
    try {
      const text = linkText(rest);
      return { rest: { parsed: lab.parse(text), description: lab.describe(text), refused }, refusals };
    } catch (thrown) {
      const { key, message, allowed } = Object(thrown) as Partial<BunsenError>;
      if (key === undefined || key === SHOWN_WHEN_WRONG || !rest.has(key)) return { rest: null, refusals };
      const isByItself = allowed !== undefined && !DECIDES_OTHERS.some((decides) => decides in refused);
      if (isByItself) refusals.push({ key, message: message ?? "", allowed });
      refused[key] = rest.get(key) ?? "";
      rest.delete(key);
    }
  }
}

/** The event of a link that is refused. */
export function refusedEvent(lab: Lab, id: number, link: string, { key, ...failure }: Failure) {
  const sorted = sortLink(lab, link);
  const refusal = refusalOfLink({ ...failure, key: key ?? null }, sorted);
  return { type: "refused", id, refusal, rest: sorted.rest, stack: stackOf(lab, link) } as const;
}

/** Why a link is refused, with the other values of it that are wrong. */
export function refusalOfLink({ key, message, allowed }: Refusal, { refusals }: Sorted): Refusal {
  const others = refusals.filter((other) => other.key !== key);
  return { key, message, allowed, ...(others.length > 0 && { others }) };
}
