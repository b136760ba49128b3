// What a page and the worker of its lab say to each other. What cannot be sent stays where it is: a signal, a function, a run.

import type { Lab, Model, Run } from "./api.js";
import { asBunsenError, BunsenError, type ErrorDetails, type ErrorKind } from "./errors.js";

/** The number of the lab; runs and models have those from 1. */
export const LAB = 0;

/** Where something stands among the values of a call: the index of the value, then names of properties. */
type Path = readonly (string | number)[];

/** A call as it is sent. */
export interface Call {
  type: "call";
  id: number;
  /** What is called: the lab, a run or a model. */
  target: number;
  method: string;
  values: unknown[];
  /** Where a signal stands. */
  signals: Path[];
  /** Where functions stand, and the number of each. */
  functions: [Path, number][];
}

export type LabRequest =
  | Call
  /** The signal of that call. */
  | { type: "abort"; id: number }
  /** What a function gave. */
  | { type: "answer"; id: number; value: unknown };

export type LabResponse =
  | { type: "result"; id: number; value: unknown; state: State }
  | { type: "error"; id: number; error: ErrorValue; state: State }
  /** Calls a function; `id` is of the answer, where one is waited for. */
  | { type: "function"; number: number; values: unknown[]; id: number | undefined }
  | { type: "workers"; state: State };

/** What of a lab, a run or a model is a property that changes. */
export interface State {
  engine?: Lab["engine"] | Run["engine"];
  notices?: Run["notices"];
}

/** What is said of a run or a model that the worker keeps. */
export interface Kept {
  target: number;
  /** What of it never changes. */
  properties: {
    plan?: Run["plan"] | undefined;
    data?: Run["data"] | undefined;
    classes?: Model["classes"] | undefined;
    input?: Model["input"] | undefined;
  };
  state: State;
}

/** A BunsenError as plain data. */
export interface ErrorValue extends ErrorDetails {
  kind: ErrorKind;
  message: string;
}

export function errorValueOf(thrown: unknown): ErrorValue {
  const { kind, message, key, allowed, code, step } = asBunsenError(thrown);
  return { kind, message, key, allowed, code, step };
}

/** @param cause what it came of, which stayed here */
export function errorOf({ kind, message, ...details }: ErrorValue, cause: unknown): BunsenError {
  return new BunsenError(kind, message, cause === undefined ? details : { ...details, cause });
}

/** The values of a call, without what cannot be sent. */
interface Sendable {
  values: unknown[];
  signals: [Path, AbortSignal][];
  functions: [Path, (...values: unknown[]) => unknown][];
}

/** How deep a signal or a function may stand: `openLab({ data: { onProgress } })`. */
const DEPTH = 3;

/** Takes out of the values of a call what cannot be sent. Addresses become texts. */
export function separate(values: readonly unknown[]): Sendable {
  const found: Sendable = { values: [], signals: [], functions: [] };
  const take = (value: unknown, path: Path): unknown => {
    if (value instanceof AbortSignal) {
      found.signals.push([path, value]);
      return undefined;
    }
    if (typeof value === "function") {
      found.functions.push([path, value as (...values: unknown[]) => unknown]);
      return undefined;
    }
    if (value instanceof URL || value instanceof URLSearchParams) return String(value);
    if (path.length >= DEPTH || !isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, take(inner, [...path, name])]));
  };
  found.values = values.map((value, index) => take(value, [index]));
  return found;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Puts something where it stood among the values of a call. */
export function putBack(values: unknown[], path: Path, value: unknown): void {
  const parents = path.slice(0, -1);
  const last = path.at(-1);
  const holder = parents.reduce<unknown>((object, name) => Object(object)[name], values);
  if (last !== undefined) (holder as Record<string | number, unknown>)[last] = value;
}

/** Buffers that are smaller are copied as fast as they are handed over. */
const LARGE = 1 << 16;

/** The large buffers of a result, to be handed over instead of copied. */
export function largeBuffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.buffer.byteLength >= LARGE) found.add(value.buffer);
  } else if (value instanceof Map || Array.isArray(value)) {
    for (const inner of value.values()) largeBuffersOf(inner, found);
  } else if (isPlainObject(value)) {
    for (const inner of Object.values(value)) largeBuffersOf(inner, found);
  }
  return found;
}
