declare global {
  /** A sentence where the site has another build of this page by now, else null: see public/boundary.js, which has to know it without anything else. */
  // oxlint-disable-next-line no-var
  var findNewVersion: (() => Promise<string | null>) | undefined;
}

/** Why a part of the page could not be loaded: the sentence, or that the site has another build by now. */
export async function whyNotLoaded(sentence: string): Promise<string> {
  return (await globalThis.findNewVersion?.()) ?? sentence;
}
