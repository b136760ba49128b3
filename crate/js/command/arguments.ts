import { parseArgs } from "node:util";
import { BunsenError } from "../errors.js";

export interface CommandArguments {
  positionals: string[];
  /** Workers to compute with; as many as suit the machine where none are named. */
  workers: number | undefined;
  out: string | undefined;
  /** The folder, the zip or the file of arrays of a custom data set. */
  own: string | undefined;
  /** The checkpoint to go on from. */
  resume: string | undefined;
  /** The file of weights to start from. */
  weights: string | undefined;
}

/** Parses a command's arguments. @param supported the options that it has besides `--workers` */
export function parseArguments(
  args: string[],
  supported: ("out" | "own" | "resume" | "weights")[] = [],
): CommandArguments {
  const options = Object.fromEntries(["workers", ...supported].map((name) => [name, { type: "string" as const }]));
  const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
  const { workers, out, own, resume, weights } = values as Record<string, string | undefined>;
  return { positionals, workers: workers === undefined ? undefined : parseCount(workers), out, own, resume, weights };
}

function parseCount(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new BunsenError("run", `--workers ${text}: a whole number from 1 up is allowed.`);
}
