import { languageNow } from "./catalogue.js";

/** These write nouns with a capital letter everywhere. */
const CAPITAL_NOUNS: readonly string[] = ["de"];

/** A label as it stands within a sentence: "learning rate 0.02". */
export function withinSentence(label: string): string {
  return CAPITAL_NOUNS.includes(languageNow()) ? label : `${label.charAt(0).toLowerCase()}${label.slice(1)}`;
}
