import { Curves } from "../state/curves.js";
import type { RunFile } from "../module.js";

/** A run as it is written: its run file as it is, and what that file does not hold. */
export interface RunRecord {
  id: string;
  name: string;
  pinned: boolean;
  /** When it was last trained, or came into the list: milliseconds since 1970. */
  when: number;
  /** Every key of its recipe. */
  values: Record<string, string>;
  /** Null where neither its plan nor its recipe tells. */
  stepsPerEpoch: number | null;
  /** The share of each training batch that was right; null where nobody kept it: a run file does not. */
  accuracy: Float32Array<ArrayBuffer> | null;
  /** The run file. */
  text: string;
  /** Whether all that is known of it is a file from elsewhere: its scores, engine, seconds and data title, that file says. */
  isFromFile: boolean;
  /** Its name among the autosaved checkpoints; null where it has none there. */
  autosave: string | null;
  /** Its letter, colour and dashes follow from it: it keeps them for as long as it is in the list. From 0. */
  slot: number;
}

/** A run of the list, ready to be drawn. */
export interface StoredRun extends RunRecord {
  link: string;
  check: string;
  /** Of the whole run: its curves are shorter where it was stopped. */
  steps: number;
  engine: string;
  data: string;
  /** Of all its images: others are other images. */
  dataDigest: string;
  /** Seconds of training; null where none were timed. */
  seconds: number | null;
  secondsPerStep: number | null;
  scores: RunFile["scores"];
  curves: Curves;
  bytes: number;
}

/** What a run file says, as far as it is needed here. The module has read it strictly before. */
interface FileText {
  link: string;
  check: string;
  steps: number;
  engine: { label: string };
  data: { title: string; digest: string };
  trace: string;
  scores: RunFile["scores"];
  timings: { seconds: number; steps: number };
}

/** Throws where the text is no run file. */
export function readRecord(record: RunRecord): StoredRun {
  const file = JSON.parse(record.text) as FileText;
  const losses = floatsOf(file.trace);
  const { seconds, steps: timed } = file.timings;
  const secondsPerStep = timed > 0 ? seconds / timed : null;
  return {
    ...record,
    link: file.link,
    check: file.check,
    steps: file.steps,
    engine: file.engine.label,
    data: file.data.title,
    dataDigest: file.data.digest,
    seconds: secondsPerStep === null ? null : secondsPerStep * losses.length,
    secondsPerStep,
    scores: file.scores,
    curves: Curves.of({ losses, scores: file.scores }, record.accuracy ?? undefined),
    bytes: record.text.length + 2 * (record.accuracy?.byteLength ?? 0),
  };
}

/** The version of how a run is written. A page of an earlier one leaves the files of later ones alone. */
const VERSION = 1;

/** A file that a later version of the page wrote. */
export class NewerVersion extends Error {}

/** What a file holds. */
interface PackedRecord extends Omit<RunRecord, "accuracy" | "isFromFile"> {
  version: number;
  accuracy: string | null;
}

/** How it is written into a file. That it was trained here, a seal says (`sealed-record.ts`). */
export function packRecord(record: RunRecord): Uint8Array {
  const { id, name, pinned, when, values, stepsPerEpoch, text, autosave, slot } = record;
  const accuracy = record.accuracy && base64Of(record.accuracy);
  const rest = { id, name, pinned, when, values, stepsPerEpoch, text, autosave, slot };
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, ...rest, accuracy } satisfies PackedRecord));
}

/**
 * Throws where the bytes are nothing that `packRecord` made; a `NewerVersion` where a later one did.
 * @param isSealed whether this browser wrote them of a run that was trained here
 */
export function unpackRecord(bytes: Uint8Array, isSealed: boolean): StoredRun {
  const packed: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const { version, ...record } = assertPacked(packed);
  const accuracy = record.accuracy === null ? null : floatsOf(record.accuracy);
  return readRecord({ ...record, accuracy, isFromFile: !isSealed });
}

/** What each property has to be. The compiler asks for all of them. */
const SOUND: { [K in keyof PackedRecord]: (value: unknown) => boolean } = {
  version: (value) => value === VERSION,
  id: isText,
  name: isText,
  pinned: (value) => typeof value === "boolean",
  when: Number.isFinite,
  values: (value) => typeof value === "object" && value !== null && Object.values(value).every(isText),
  stepsPerEpoch: (value) => value === null || Number.isFinite(value),
  accuracy: isTextOrNull,
  text: isText,
  autosave: isTextOrNull,
  slot: (value) => Number.isInteger(value) && Number(value) >= 0,
};

function assertPacked(packed: unknown): PackedRecord {
  const record = Object(packed) as Record<string, unknown>;
  if (Number(record["version"]) > VERSION) throw new NewerVersion();
  const isSound = Object.entries(SOUND).every(([key, sound]) => sound(record[key]));
  if (!isSound) throw new Error("It is no run of the list.");
  return record as unknown as PackedRecord;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value);
}

/** Steps an epoch, as far as the recipe alone tells. */
export function stepsPerEpochOf(values: Record<string, string>, steps: number): number | null {
  const number = (key: string): number => Number(values[key] ?? 0);
  if (number("steps") === 0) return number("epochs") > 0 ? steps / number("epochs") : null;
  const examples = number("subset") - number("val");
  const whole = number("batch") > 0 ? Math.floor(examples / number("batch")) : 0;
  return whole > 0 ? whole : null;
}

function floatsOf(base64: string): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer);
}

function base64Of(floats: Float32Array): string {
  const bytes = new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
