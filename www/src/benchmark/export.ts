import { describe } from "./machine.js";
import { table } from "./markdown.js";
import type { Report } from "./report.js";
import { tables, type Table } from "./tables.js";

/** The report as Markdown: the machine, the date, the versions, and every table with its notes. */
export function markdown(report: Report): string {
  const stopped = report.outcome === "stopped" ? ["- stopped before the end"] : [];
  const facts = [
    `- machine: ${describe(report.machine)}`,
    `- date: ${report.date}`,
    `- versions: ${versions(report)}`,
    ...stopped,
  ];
  const parts = [`# ${report.about}`, facts.join("\n"), ...tables(report).map(section)];
  return `${parts.join("\n\n")}\n`;
}

export function versions({ versions }: Report): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

function section({ caption, head, rows, notes }: Table): string {
  const lines = rows.map(({ name, detail, cells, failed }) => [
    detail ? `${name} (${detail})` : name,
    ...(failed === null ? cells : cells.map((_, index) => (index === 0 ? "failed" : "–"))),
  ]);
  const failures = rows.flatMap(({ name, failed }) => (failed === null ? [] : [`**${name} failed**: ${failed}`]));
  return [`## ${caption}`, table(head, lines), ...failures, ...notes].join("\n\n");
}

/** The report as it is saved. */
export function json(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
