/** Sentences one after another, of those that there are. */
export function sentences(...all: readonly string[]): string {
  return all.filter(Boolean).join(" ");
}
