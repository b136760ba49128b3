/**
 * Numbers, dates and names as a person reads them, in the language of the page: the one place that writes any. What is not known, or is no
 * number, is a dash in every language.
 */
import { computed } from "@preact/signals-core";

import { loss as plainLoss, plainly, UNKNOWN, withMinus } from "../../crate/js/number-format.js";
import { languageNow, numbersNow } from "./words/catalogue.js";
import { msg, plural } from "./words/msg.js";

export { UNKNOWN } from "../../crate/js/number-format.js";

const whole = computed(() => new Intl.NumberFormat(numbersNow(), { maximumFractionDigits: 0 }));
const point = computed(() => decimalOf(numbersNow()));
const ago = computed(() => new Intl.RelativeTimeFormat(languageNow()));

function decimalOf(language: string): string {
  return new Intl.NumberFormat(language).formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".";
}

/** What stands before the decimals of a number: a point or a comma. */
export function decimalSign(): string {
  return point.value;
}

/** What was written with a point. */
const withPoint = (text: string): string => text.replace(".", point.value);

export function count(value: number): string {
  return Number.isFinite(value) ? withMinus(whole.value.format(value)) : UNKNOWN;
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
  if (!Number.isFinite(difference)) return UNKNOWN;
  return msg("{number} points", { number: percent(Math.abs(difference)).replace(/ %$/, "") });
}

/** A mean of shares and how far they spread: "58.0 ± 1.2 %". */
export function spreadPercent(mean: number, spread: number): string {
  return `${percent(mean).replace(/ %$/, "")} ± ${percent(spread)}`;
}

function percentTo(digits: number, share: number): string {
  return Number.isFinite(share) ? `${fixed(digits, 100 * share)} %` : UNKNOWN;
}

/** Three significant digits: enough to read off a chart. */
export function significant(value: number): string {
  return roundedTo(3, value);
}

/** The same with so many significant digits. */
export function roundedTo(digits: number, value: number): string {
  const text = plainly(value, () => significantTo(digits, value));
  // By itself only the language's own way of writing knows its decimal sign.
  return text.includes("e") ? withPoint(text) : text;
}

/** A number as programs print one whose digits nobody would count: "1.5e-5". */
export function exponential(digits: number, value: number): string {
  return withPoint(Number(value.toPrecision(digits)).toExponential());
}

export function significantTo(maximumSignificantDigits: number, value: number): string {
  return value.toLocaleString(numbersNow(), { maximumSignificantDigits });
}

/** The same with its sign, as the ends of a scale have it. */
export function signed(value: number): string {
  return signedTo(3, value);
}

export function signedTo(digits: number, value: number): string {
  const text = roundedTo(digits, value);
  return value > 0 && value < Infinity ? `+${text}` : text;
}

export function megabytes(bytes: number): string {
  return `${fixed(1, bytes / 1e6)} MB`;
}

export function speed(imagesPerSecond: number): string {
  if (!Number.isFinite(imagesPerSecond)) return UNKNOWN;
  const rounded = imagesPerSecond >= 100 ? Math.round(imagesPerSecond / 10) * 10 : imagesPerSecond;
  return imagesPerSecond < 10 ? fixed(1, imagesPerSecond) : count(rounded);
}

/** With so many digits behind the point. */
export function fixed(digits: number, value: number): string {
  return Number.isFinite(value) ? withPoint(withMinus(value.toFixed(digits))) : UNKNOWN;
}

/** A value of a setting with all of its digits: "0.006", "20". */
export function plainNumber(value: number): string {
  return withMinus(value.toLocaleString(numbersNow(), { maximumFractionDigits: 9 }));
}

/** A value as a link has it, in every language: no exponent, no grouped digits. */
export function asInLink(value: number, maximumSignificantDigits = 4): string {
  return value.toLocaleString("en", { maximumSignificantDigits, useGrouping: false });
}

/** A day, as the language writes it. */
export function day(date: Date): string {
  return new Intl.DateTimeFormat(numbersNow(), { dateStyle: "long" }).format(date);
}

/** How long ago something was. */
export function timeAgo(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return msg("less than a minute ago");
  if (seconds < 3_600) return ago.value.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return ago.value.format(-Math.floor(seconds / 3_600), "hour");
  return ago.value.format(-Math.floor(seconds / 86_400), "day");
}

/** How long something that was measured will take. */
export function measuredDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return msg("unknown");
  if (seconds < 1) return msg("less than a second");
  if (seconds < 10) return `${fixed(1, seconds)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return minutes(Math.round(seconds / 60));
  return hours(seconds);
}

export function milliseconds(seconds: number): string {
  const value = 1_000 * seconds;
  if (!Number.isFinite(value)) return UNKNOWN;
  return `${value < 10 ? fixed(1, value) : count(value)} ms`;
}

/** How long something will take, no more exact than it is known. */
export function roughDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return msg("unknown");
  if (seconds < 5) return msg("a few seconds");
  if (seconds < 60) return msg("{number} seconds", { number: count(Math.round(seconds / 5) * 5) });
  if (seconds < 90) return msg("about a minute");
  if (seconds < 5400) return minutes(Math.round(seconds / 60));
  return hours(seconds);
}

function minutes(number: number): string {
  return plural(number, "{count} minute", "{count} minutes");
}

function hours(seconds: number): string {
  return msg("{number} hours", { number: fixed(1, seconds / 3_600) });
}

/** How long something is estimated to take, no more exact than an estimate is. */
export function aboutDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return msg("unknown");
  if (seconds < 5) return msg("a few seconds");
  if (seconds < 55) return about(`${5 * Math.round(seconds / 5)} s`);
  if (seconds < 90) return msg("about a minute");
  if (seconds < 600) return about(minutes(Math.round(seconds / 60)));
  if (seconds < 5_400) return about(minutes(5 * Math.round(seconds / 300)));
  return about(msg("{number} hours", { number: plainNumber(Math.round(seconds / 1_800) / 2) }));
}

function about(duration: string): string {
  return msg("about {duration}", { duration });
}

/** How long something is estimated to take at least and at most: "12 to 15 s", "2 to 3 minutes"; "about 12 s" where these are one. */
export function durationRange(least: number, most: number): string {
  if (!Number.isFinite(most)) return msg("unknown");
  const [unit, inWords, step] = UNITS.find(([unit]) => most < LARGEST * unit) ?? UNITS[UNITS.length - 1]!;
  const inUnit = (seconds: number): number => Math.max(step, step * Math.round(seconds / unit / step));
  const [low, high] = [inUnit(least), inUnit(most)];
  const duration = inWords(high);
  return low === high ? about(duration) : msg("{least} to {duration}", { least: plainNumber(low), duration });
}

/** Of so many the next unit is taken. */
const LARGEST = 99.5;
/** Seconds of a unit, so many of it in words, and the smallest part of it that an estimate tells. */
const UNITS: readonly (readonly [seconds: number, inWords: (number: number) => string, step: number])[] = [
  [1, (number) => `${plainNumber(number)} s`, 1],
  [60, (number) => (number === 1 ? minutes(1) : msg("{number} minutes", { number: plainNumber(number) })), 0.5],
  [3_600, (number) => (number === 1 ? msg("1 hour") : msg("{number} hours", { number: plainNumber(number) })), 0.5],
];

/** What a download still takes, estimated from its speed. */
export function timeLeft(seconds: number): string {
  if (seconds < 5) return msg("a few seconds left");
  if (seconds < 90) return msg("about {duration} left", { duration: `${5 * Math.round(seconds / 5)} s` });
  return msg("about {duration} left", { duration: measuredDuration(seconds) });
}

/** The name of a class, by its label; the label where the class has no name. */
export function className({ classes }: { classes: readonly string[] }, label: number): string {
  return classes[label] ?? String(label);
}
