import { DIGEST_KEY, isCustom } from "../custom-dataset-keys.js";
import { BunsenError, messageOf } from "../errors.js";
import type { Lab } from "../api.js";
import { linkText } from "../link-text.js";
import { openFolderOrZip } from "../node.js";

/** Reads the custom data set of that folder, zip or file of arrays. Gives the link: one that names no data set yet names this one. */
export async function withCustomDataset(lab: Lab, link: string, path: string | undefined): Promise<string> {
  if (path === undefined) return link;
  const { values } = lab.parse(link);
  if (!isCustom(values)) {
    throw new BunsenError("recipe", "--own names images for a link with data=own, and this link has other data.");
  }
  const files = await openFolderOrZip(path).catch((thrown: unknown) => {
    throw new BunsenError("data", `${path} cannot be read (${messageOf(thrown)}).`);
  });
  const dataset = await lab.customDataset(files, { link });
  for (const notice of dataset.notices) console.error(notice);
  if (values[DIGEST_KEY]) return link;
  const complete = new URLSearchParams(link);
  for (const [key, value] of new URLSearchParams(dataset.link)) complete.set(key, value);
  return linkText(complete);
}
