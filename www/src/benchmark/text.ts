/** What anybody threw, as one sentence. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error && thrown.message ? thrown.message : String(thrown);
  const [line = ""] = text.split("\n");
  return line.replace(/[.\s]*$/, ".");
}

/** "1 thread", "4 threads". */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
