/** A word as a shell takes it: quoted where that is needed. */
export function shellWord(word: string): string {
  if (/^[\w./\\:=,+@%-]+$/.test(word)) return word;
  return process.platform === "win32" ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
