declare const BUNSEN_MODULE_FOLDER: string;

/** Where the module and the data sets lie that this page works with, as absolute addresses. */
export function siteFiles(): { module: string; data: string } {
  const { baseURI } = document;
  // All versions on a host have one folder of data sets.
  const isVersion = /\/v\/[^/]+\/[^/]*$/.test(new URL(baseURI).pathname);
  return {
    module: new URL(`${BUNSEN_MODULE_FOLDER}/index.js`, baseURI).href,
    data: new URL(isVersion ? "../../data/" : "data/", baseURI).href,
  };
}
