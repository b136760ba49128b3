import { linkText } from "./link-text.js";

// What a link says of the weights that a run starts from, for the package and the page.

/** The key of their file's digest. */
export const INIT_KEY = "init";

/** The link of the same recipe, but that its run starts from that file: it promises nothing of a run that began otherwise. */
export function withInit(link: string, digest: string): string {
  const values = new URLSearchParams(link);
  for (const key of ["check", "marks"]) values.delete(key);
  values.set(INIT_KEY, digest);
  return linkText(values);
}
