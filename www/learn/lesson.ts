/** A lesson as its author wrote it: front matter, and text with blocks. */
import { readBody, type Body, type Value } from "./body.js";
import { LessonError, refuse, type Place } from "./lesson-error.js";
import { assertHolds, filledText } from "./fill.js";
import type { Runs } from "./runs.js";

/** A work that the text cites as `[@key]` or `[@key, §4.1]`. */
export interface Source {
  key: string;
  /** As it stands in the text: "He et al. 2015". */
  short: string;
  /** Authors, title, year. */
  full: string;
  address: string;
}

export interface Lesson {
  /** Its folder: "resnet". */
  slug: string;
  /** "learn/resnet/lesson.md". */
  file: string;
  title: string;
  /** What people say. */
  claim: string;
  /** A sentence for the table of contents, and for search engines. */
  summary: string;
  /** Where it stands among the lessons. */
  order: number;
  sources: readonly Source[];
  /** The lesson without its front matter, and the line before its first. */
  text: string;
  start: number;
  runs: Runs;
}

/** @param text of `lesson.md` */
export function readLesson(text: string, slug: string, runs: Runs): Lesson {
  const file = `learn/${slug}/lesson.md`;
  const [, front, rest] =
    /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ??
    refuse({ file, line: 1 }, "It does not begin with its front matter, between two lines of “---”.");
  const body = readBody(
    front!,
    { title: "one", claim: "one", summary: "one", order: "one", source: "many", holds: "many" },
    "the front matter",
    { file, line: 1 },
  );
  const sources = body.all("source").map(sourceOf);
  const twice = sources.find(({ key }, at) => sources.findIndex((one) => one.key === key) < at);
  if (twice) throw new LessonError(file, null, `There are two sources “${twice.key}”.`);
  for (const line of body.all("holds")) assertHolds(line.text, runs, line);
  return {
    ...{ slug, file, sources, runs },
    title: filledText(body.one("title"), runs),
    claim: filledText(body.one("claim"), runs),
    summary: filledText(body.one("summary"), runs),
    order: orderOf(body),
    text: rest!,
    start: front!.split("\n").length + 2,
  };
}

function orderOf(body: Body): number {
  const value = body.one("order");
  if (!/^[1-9]\d?$/.test(value.text)) refuse(value, `“${value.text}” is no number of a lesson.`);
  return Number(value.text);
}

/** `key; short; full; address`. */
function sourceOf(value: Value): Source {
  const parts = value.text.split(";").map((part) => part.trim());
  const [key = "", short = "", full = "", address = ""] = parts;
  if (parts.length !== 4 || !/^[a-z0-9-]+$/.test(key) || short === "" || full === "")
    refuse(value, "A source is “key; short; in full; https://…”.");
  if (!/^https:\/\/[^\s"<>]+$/.test(address)) refuse(value, `“${address}” is no address that begins with https://.`);
  return { key, short, full, address };
}

/** Lines of a block that are no text to be read. */
const NOT_READ = /^(```\w*.*|(runs|train|draw|right|edit|show|alt|quantity):.*)$/gm;

/** Minutes to read it with its captions, questions and answers, at the pace of a text that has to be thought about; its runs apart. */
export function minutesToRead(text: string): number {
  const words = text.replace(NOT_READ, " ").split(/\s+/).length;
  return Math.max(1, Math.round(words / 180));
}

/** A place in the lesson's text. @param line of the text, from 0 */
export function placeIn({ file, start }: Pick<Lesson, "file" | "start">, line: number): Place {
  return { file, line: start + line + 1 };
}
