// The npm package within the built site: in a folder that is named by its build, so that no page loads the files of two builds.

import { access, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { Plugin } from "vite";
import { moduleScripts, type Script } from "./module-scripts.ts";

/** What pages and other sites load by an address that stays the same: one file each, that needs no other. */
const STANDALONE = ["element.js", "widget.mjs"];

/** How a page says that its worker will want the package. */
const PRELOADED = /<link rel="modulepreload" href="\.\/pkg\/index\.js"[^>]*>/;

/** Which build of the package lies in a folder. @param pkg the folder of the npm package */
export function buildOf(pkg: string): string {
  const path = join(pkg, "build.js");
  const build = /"([\w-]+)"/.exec(readFileSync(path, "utf8"))?.[1];
  if (!build) throw new Error(`${path} names no build.`);
  return build;
}

/**
 * Puts the package into the built site, and names its folder in the pages. The site is put into the package, too, for `bunsen serve`.
 *
 * @param pkg the folder of the npm package
 */
export function moduleFolder(pkg: string): Plugin {
  let build = "";
  let folder = "pkg";
  let site = "";
  let scripts: Script[] = [];
  const importedBy = (path: string): string[] => scripts.find((script) => script.path === path)?.imports ?? [];
  return {
    name: "bunsen-module-folder",
    config(_, { command }) {
      build = buildOf(pkg);
      if (command === "build") folder = `pkg-${build}`;
      return { define: { BUNSEN_BUILD: JSON.stringify(build), BUNSEN_MODULE_FOLDER: JSON.stringify(folder) } };
    },
    configResolved({ build: { outDir } }) {
      site = outDir;
    },
    async buildStart() {
      if (folder !== "pkg") scripts = await moduleScripts(pkg);
    },
    transformIndexHtml: {
      order: "post",
      handler: (html) =>
        html
          .replace(PRELOADED, (link) =>
            [link, ...importedBy("index.js").map((path) => link.replace("index.js", path))].join("\n    "),
          )
          .replaceAll('"./pkg/', `"./${folder}/`),
    },
    async closeBundle() {
      if (this.meta.watchMode || folder === "pkg") return;
      if (buildOf(pkg) !== build)
        throw new Error("The package was built anew while the page was: build the page again.");
      const packed = join(pkg, "site");
      for (const file of STANDALONE) {
        const isThere = await access(join(pkg, file)).then(
          () => true,
          () => false,
        );
        if (isThere) await cp(join(pkg, file), join(site, file));
      }
      for (const { path, text } of scripts) {
        await mkdir(dirname(join(site, folder, path)), { recursive: true });
        await writeFile(join(site, folder, path), text);
      }
      await rm(packed, { recursive: true, force: true });
      await cp(site, packed, { recursive: true });
      // All else, but for what only xtask needs, the site that is in the package, and the scripts of which those were made.
      const isOfPackage = (path: string): boolean =>
        !basename(path).startsWith(".") && !/^site(\W|$)/.test(relative(pkg, path));
      const isScript = (path: string): boolean =>
        /^([\w-]+|(code|answers|command)\W.*)\.js$/.test(relative(pkg, path)) && !STANDALONE.includes(basename(path));
      const filter = (path: string): boolean => isOfPackage(path) && !isScript(path);
      await cp(pkg, join(site, folder), { recursive: true, filter });
    },
  };
}
