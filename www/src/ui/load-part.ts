import { whyNotLoaded } from "../new-version.js";
import { msg } from "../words/msg.js";

/** Loads a part of the page that the first view does not need. Resolves with a sentence where it cannot be had. */
export async function loadPart(load: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await load();
    return undefined;
  } catch (thrown) {
    const why = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
    return whyNotLoaded(msg("This part of the page could not be loaded ({why}). Look at the connection.", { why }));
  }
}
