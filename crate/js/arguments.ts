// What callers give is checked before it goes into the module: a value of another type than a function expects would be read as
// an address in the module's memory, and end the instance.

import { BunsenError, type ErrorKind } from "./errors.js";

/** The largest index and count that the module takes: it counts in 32 bits. */
const MAX_WHOLE = 2 ** 32 - 1;

/** A value in a sentence, whatever it is. */
function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case "object":
      return value === null ? "null" : `an object (${tagOf(value)})`;
    case "function":
      return "a function";
    default:
      return String(value);
  }
}

/** What the language itself calls an object, also one of another page's or of Node's: "Uint8Array". */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/** @param what what it is for the function: "a link" */
export function requireText(value: unknown, what: string, kind: ErrorKind = "run"): string {
  if (typeof value === "string") return value;
  throw new BunsenError(kind, `${shown(value)} was given where ${what} is expected: a text.`);
}

/** @param what what they are for the function: "a checkpoint" */
export function requireBytes(value: unknown, what: string, kind: ErrorKind = "run"): Uint8Array {
  if (tagOf(value) === "Uint8Array") return value as Uint8Array;
  throw new BunsenError(kind, `${shown(value)} was given where ${what} is expected: its bytes, a Uint8Array.`);
}

/** Numbers: a Float32Array, or any list of numbers, which is copied into one. */
export function requireFloats(value: unknown, what: string): Float32Array {
  if (tagOf(value) === "Float32Array") return value as Float32Array;
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && tagOf(value) !== "DataView");
  const numbers = isList ? Array.from(value as ArrayLike<unknown>) : undefined;
  if (numbers?.every((number) => typeof number === "number")) return Float32Array.from(numbers as number[]);
  throw new BunsenError("run", `${shown(value)} was given where ${what} are expected: numbers, a Float32Array.`);
}

/** @param what what it is for the function: "what is told of notices" */
export function requireFunction<T>(value: T, what: string, kind: ErrorKind = "run"): T {
  if (typeof value === "function") return value;
  throw new BunsenError(kind, `${shown(value)} was given where ${what} is expected: a function.`);
}

/** A whole number from `least` up. */
export function requireWhole(
  value: unknown,
  what: string,
  least = 0,
  most = MAX_WHOLE,
  kind: ErrorKind = "run",
): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new BunsenError(kind, `${shown(value)} is no ${what}: give a whole number from ${least} to ${most}.`);
}

/** A list of whole numbers from 0. */
export function requireIndices(value: unknown, what: string): Uint32Array {
  if (tagOf(value) === "Uint32Array") return value as Uint32Array;
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && tagOf(value) !== "DataView");
  if (!isList) throw new BunsenError("run", `${shown(value)} was given where ${what} are expected: a Uint32Array.`);
  return Uint32Array.from(Array.from(value as ArrayLike<unknown>), (index) =>
    requireWhole(index, `one of the ${what}`),
  );
}

/** The name of a split. */
export function requireSplit(value: unknown): "train" | "test" {
  if (value === "train" || value === "test") return value;
  throw new BunsenError("run", `${shown(value)} is no split: choose "train" or "test".`);
}
