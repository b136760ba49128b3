/** A Markdown table, padded so that it reads well in a terminal too. The first column is text, the others numbers. */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => [...row[column]].length)));
  const pad = (text, column) => {
    const space = " ".repeat(widths[column] - [...text].length);
    return column === 0 ? text + space : space + text;
  };
  const line = (row) => `| ${row.map(pad).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join("\n");
}

/** Three significant digits at least, no exponent: 0.0123, 4.56, 78.9, 1,234. */
export function number(value) {
  if (value === undefined || value === null || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (size >= 10) return value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  return value.toPrecision(3);
}

export const percent = (part) => `${(100 * part).toFixed(2)} %`;

export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
