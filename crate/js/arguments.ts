// What callers give is checked before it goes into the module: a value of another type than a function expects would be read as
// an address in the module's memory, and end the instance.

import type { Score } from "./cpu/bunsen.js";
import { BunsenError, type ErrorKind } from "./errors.js";

/** The largest index and count that the module takes: it counts in 32 bits. */
const MAX_WHOLE = 2 ** 32 - 1;

/** The most characters of a text: more than the longest run file has. */
const MAX_CHARACTERS = 2 ** 26;
/** The most bytes of a file, and the most numbers of a list: more than the largest network that fits the module's memory takes. */
const MAX_BYTES = 2 ** 30;
const MAX_NUMBERS = 2 ** 26;

/** The most scores: more than a run file that is read can hold. */
const MAX_SCORES = 2 ** 20;
/** What a run file has of a score. */
const OF_SCORE = ["step", "loss", "accuracy", "examples"] as const;

/** A value in a sentence, whatever it is. */
export function shown(value: unknown): string {
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

/** What an object says that it is: "Date". One that throws when it is asked is an "Object". */
function tagOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value).slice("[object ".length, -1);
  } catch {
    return "Object";
  }
}

/** The language's own getters of typed arrays: no property of a value forges what they say, and they know those of another page too. */
const TYPED_ARRAY = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array);

function ask(value: unknown, property: typeof Symbol.toStringTag | "buffer" | "byteOffset" | "length"): unknown {
  const { get } = TYPED_ARRAY[property];
  return get && Reflect.apply(get, value, []);
}

/** A typed array of that kind, without properties of its own; undefined for any other value. */
function viewOf<T>(
  value: unknown,
  View: new (buffer: ArrayBuffer, offset: number, length: number) => T,
): T | undefined {
  if (ask(value, Symbol.toStringTag) !== View.name) return undefined;
  const length = ask(value, "length") as number;
  // The memory of an empty one may be gone.
  if (length === 0) return new View(new ArrayBuffer(0), 0, 0);
  return new View(ask(value, "buffer") as ArrayBuffer, ask(value, "byteOffset") as number, length);
}

/** The values of any list, which are copied; undefined for what is no list. */
function listOf(value: unknown, what: string, most: number): unknown[] | undefined {
  if (!Array.isArray(value) && ask(value, Symbol.toStringTag) === undefined) return undefined;
  const list = value as ArrayLike<unknown>;
  const { length } = list;
  requireAtMost(length, "run", what, "values", most);
  return Array.from({ length }, (_, index) => list[index]);
}

/** Refuses what is too large for the module: it would be copied there, and end the instance. */
function requireAtMost(length: number, kind: ErrorKind, what: string, unit: string, most: number): void {
  if (length <= most) return;
  const [found, allowed] = [length, most].map((count) => count.toLocaleString("en"));
  throw new BunsenError(kind, `${found} ${unit} were given where ${what} is expected: at most ${allowed} are taken.`);
}

/** @param what what it is for the function: "a link" */
export function requireText(value: unknown, what: string, kind: ErrorKind = "run"): string {
  if (typeof value !== "string") {
    throw new BunsenError(kind, `${shown(value)} was given where ${what} is expected: a text.`);
  }
  requireAtMost(value.length, kind, what, "characters", MAX_CHARACTERS);
  return value;
}

/** @param what what they are for the function: "a checkpoint" */
export function requireBytes(value: unknown, what: string, kind: ErrorKind = "run", most = MAX_BYTES): Uint8Array {
  const bytes = viewOf(value, Uint8Array);
  if (!bytes) {
    throw new BunsenError(kind, `${shown(value)} was given where ${what} is expected: its bytes, a Uint8Array.`);
  }
  requireAtMost(bytes.length, kind, what, "bytes", most);
  return bytes;
}

/**
 * Numbers: a Float32Array, or any list of numbers, which is copied into one.
 * @param what what they are for the function: "a list of pixels"
 */
export function requireFloats(value: unknown, what: string, most = MAX_NUMBERS): Float32Array {
  const floats = viewOf(value, Float32Array);
  if (floats) {
    requireAtMost(floats.length, "run", what, "values", most);
    return floats;
  }
  const numbers = listOf(value, what, most);
  if (numbers?.every((number) => typeof number === "number")) return Float32Array.from(numbers as number[]);
  throw new BunsenError("run", `${shown(value)} was given where ${what} is expected: numbers, a Float32Array.`);
}

/** @param what what it says for the function: "whether the checkpoint was computed here" */
export function requireBoolean(value: unknown, what: string): boolean {
  if (typeof value === "boolean") return value;
  throw new BunsenError("run", `${shown(value)} was given where it is to be said ${what}: true or false.`);
}

/** @param what what it is for the function: "what is told of notices" */
export function requireFunction<T>(value: T, what: string, kind: ErrorKind = "run"): T {
  if (typeof value === "function") return value;
  throw new BunsenError(kind, `${shown(value)} was given where ${what} is expected: a function.`);
}

/**
 * Refuses options that there are not: one that is misspelt would be ignored in silence.
 * @param what what takes them: "lab.start"
 * @param known all that it takes, by their names
 */
export function requireOptions(
  value: unknown,
  what: string,
  known: Readonly<Record<string, true>>,
  kind: ErrorKind,
): void {
  if (value === undefined || value === null) return;
  if (typeof value !== "object") {
    throw new BunsenError(kind, `${shown(value)} was given where the options of ${what} are expected: an object.`);
  }
  const names = Object.keys(known);
  for (const name of Object.keys(value)) {
    if (names.includes(name)) continue;
    throw new BunsenError(kind, `${what} has no option ${shown(name)}: there is ${names.join(", ")}.`);
  }
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
  throw new BunsenError(
    kind,
    `${shown(value)} is no ${what}: give a whole number from ${least} ${most === Infinity ? "up" : `to ${most}`}.`,
  );
}

/** A list of whole numbers from 0. */
export function requireIndices(value: unknown, what: string, most: number): Uint32Array {
  const indices = viewOf(value, Uint32Array);
  if (indices) {
    requireAtMost(indices.length, "run", `a list of ${what}`, "values", most);
    return indices;
  }
  const list = listOf(value, `a list of ${what}`, most);
  if (!list) throw new BunsenError("run", `${shown(value)} was given where ${what} are expected: a Uint32Array.`);
  return Uint32Array.from(list, (index) => requireWhole(index, `one of the ${what}`));
}

/**
 * Scores, as a run file has them. They are read here: what throws while the module reads it would leave its promise open for ever.
 */
export function requireScores(value: unknown): Pick<Score, (typeof OF_SCORE)[number]>[] {
  const scores = listOf(value, "a list of scores", MAX_SCORES);
  if (!scores) throw new BunsenError("run", `${shown(value)} was given where a list of scores is expected.`);
  return scores.map((score) => {
    const read = OF_SCORE.map((name) => [name, (score as Score | null | undefined)?.[name]] as const);
    const wrong = read.find(([, number]) => typeof number !== "number");
    if (wrong) throw new BunsenError("run", `These are no scores (the ${wrong[0]} of one is ${shown(wrong[1])}).`);
    return Object.fromEntries(read) as Pick<Score, (typeof OF_SCORE)[number]>;
  });
}

/** The name of a split. */
export function requireSplit(value: unknown): "train" | "test" {
  if (value === "train" || value === "test") return value;
  throw new BunsenError("run", `${shown(value)} is no split: choose "train" or "test".`);
}
