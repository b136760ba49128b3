// What other sites show where somebody shares the page: Open Graph.

import type { Plugin } from "vite";

/**
 * Makes the address of the picture whole: crawlers follow no relative one.
 *
 * @param folder of this version on its host
 * @param site where the host will be, with its path: `BUNSEN_SITE` in the environment of the build. Without it, the picture has the address
 * that it has beside the page, which some crawlers do not follow.
 */
export function socialPicture(folder: string, site: string | undefined): Plugin {
  return {
    name: "bunsen-social-picture",
    transformIndexHtml(html) {
      if (!site) return html;
      const picture = new URL(`${folder}og.png`, site.replace(/\/*$/, "/")).href;
      return html.replaceAll('content="./og.png"', `content="${picture}"`);
    },
  };
}
