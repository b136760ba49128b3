/**
 * Numbers and names as a person reads them. English on the site's own pages, so that a page and its screenshots say the same; an embed may
 * be told another language for its numbers. What is not known, or is no number, is a dash in each of them.
 */

import { loss as plainLoss, plainly, UNKNOWN, withMinus } from "../../crate/js/number-format.js";

export { UNKNOWN } from "../../crate/js/number-format.js";

let language = "en";
let whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
let point = ".";

/** From now on counts, shares, losses and the ends of scales are written as in that language. @param tag of BCP 47 */
export function writeNumbersIn(tag: string): void {
  // The digits stay those of the recipe's values, which stand beside them.
  language = new Intl.Locale(tag, { numberingSystem: "latn" }).toString();
  whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  point = new Intl.NumberFormat(language).formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".";
}

/** What was written with a point. */
const withPoint = (text: string): string => text.replace(".", point);

export function count(value: number): string {
  return Number.isFinite(value) ? withMinus(whole.format(value)) : UNKNOWN;
}

/** Enough digits to tell two losses apart, and no more. */
export function loss(value: number): string {
  return withPoint(plainLoss(value));
}

/** How far something is, never further than it is. */
export function wholePercent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

export function percent(share: number): string {
  return percentTo(1, share);
}

/** With two digits: of 10,000 images each counts. */
export function finePercent(share: number): string {
  return percentTo(2, share);
}

/** A difference of two shares, without its sign: "17.0 points". */
export function points(difference: number): string {
  return percent(Math.abs(difference)).replace(/ %$/, " points");
}

/** A mean of shares and how far they spread: "58.0 ± 1.2 %". */
export function spreadPercent(mean: number, spread: number): string {
  return `${percent(mean).replace(/ %$/, "")} ± ${percent(spread)}`;
}

function percentTo(digits: number, share: number): string {
  return Number.isFinite(share) ? `${withPoint(withMinus((100 * share).toFixed(digits)))} %` : UNKNOWN;
}

/** Three significant digits: enough to read off a chart. */
export function significant(value: number): string {
  return plainly(value, () => significantTo(3, value));
}

export function significantTo(maximumSignificantDigits: number, value: number): string {
  return value.toLocaleString(language, { maximumSignificantDigits });
}

/** The same with its sign, as the ends of a scale have it. */
export function signed(value: number): string {
  return value > 0 && value < Infinity ? `+${significant(value)}` : significant(value);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function speed(imagesPerSecond: number): string {
  if (!Number.isFinite(imagesPerSecond)) return UNKNOWN;
  const rounded = imagesPerSecond >= 100 ? Math.round(imagesPerSecond / 10) * 10 : imagesPerSecond;
  return imagesPerSecond < 10 ? imagesPerSecond.toFixed(1) : count(rounded);
}

/** How long ago something was. */
export function timeAgo(milliseconds: number): string {
  const words = new Intl.RelativeTimeFormat("en");
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return "less than a minute ago";
  if (seconds < 3_600) return words.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return words.format(-Math.floor(seconds / 3_600), "hour");
  return words.format(-Math.floor(seconds / 86_400), "day");
}

/** How long something that was measured will take. */
export function measuredDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown";
  if (seconds < 1) return "less than a second";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} minutes`;
  return `${(seconds / 3_600).toFixed(1)} hours`;
}

export function milliseconds(seconds: number): string {
  const value = 1_000 * seconds;
  if (!Number.isFinite(value)) return UNKNOWN;
  return `${value < 10 ? value.toFixed(1) : count(value)} ms`;
}

/** How long something will take, no more exact than it is known. */
export function roughDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown";
  if (seconds < 5) return "a few seconds";
  if (seconds < 60) return `${Math.round(seconds / 5) * 5} seconds`;
  if (seconds < 90) return "about a minute";
  if (seconds < 5400) return `${Math.round(seconds / 60)} minutes`;
  return `${(seconds / 3600).toFixed(1)} hours`;
}

/** How long something is estimated to take, no more exact than an estimate is. */
export function aboutDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown";
  if (seconds < 5) return "a few seconds";
  if (seconds < 55) return `about ${5 * Math.round(seconds / 5)} s`;
  if (seconds < 90) return "about a minute";
  if (seconds < 600) return `about ${Math.round(seconds / 60)} minutes`;
  if (seconds < 5_400) return `about ${5 * Math.round(seconds / 300)} minutes`;
  return `about ${(Math.round(seconds / 1_800) / 2).toLocaleString("en")} hours`;
}

/** How long something is estimated to take at least and at most: "12 to 15 s", "2 to 3 minutes"; "about 12 s" where these are one. */
export function durationRange(least: number, most: number): string {
  if (!Number.isFinite(most)) return "unknown";
  const [unit, name, step] = UNITS.find(([unit]) => most < LARGEST * unit) ?? UNITS[UNITS.length - 1]!;
  const inUnit = (seconds: number): number => Math.max(step, step * Math.round(seconds / unit / step));
  const [low, high] = [inUnit(least), inUnit(most)];
  const plural = name !== "s" && high !== 1 ? "s" : "";
  const text = (value: number): string => value.toLocaleString(language);
  return low === high ? `about ${text(high)} ${name}${plural}` : `${text(low)} to ${text(high)} ${name}${plural}`;
}

/** Of so many the next unit is taken. */
const LARGEST = 99.5;
/** Seconds of a unit, its name, and the smallest part of it that an estimate tells. */
const UNITS: readonly (readonly [seconds: number, name: string, step: number])[] = [
  [1, "s", 1],
  [60, "minute", 0.5],
  [3_600, "hour", 0.5],
];

/** What a download still takes, estimated from its speed. */
export function timeLeft(seconds: number): string {
  if (seconds < 5) return "a few seconds left";
  if (seconds < 90) return `about ${5 * Math.round(seconds / 5)} s left`;
  return `about ${measuredDuration(seconds)} left`;
}

/** The name of a class, by its label; the label where the class has no name. */
export function className({ classes }: { classes: readonly string[] }, label: number): string {
  return classes[label] ?? String(label);
}
