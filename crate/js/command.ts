#!/usr/bin/env node
// The command: trains a link or many under Node with the very module that pages use, replays checked links and run files, answers images, lists named recipes, and serves the site.

import { readFileSync } from "node:fs";
import { asksForHelp, UsageError } from "./command/arguments.js";
import { check } from "./command/check.js";
import { code } from "./command/code.js";
import { isCommand, type CommandName } from "./command/commands.js";
import { helpOf, usage } from "./command/help.js";
import { watchInterruptions } from "./command/interruption.js";
import { predict } from "./command/predict.js";
import { recipes } from "./command/recipes.js";
import { serve } from "./command/serve.js";
import { sweep } from "./command/sweep.js";
import { train } from "./command/train.js";
import { messageOf } from "./errors.js";
import { printable } from "./printable.js";

const RUN: Record<CommandName, (args: string[]) => Promise<number>> = {
  train,
  check,
  sweep,
  predict,
  code,
  recipes,
  serve,
};

/** Does what the arguments say. Gives the exit status. @throws UsageError */
async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) throw new UsageError(usage());
  if (name === "--version" || name === "-v") return say(`bunsen ${version()}`);
  if (name === "--help" || name === "-h" || (name === "help" && args.length === 0)) return say(usage());
  const asked = name === "help" ? (args[0] ?? "") : name;
  if (!isCommand(asked)) {
    const kind = asked.startsWith("-") ? "option" : "command";
    throw new UsageError(`There is no ${kind} "${printable(asked)}".`);
  }
  if (name === "help" || asksForHelp(args)) return say(helpOf(asked));
  return RUN[asked](args);
}

function say(text: string): 0 {
  console.log(text);
  return 0;
}

function version(): string {
  const file = readFileSync(new URL("package.json", import.meta.url), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}

function statusOf(thrown: unknown): number {
  console.error(messageOf(thrown));
  if (!(thrown instanceof UsageError)) return 1;
  // The usage itself needs no pointer to it.
  if (process.argv.length > 2) console.error(`See: bunsen ${thrown.command ? `${thrown.command} ` : ""}--help`);
  return 2;
}

watchInterruptions();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  process.exitCode = statusOf(thrown);
}
