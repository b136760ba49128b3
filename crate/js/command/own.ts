import { BunsenError, reasonOf } from "../errors.js";
import type { Lab } from "../lab.js";
import { readOwnFiles } from "../node.js";

/** The link, with somebody's own images of that folder or zip: one that names none yet names these. */
export async function withOwn(lab: Lab, link: string, path: string | undefined): Promise<string> {
  if (path === undefined) return link;
  const { values } = lab.parse(link);
  if (values["data"] !== "own") {
    throw new BunsenError("recipe", "--own names images for a link with data=own, and this link has other data.");
  }
  const files = await readOwnFiles(path).catch((thrown: unknown) => {
    throw new BunsenError("data", `${path} cannot be read (${reasonOf(thrown)}).`);
  });
  const own = await lab.ownData(files, { link });
  for (const notice of own.notices) console.error(notice);
  if (values["own"]) return link;
  const named = new URLSearchParams(link);
  for (const [key, value] of new URLSearchParams(own.link)) named.set(key, value);
  return named.toString();
}
