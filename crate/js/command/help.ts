// What the command says of itself: `--help`, for all of it or for one command.

import { COMMANDS, type Command, type CommandName } from "./commands.js";

const EXIT_STATUS = `The exit status is 0 where all went well and, of what was compared, nothing differs; 1 where something failed; 2 where the
command line is wrong; 130 after Ctrl-C.`;

/** All commands, a line each. */
export function usage(): string {
  const rows = Object.entries<Command>(COMMANDS).map(([name, { forms, summary }]): [string, string] => [
    `${name} ${forms[0]?.replace(" [options]", "").replace("[options]", "")}`.trimEnd(),
    summary,
  ]);
  const lines = columns([...rows, ["help <command>", "says what a command takes; so does <command> --help"]]);
  return `Usage: bunsen <command>\n\n${lines}\n\n${EXIT_STATUS}`;
}

/** What one command takes. */
export function helpOf(name: CommandName): string {
  const { forms, summary, notes, options }: Command = COMMANDS[name];
  const heads = forms.map((form, index) => `${index === 0 ? "Usage:" : "      "} bunsen ${name} ${form}`);
  const rows = Object.entries(options).map(([option, { value, help }]): [string, string] => [
    value === undefined ? `--${option}` : `--${option} <${value}>`,
    help,
  ]);
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  return [heads.join("\n"), [sentence, ...notes].join("\n"), columns(rows), EXIT_STATUS].join("\n\n");
}

function columns(rows: readonly [string, string][]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n");
}
