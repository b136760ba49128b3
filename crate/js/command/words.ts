import { parseArgs } from "node:util";
import { BunsenError } from "../errors.js";

export interface Words {
  /** What stands without a name. */
  given: string[];
  /** Workers to compute with; as many as suit the machine where none are named. */
  workers: number | undefined;
  out: string | undefined;
  /** The folder or zip of somebody's own images. */
  own: string | undefined;
}

/** Reads a command's words. @param known the options that it has besides `--workers` */
export function readWords(words: string[], known: ("out" | "own")[] = []): Words {
  const options = Object.fromEntries(["workers", ...known].map((name) => [name, { type: "string" as const }]));
  const { positionals, values } = parseArgs({ args: words, options, allowPositionals: true });
  const { workers, out, own } = values as { workers?: string; out?: string; own?: string };
  return { given: positionals, workers: workers === undefined ? undefined : count(workers), out, own };
}

function count(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new BunsenError("run", `--workers ${text}: a whole number from 1 up is allowed.`);
}

/** The recipe of a link, however much of an address it was copied with. */
export function linkOf(text: string): string {
  return text.replace(/^[^#]*#/, "");
}
