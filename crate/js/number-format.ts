// Numbers as a person reads them, on the page and in what the command prints.

/** Stands for a number that is not known. */
export const UNKNOWN = "–";

/** Enough digits to tell two losses apart, and no more. */
export function loss(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : size >= 1e-3 || size === 0 ? 4 : 6;
  return plainly(value, () => value.toFixed(digits));
}

/** A number as `write` has it; one whose digits nobody would count as programs print it: "4.01e+28". */
export function plainly(value: number, write: () => string): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-4 && size < 1e6);
  return withMinus(isPlain ? write() : Number(value.toPrecision(3)).toExponential());
}

/** A number of bytes as people say it: "3.2 GB", "268 MB". */
export function sizeInWords(bytes: number): string {
  const [size, unit] = bytes >= 1e9 ? [bytes / 1e8, "GB"] : bytes >= 1e6 ? [bytes / 1e6, "MB"] : [bytes / 1e3, "KB"];
  return `${unit === "GB" ? (Math.floor(size) / 10).toFixed(1) : Math.floor(size)} ${unit}`;
}

/** A minus is as wide as a plus, which a hyphen is not. */
export function withMinus(text: string): string {
  return text.replace(/^-/, "−");
}
