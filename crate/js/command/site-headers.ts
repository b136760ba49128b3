/**
 * The headers of all files of the site, wherever it is served: pages of other origins, also those that ask for isolation, may frame it and import
 * from it. See docs/hosting.md.
 */
export const SITE_HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "X-Content-Type-Options": "nosniff",
};
