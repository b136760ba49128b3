declare global {
  /** Whether the site has another build of this page by now: see public/boundary.js, which has to know it without anything else. */
  // oxlint-disable-next-line no-var
  var isBunsenOutdated: (() => Promise<boolean>) | undefined;
}

const NEW_VERSION =
  "There is a new version of Bunsen, so that files of this page are gone. Load the page again: its address keeps the recipe.";

/** Why a part of the page could not be loaded: the sentence, or that the site has another build by now. */
export async function whyNotLoaded(sentence: string): Promise<string> {
  const isOutdated = await globalThis.isBunsenOutdated?.();
  return isOutdated ? NEW_VERSION : sentence;
}
