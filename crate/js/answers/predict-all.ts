// The answers to many images as one result, loaded when somebody asks for them.

import type { Answer, Answers, PredictAllOptions, UnreadFile } from "../answers-api.js";
import type { BytesLike, InputFile } from "../api.js";
import { shown } from "../arguments.js";
import { macrotask, throwIfAborted } from "../cancellation.js";
import { BunsenError } from "../errors.js";
import { printable } from "../printable.js";
import { eachAnswer, type AskedNetwork } from "./each-answer.js";
import { byDoubt } from "./order.js";

/** How long a part may take before events are let in, in milliseconds. */
const PART_MS = 30;

export async function predictAll(
  network: AskedNetwork,
  files: readonly InputFile[] | BytesLike,
  { signal, only, onProgress, onAnswer }: PredictAllOptions,
): Promise<Answers> {
  if (only !== undefined && !Array.isArray(only)) {
    throw new BunsenError("run", `only is a list of paths, not ${shown(only)}.`);
  }
  const collected = new CollectedAnswers(network.data.classes);
  let last = performance.now();
  for await (const next of eachAnswer(network, files, only, onProgress)) {
    if (next.type === "answer") {
      collected.answers.push(next.answer);
      onAnswer?.(next.answer, next.pixels);
    } else if (next.type === "unread") collected.unread.push(next.file);
    else collected.notices.push(next.notice);
    if (performance.now() - last < PART_MS) continue;
    await macrotask();
    throwIfAborted(signal);
    last = performance.now();
  }
  throwIfAborted(signal);
  return collected.finish();
}

/** What came so far. */
class CollectedAnswers {
  readonly answers: Answer[] = [];
  readonly unread: UnreadFile[] = [];
  readonly notices: string[] = [];

  constructor(readonly classes: readonly string[]) {}

  finish(): Answers {
    const { classes, answers, unread, notices } = this;
    if (answers.length === 0) throw new BunsenError("data", nothingToAnswer(unread));
    const labelled = answers.filter(({ label }) => label !== undefined).length;
    const right = answers.filter(({ correct }) => correct).length;
    return { classes, answers: answers.sort(byDoubt), unread, labelled, right, notices };
  }
}

/** Files that a sentence names before it counts the others. */
const NAMED = 5;

/** Why there is not one answer. */
export function nothingToAnswer(unread: readonly UnreadFile[]): string {
  if (unread.length === 0)
    return "There are no files in it: give images (PNG, JPEG or WebP), a folder or a zip of them.";
  return `There is no image to be answered in it. ${unreadInWords(unread)}`;
}

/** "2 files could not be read: a.png (it is empty), notes.txt (it is no image)." */
export function unreadInWords(unread: readonly UnreadFile[]): string {
  const named = unread.slice(0, NAMED).map(({ path, why }) => `${printable(path)} (${why})`);
  const more = unread.length - named.length;
  const files = unread.length === 1 ? "1 file" : `${unread.length.toLocaleString("en")} files`;
  return `${files} could not be read: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}
