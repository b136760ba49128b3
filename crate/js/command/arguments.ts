// A command's arguments, read and checked before anything is begun.

import { parseArgs } from "node:util";
import { printable } from "../printable.js";
import { COMMANDS, type Command, type CommandName } from "./commands.js";

/** A command line that is wrong: its exit status is 2, and its help is named. */
export class UsageError extends Error {
  readonly command: CommandName | undefined;

  constructor(message: string, command?: CommandName) {
    super(message);
    this.command = command;
  }
}

/** A text for each option that has a value, and whether those without one were given. */
export type Options<Name extends CommandName> = {
  readonly [
    Key in keyof (typeof COMMANDS)[Name]["options"]
  ]: "value" extends keyof (typeof COMMANDS)[Name]["options"][Key] ? string | undefined : boolean;
};

export interface CommandArguments<Name extends CommandName> {
  readonly positionals: readonly string[];
  readonly options: Options<Name>;
}

/** Reads a command's arguments. @throws UsageError */
export function parseArguments<Name extends CommandName>(name: Name, args: readonly string[]): CommandArguments<Name> {
  const known: Command["options"] = COMMANDS[name].options;
  const aliases = new Map(Object.entries(known).map(([option, { alias }]) => [alias, option]));
  const types = Object.entries(known).flatMap(([option, { value, alias = option }]) =>
    [option, alias].map((each) => [each, { type: value === undefined ? "boolean" : "string" } as const]),
  );
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string | true>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const full = aliases.get(token.name) ?? token.name;
    const option = Object.hasOwn(known, full) ? known[full] : undefined;
    if (!option || token.rawName !== `--${token.name}`) {
      throw new UsageError(`${name} has no option "${printable(token.rawName)}".`, name);
    }
    if (given.has(full)) throw new UsageError(`--${full} is given twice: give it once.`, name);
    given.set(full, valueOf(name, token, option.value !== undefined));
  }
  const options = Object.entries(known).map(([option, { value }]) => [
    option,
    value === undefined ? given.has(option) : given.get(option),
  ]);
  return { positionals, options: Object.fromEntries(options) as Options<Name> };
}

function valueOf(
  command: CommandName,
  { name, value, inlineValue }: { name: string; value?: string | undefined; inlineValue?: boolean | undefined },
  takesValue: boolean,
): string | true {
  if (!takesValue) {
    if (value === undefined) return true;
    throw new UsageError(`--${name} takes no value.`, command);
  }
  // What follows may be the next option; a value that looks like one is given as `--out=-x`.
  if (value && (inlineValue || !value.startsWith("-"))) return value;
  throw new UsageError(`--${name} lacks its value.`, command);
}

/** Whether the arguments ask for help, before a `--`. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).some((arg) => arg === "--help" || arg === "-h");
}

/** What computes, as the options say it. @throws UsageError */
export function engineOf(
  command: CommandName,
  { engine = "cpu", workers }: { readonly engine: string | undefined; readonly workers: string | undefined },
): { engine: "cpu" | "gpu"; workers: number | undefined } {
  if (engine !== "cpu" && engine !== "gpu") {
    throw new UsageError(`--engine ${printable(engine)}: choose cpu or gpu.`, command);
  }
  if (workers === undefined) return { engine, workers };
  if (engine === "gpu") throw new UsageError("--workers is for the CPU engine: leave it out.", command);
  return { engine, workers: countOf(command, "workers", workers) };
}

/** The number of an option that counts something. @throws UsageError */
export function countOf(command: CommandName, option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new UsageError(`--${option} ${printable(text)}: a whole number from 1 up is allowed.`, command);
}
