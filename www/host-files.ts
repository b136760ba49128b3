// What lies around the versions of the site on its host: pages that lead to the newest one, headers, the page for what is not there.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";
import { SITE_HEADERS } from "../crate/js/command/site-headers.ts";

const PAGES = ["index.html", "embed.html", "bench.html"];

/** What never changes under its address. */
const FOR_EVER = { "Cache-Control": "public, max-age=31536000, immutable" };

/** `_headers`, as Netlify and Cloudflare Pages read it. @param version whose files have it */
function headersFile(version: string, moduleFolder: string): string {
  const rules: Record<string, Readonly<Record<string, string>>> = {
    "/*": SITE_HEADERS,
    "/v/:version/assets/*": FOR_EVER,
    [`/v/${version}/${moduleFolder}/*`]: FOR_EVER,
  };
  const lines = Object.entries(rules).flatMap(([path, headers]) => [
    path,
    ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`),
  ]);
  return `${lines.join("\n")}\n`;
}

/**
 * Leads to the same page in another folder, with what stands behind it in the address.
 *
 * @param head more of the page's head
 * @param up the way to the folder with the script
 */
const redirect = (to: string, head: string, up = "./"): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Bunsen: train vision networks in the browser</title>
${head}    <script src="${up}redirect.js" data-to="${to}"></script>
  </head>
  <body>
    <p>Bunsen is at <a href="${to}">${to}</a>.</p>
  </body>
</html>
`;

const REDIRECT = `// Goes to the same page of the version that this one stands for, with the same query and recipe.
(function () {
  "use strict";
  var page = location.pathname.replace(/^.*\\//, "");
  location.replace(document.currentScript.getAttribute("data-to") + page + location.search + location.hash);
})();
`;

/** What a host shows where there is nothing. Some programs escape the # of a link: then the address before it is meant. */
const MISSING = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Not found: Bunsen</title>
    <script>
      var parts = (location.pathname + location.search).split(/%23/);
      if (parts.length > 1) location.replace(parts[0] + "#" + parts.slice(1).join("#"));
    </script>
  </head>
  <body>
    <p>There is no such page. If it was a version of Bunsen, it is not on this host.</p>
  </body>
</html>
`;

/**
 * Writes them beside the versions.
 *
 * @param dist the folder for the host
 * @param version of the site that is built
 * @param moduleFolder of that version
 * @param lessons the folders of the lessons' pages: "learn", "learn/resnet"
 */
export function hostFiles(
  dist: string,
  version: string,
  moduleFolder: () => string,
  lessons: readonly string[],
): Plugin {
  let social = "";
  return {
    name: "bunsen-host-files",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      // A crawler runs no script: what the bench says of itself, the page before it says, too.
      handler(html, { path }) {
        if (path === "/index.html")
          social = (html.match(/^ *<meta (property="og|name="(twitter|description)).*?>\n/gms) ?? []).join("");
      },
    },
    async closeBundle() {
      const minor = version.split(".").slice(0, 2).join(".");
      const folders: [folder: string, to: string][] = [
        [dist, `v/${version}/`],
        [join(dist, "v", minor), `../${version}/`],
      ];
      const files: [path: string, text: string][] = [
        [join(dist, "404.html"), MISSING],
        [join(dist, "_headers"), headersFile(version, moduleFolder())],
        // GitHub Pages leaves out what begins with an underscore, unless it is told that no Jekyll is wanted.
        [join(dist, ".nojekyll"), ""],
      ];
      for (const [folder, to] of folders) {
        files.push([join(folder, "redirect.js"), REDIRECT]);
        files.push([join(folder, "element.js"), `export * from "./${to}element.js";\n`]);
        for (const page of PAGES)
          files.push([
            join(folder, page),
            redirect(to, page === "index.html" ? social.replaceAll('"./', `"${to}`) : ""),
          ]);
      }
      for (const [folder, to] of folders)
        for (const lesson of lessons) {
          const up = "../".repeat(lesson.split("/").length);
          files.push([join(folder, lesson, "index.html"), redirect(`${up}${to}${lesson}/`, "", up)]);
        }
      for (const [path] of files) await mkdir(dirname(path), { recursive: true });
      await Promise.all(files.map(([path, text]) => writeFile(path, text)));
    },
  };
}
