// The lessons of learn/ as pages of the site: learn/<slug>/lesson.md becomes learn/<slug>/index.html. What is wrong with one fails the build with a sentence.

import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { runnerImport, type Plugin } from "vite";
import type { Page } from "./learn/pages.ts";
import type { KnownRecipe, KnownRun } from "./learn/runs.ts";
import type { RunFile } from "./learn/run-file.ts";

type Build = typeof import("../crate/js/generated/cpu/bunsen.js");
/** What makes pages of lessons, which unit tests have by itself. */
interface Maker {
  pages: typeof import("./learn/pages.ts");
  lesson: typeof import("./learn/lesson.ts");
  runFile: typeof import("./learn/run-file.ts");
  duration: typeof import("./src/stories/duration.ts");
}

/** Where a teacher's page finds the site, as the documentation has it. */
const EXAMPLE = "https://example.org/bunsen/";

/** The lessons that there are, as their folders are called. @param checkout the project's folder */
export async function lessonSlugs(checkout: string): Promise<string[]> {
  const entries = await readdir(join(checkout, "learn"), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function makerOf(www: string): Promise<Maker> {
  const load = async <T>(path: string): Promise<T> =>
    (await runnerImport<T>(join(www, path), { configFile: false, logLevel: "error" })).module;
  return {
    pages: await load("learn/pages.ts"),
    lesson: await load("learn/lesson.ts"),
    runFile: await load("learn/run-file.ts"),
    duration: await load("src/stories/duration.ts"),
  };
}

/** The module, which knows what a link is. */
async function moduleOf(pkg: string): Promise<Build> {
  const build = (await import(pathToFileURL(join(pkg, "cpu", "bunsen.js")).href)) as Build;
  build.initSync({ module: await readFile(join(pkg, "cpu", "bunsen_bg.wasm")) });
  return build;
}

/** A run file whose links the module takes as they are. @param name of the recipe in the lesson */
function knownRecipe(name: string, file: RunFile, path: string, maker: Maker, build: Build): KnownRecipe {
  const runs = file.runs.map((run): KnownRun => {
    const link = maker.runFile.linkOf(file, run.seed);
    let parsed;
    try {
      parsed = build.parse(link);
    } catch (thrown) {
      throw new Error(`${path}: its link is refused: ${thrown instanceof Error ? thrown.message : String(thrown)}`, {
        cause: thrown,
      });
    }
    if (parsed.notices.length > 0) throw new Error(`${path}: ${parsed.notices.join(" ")}`);
    if (build.dataSource(link))
      throw new Error(`${path}: its data have to be downloaded; a lesson needs none that have.`);
    const cost = maker.duration.runCost(parsed.values, build.describe(link).multiplyAdds);
    return {
      ...run,
      title: file.title,
      ...(file.look !== undefined && { look: file.look }),
      name: `${name}@${run.seed}`,
      link: parsed.link,
      checked: `${parsed.link}&check=${run.check}&marks=${run.marks}`,
      examples: maker.duration.examplesOf(parsed.values),
      values: parsed.values,
      operations: cost && cost.training + cost.scoring,
    };
  });
  return { ...file, runs };
}

/** All pages of the lessons. @param checkout the project's folder @param pkg the folder of the npm package */
export async function lessonPagesOf(
  checkout: string,
  pkg: string,
  version: string,
  site: string | undefined,
): Promise<Page[]> {
  const maker = await makerOf(join(checkout, "www"));
  const build = await moduleOf(pkg);
  const lessons = [];
  for (const slug of await lessonSlugs(checkout)) {
    const folder = join(checkout, "learn", slug);
    const runs = new Map<string, KnownRecipe>();
    for (const name of await readdir(join(folder, "runs"))) {
      const path = relative(checkout, join(folder, "runs", name)).replaceAll("\\", "/");
      const file = maker.runFile.readRunFile(await readFile(join(folder, "runs", name), "utf8"), path);
      const recipe = name.replace(/\.json$/, "");
      runs.set(recipe, knownRecipe(recipe, file, path, maker, build));
    }
    lessons.push(maker.lesson.readLesson(await readFile(join(folder, "lesson.md"), "utf8"), slug, runs));
  }
  const at = `${(site ?? EXAMPLE).replace(/\/*$/, "/")}v/${version}/`;
  return maker.pages.pagesOf(lessons, { site: at, version, year: 2026 });
}

/**
 * Makes them while the site is built, and anew for each request of the development server.
 *
 * @param www the folder of the pages
 * @param pages makes them
 */
export function lessonPages(www: string, pages: () => Promise<Page[]>): Plugin {
  let made: Promise<Page[]> | undefined;
  const pathOf = (id: string): string => relative(www, id.split("?", 1)[0] ?? "").replaceAll("\\", "/");
  const isPage = (id: string): boolean => /^learn\/(?:[a-z0-9-]+\/){0,2}index\.html$/.test(pathOf(id));
  return {
    name: "bunsen-lesson-pages",
    enforce: "pre",
    // No such file is there: the pages are made.
    resolveId: (id) => (isPage(id) ? id : null),
    async load(id) {
      if (!isPage(id)) return null;
      made ??= pages();
      return (await made).find(({ path }) => path === pathOf(id))?.html ?? null;
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const [, path = ""] = /^\/(learn\/(?:[a-z0-9-]+\/){0,2})(?:[?#]|$)/.exec(request.url ?? "") ?? [];
        if (!path) return next();
        void pages()
          .then((all) => all.find((page) => page.path === `${path}index.html`)?.html)
          .then((html) => html && server.transformIndexHtml(`/${path}index.html`, html))
          .then(
            (html) => response.writeHead(html ? 200 : 404, { "Content-Type": "text/html; charset=utf-8" }).end(html),
            (why: unknown) => response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" }).end(String(why)),
          );
      });
    },
  };
}
