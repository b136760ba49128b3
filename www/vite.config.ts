import { createReadStream, readFileSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import { firstViewIn } from "./first-view.ts";
import { hostFiles } from "./host-files.ts";
import { lessonPages, lessonPagesOf, lessonSlugs } from "./lesson-pages.ts";
import { buildOf, moduleFolder } from "./module-folder.ts";
import { socialPicture } from "./social-picture.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const checkout = resolve(here, "..");
const pkg = join(checkout, "pkg");
const dist = join(checkout, "dist");
const dataFolder = resolve(process.env["BUNSEN_DATA"] || join(checkout, "data"));

const { version } = JSON.parse(readFileSync(join(checkout, "crate/js/package.json"), "utf8")) as { version: string };

const slugs = await lessonSlugs(checkout);
const lessonFolders = ["learn", ...slugs.flatMap((slug) => [`learn/${slug}`, `learn/${slug}/worksheet`])];
const pages = ["index", "embed", "bench", ...lessonFolders.map((folder) => `${folder}/index`)];

const mediaTypes: Record<string, string> = {
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** The file that a request means, or nothing where it means none inside `folder`. */
function fileFor(folder: string, url: string): { path: string; size: number } | undefined {
  try {
    const path = resolve(folder, "." + decodeURIComponent(url.split(/[?#]/, 1)[0] ?? ""));
    if (!path.startsWith(folder + sep)) return undefined;
    const found = statSync(path);
    return found.isFile() ? { path, size: found.size } : undefined;
  } catch {
    // A malformed escape or no such file: both mean that there is nothing here.
    return undefined;
  }
}

/**
 * Serves a folder that lies outside the site. A `.gz` is sent as the bytes it is, with no
 * content-encoding: the page checks and unpacks it itself.
 */
function serveFolder(folder: string) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    const file = fileFor(folder, request.url ?? "/");
    if (!file) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("There is no such file.");
      return;
    }
    response.writeHead(200, {
      "Content-Type": mediaTypes[extname(file.path)] ?? "application/octet-stream",
      "Content-Length": file.size,
      "Cache-Control": "no-cache",
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    createReadStream(file.path)
      .on("error", () => response.destroy())
      .pipe(response);
  };
}

/** Data sets beside the page, and (while developing) the module that the worker imports at run time. */
function mounts(): Plugin {
  return {
    name: "bunsen-mounts",
    configureServer(server) {
      server.middlewares.use("/data", serveFolder(dataFolder));
      server.middlewares.use("/pkg", serveFolder(pkg));
    },
    configurePreviewServer(server) {
      server.middlewares.use("/data", serveFolder(dataFolder));
    },
  };
}

export default defineConfig({
  root: here,
  base: "./",
  // Pages and no routes: a file that is not there is a 404, never the page again.
  appType: "mpa",
  plugins: [
    mounts(),
    lessonPages(here, () => lessonPagesOf(checkout, pkg, version, process.env["BUNSEN_SITE"])),
    contentSecurityPolicy(pkg),
    moduleFolder(pkg),
    socialPicture(`v/${version}/`, process.env["BUNSEN_SITE"]),
    hostFiles(dist, version, () => `pkg-${buildOf(pkg)}`, lessonFolders),
  ],
  define: { BUNSEN_VERSION: JSON.stringify(version) },
  worker: { format: "es" },
  build: {
    outDir: join(dist, "v", version),
    emptyOutDir: true,
    target: "es2022",
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page, join(here, `${page}.html`)])),
      output: {
        // What several panels are built of comes in one file: apart, each would be compressed by itself.
        codeSplitting: {
          groups: [
            { name: "ui", test: /\/www\/src\/(app|styles|ui\/(?!chart)).*\.ts$|\/@?lit/, minShareCount: 2 },
            { debugName: "first-view", name: firstViewIn(join(here, "src")), includeDependenciesRecursively: false },
          ],
        },
      },
    },
  },
});
