import { decimalSign } from "../../format.js";
import type { Field } from "../../module.js";
import { msg } from "../../words/msg.js";

/** In these fields 0 means all that there are, and is called so. */
const ALL: readonly string[] = ["subset", "test"];

/** A value as its text field shows it: a number with the decimal sign of the language, and what is none as it was typed. */
export function shownIn(kind: Field["kind"], value: string, key = ""): string {
  if (value === "0" && ALL.includes(key)) return msg("all");
  return kind.type === "number" && !kind.integer && /^-?\d+\.\d+(e[-+]?\d+)?$/i.test(value)
    ? value.replace(".", decimalSign())
    : value;
}

/** What a person entered, as a link has it: many keyboards have a comma for the decimal point, and people group digits. */
export function entered(kind: Field["kind"], text: string, key = ""): string {
  const trimmed = text.trim();
  if (ALL.includes(key) && ["all", msg("all")].includes(trimmed.toLowerCase())) return "0";
  if (kind.type === "numberList") return trimmed.replaceAll(/\s*[,;]\s*|\s+/g, ",");
  if (kind.type !== "number") return trimmed;
  const dense = trimmed.replaceAll(/(?<=\d)[\s'’](?=\d{3}(?!\d))/g, "");
  // In whole numbers either sign groups digits.
  if (kind.integer) return /^\d{1,3}([,.])\d{3}(\1\d{3})*$/.test(dense) ? dense.replaceAll(/[,.]/g, "") : dense;
  // Where there are both, the last one is the decimal sign.
  if (/^-?\d{1,3}(,\d{3})*\.\d+$/.test(dense)) return dense.replaceAll(",", "");
  if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(dense)) return dense.replaceAll(".", "").replace(",", ".");
  if (!/^-?\d*,\d+(e[-+]?\d+)?$/i.test(dense)) return dense;
  const point = dense.replace(",", ".");
  // "1,250" is two numbers where a comma groups digits. Where only one of them is allowed, that is meant.
  const grouped = Number(dense.replace(",", ""));
  const isGrouped = decimalSign() !== "," && /^[1-9]\d{0,2},\d{3}$/.test(dense) && grouped <= kind.max;
  return isGrouped ? dense : point;
}
