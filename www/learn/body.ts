/**
 * The body of a block and of a lesson's front matter: `key: value` on a line each. A value goes on in lines that are indented. It is read strictly, so that
 * what an author wrote is what is shown, or the build says why not.
 */
import { refuse, type Place } from "./lesson-error.js";

/** Which keys there are. */
export type Keys = Readonly<Record<string, "one" | "maybe" | "many">>;

/** A value, and where it stands. */
export interface Value extends Place {
  text: string;
}

/** What was read: the values of each key, in their order. */
export class Body {
  constructor(
    readonly place: Place,
    readonly values: ReadonlyMap<string, readonly Value[]>,
  ) {}

  all(key: string): readonly Value[] {
    return this.values.get(key) ?? [];
  }

  maybe(key: string): Value | undefined {
    return this.all(key)[0];
  }

  one(key: string): Value {
    return this.maybe(key) ?? refuse(this.place, `“${key}” is missing.`);
  }

  text(key: string): string {
    return this.one(key).text;
  }
}

/**
 * @param text of the body
 * @param what it is the body of: "a question"
 * @param place of what stands before its first line
 */
export function readBody(text: string, keys: Keys, what: string, place: Place): Body {
  const values = new Map<string, Value[]>();
  let last: Value | undefined;
  text.split("\n").forEach((written, at) => {
    const here = { file: place.file, line: place.line + 1 + at };
    if (written.trim() === "") return;
    if (/^\s/.test(written)) {
      if (!last) refuse(here, "This line is indented, and there is no value before it that it could go on.");
      last.text = `${last.text} ${written.trim()}`.trim();
      return;
    }
    const [, key = "", value = ""] =
      /^([a-z]+):(?:\s+(.*))?$/.exec(written) ?? refuse(here, `“${written}” is no “key: value”.`);
    const kind = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (!kind) refuse(here, `${what} has no “${key}”: there are ${Object.keys(keys).join(", ")}.`);
    const before = values.get(key) ?? [];
    if (before.length > 0 && kind !== "many") refuse(here, `“${key}” stands here a second time.`);
    last = { ...here, text: value.trim() };
    values.set(key, [...before, last]);
  });
  for (const [key, found] of values)
    for (const value of found) if (value.text === "") refuse(value, `“${key}” has no value.`);
  for (const [key, kind] of Object.entries(keys))
    if (kind === "one" && !values.has(key)) refuse(place, `${what} needs “${key}”.`);
  return new Body(place, values);
}

/** The parts of a list with commas. */
export function listOf({ text, file, line }: Value): string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.includes("")) refuse({ file, line }, `“${text}” has an empty part.`);
  return parts;
}
