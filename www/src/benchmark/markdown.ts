/**
 * A Markdown table, padded so that it reads well in a terminal too. The first column is text, the others are numbers.
 */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => String(cell).replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => Array.from(row[column] ?? "").length)));
  const padded = (text: string, column: number): string => {
    const space = " ".repeat(Math.max(0, (widths[column] ?? 0) - Array.from(text).length));
    return column === 0 ? text + space : space + text;
  };
  const line = (row: string[]): string => `| ${row.map(padded).join(" | ")} |`;
  const rules = widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`));
  const [first = [], ...others] = cells;
  return [line(first), `|${rules.join("|")}|`, ...others.map(line)].join("\n");
}

/** Three significant digits at least, no exponent: 0.0123, 4.56, 78.9, 1,234. What is no number is a dash. */
export function number(value: number | null | undefined): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (size >= 10) return value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  return value.toPrecision(3);
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
