// @ts-check
// Every snippet of docs/embed.md, built by the tool that it is for, or treated as its host treats it: the experiment in it trains.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { launch } from "./support/browser.mjs";
import {
  RECIPES,
  assertTrained,
  assertTrains,
  blocksOf,
  recipesDocument,
  snippet,
  snippets,
} from "./support/recipes.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { moduleIn, npmTools, pythonTools, runPython } from "./support/tools.mjs";

const execute = promisify(execFile);

/** @type {import("./support/tools.mjs").Installed} */ let node;
/** @type {import("./support/tools.mjs").Installed} */ let python;
/** The copy of the site, on another origin than all hosts. @type {Server} */ let site;
/** @type {Server} */ let server;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").Page} */ let page;
/** What a test builds. @type {string} */ let folder;

before(async () => {
  node = await npmTools(RECIPES, "the tools of course sites");
  python = await pythonTools(new URL("requirements.txt", RECIPES), "Sphinx, pandoc and Jupyter's widgets");
  site = await Server.start({ headers: { "access-control-allow-origin": "*" } });
  server = await Server.start({ data: undefined });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
  await site?.close();
});
beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
  folder = await mkdtemp(join(tmpdir(), "bunsen-recipe-"));
});
afterEach(async () => {
  await page.context().close();
  server.reset();
  await rm(folder, { recursive: true, force: true });
});

/** The folder of the tools; undefined, and the test is skipped, where they are not there. @param {import("node:test").TestContext} context @param {import("./support/tools.mjs").Installed} tools */
function toolsFor(context, { folder, why }) {
  if (why) context.skip(why);
  return folder;
}

/** Opens a page of a host. @param {string} body @param {Record<string, string>} [headers] */
async function open(body, headers = {}) {
  server.break("/host.html", (_, response) => {
    response
      .writeHead(200, { "content-type": "text/html", ...headers })
      .end(`<!doctype html><meta charset="utf-8"><title>A course</title>${body}`);
  });
  await page.goto(`${server.url}host.html`);
}

/** Opens a page of a host, and trains what it frames. @param {string} body @param {Record<string, string>} [headers] */
async function assertFrameTrains(body, headers) {
  await open(body, headers);
  await assertTrains(page.frameLocator("iframe"));
}

/** Whether nothing of the experiment has to be scrolled. */
const isComplete = () =>
  page.frames()[1]?.evaluate(() => {
    const { scrollHeight, scrollWidth } = document.documentElement;
    return scrollHeight <= innerHeight && scrollWidth <= innerWidth;
  });

/** Serves what was built, opens a page of it and trains what that frames. @param {string} built @param {string} [path] */
async function assertBuiltTrains(built, path = "") {
  const host = await Server.start({ site: built, data: undefined });
  try {
    await page.goto(host.url + path);
    await assertTrains(page.frameLocator("iframe"));
  } finally {
    await host.close();
  }
}

/** The frame of a text, with the attributes that a host leaves. @param {string} html @param {(name: string, value: string) => string | null} attribute its value there */
function cleaned(html, attribute) {
  return html.replace(/<iframe([^>]*)>/, (_, attributes) => {
    const kept = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].flatMap(([, name, value]) => {
      const left = attribute(name, value);
      return left === null ? [] : [`${name}="${left.replaceAll("&", "&amp;")}"`];
    });
    return `<iframe ${kept.join(" ")}>`;
  });
}

test("docs/embed.md has these snippets, and no others of them", () => {
  const blocks = blocksOf(recipesDocument());
  for (const path of snippets) assert.ok(blocks.includes(snippet(path)), `${path} is not in the document`);
  const known = new Set(snippets.map((path) => snippet(path)));
  // What speaks of the site is a snippet.
  const others = blocks.filter((block) => block.includes("example.org") && !known.has(block));
  assert.deepEqual(others, []);
});

describe("plain HTML", () => {
  test("frames an experiment", async () => {
    await assertFrameTrains(snippet("html/frame.html", site.url));
  });

  test("frames it in a page with COEP, without credentials", async () => {
    const frame = snippet("html/frame.html", site.url).replace("<iframe", "<iframe credentialless");
    await assertFrameTrains(frame, { "cross-origin-embedder-policy": "require-corp" });
  });

  test("has the element", async () => {
    await open(snippet("element/page.html", site.url));
    await page.getByRole("button", { name: "Train" }).click();
    await assertTrained(page.frameLocator("iframe"));
  });
});

describe("course platforms", () => {
  test("Moodle's Page", async () => {
    // What its editor leaves of a frame.
    const left = ["src", "title", "width", "height", "style", "allow", "allowfullscreen"];
    await assertFrameTrains(
      cleaned(snippet("moodle/page.html", site.url), (name, value) => (left.includes(name) ? value : null)),
    );
  });

  test("Moodle, where frames are cleaned away: the link trains on the bench", async () => {
    await open(
      snippet("moodle/page.html", site.url)
        .replace(/<iframe[^]*<\/iframe>/, "")
        .replaceAll("&", "&amp;"),
    );
    await page.getByRole("link", { name: "Train LeNet-5" }).click();
    await assertTrains(page);
  });

  test("Moodle's URL, embedded", async () => {
    // It escapes what it does not know in an address, and all &.
    const known = /[^a-zA-Z0-9;/?:@=&$_.+!*(),\-#%]/g;
    const address = snippet("moodle/url.txt", site.url).replace(known, encodeURIComponent).replaceAll("&", "&amp;");
    await assertFrameTrains(`<iframe id="resourceobject" src="${address}" width="800" height="600"></iframe>`);
  });

  test("Canvas", async () => {
    const left = ["src", "width", "height", "name", "align", "frameborder", "scrolling", "sandbox", "allowfullscreen"];
    const page = snippet("canvas/page.html", site.url);
    await assertFrameTrains(cleaned(page, (name, value) => (left.includes(name) ? value : null)));
  });

  test("H5P's Iframe Embedder", async () => {
    const address = encodeURI(encodeURI(snippet("h5p/source.txt", site.url).replaceAll("&amp;", "&")));
    await assertFrameTrains(
      `<iframe src="${address}" scrolling="no" frameborder="0" style="width:750px;height:450px"></iframe>`,
    );
    assert.ok(await isComplete(), "nothing of it has to be scrolled");
  });

  test("LiaScript", async () => {
    // No provider of its list: a frame with the attributes of the comment before.
    const [, attributes, , address] =
      /<!-- (.*?) -->\s*\?\?\[(.*?)\]\((.*?)\)/.exec(snippet("liascript/course.md", site.url)) ?? [];
    await assertFrameTrains(`<iframe src="${address}" allowfullscreen loading="lazy" ${attributes}></iframe>`);
  });
});

describe("tools that write pages", () => {
  test("Sphinx, as Jupyter Book 1 has it", async (context) => {
    const tools = toolsFor(context, python);
    if (!tools) return;
    await writeFile(join(folder, "conf.py"), `project = "A course"\nextensions = ["myst_parser"]\n`);
    await writeFile(join(folder, "index.rst"), "A course\n========\n\n.. toctree::\n\n   rst\n   md\n");
    await writeFile(join(folder, "rst.rst"), `A lesson\n========\n\n${snippet("sphinx/page.rst", site.url)}\n`);
    await writeFile(join(folder, "md.md"), `# A lesson\n\n${snippet("sphinx/page.md", site.url)}\n`);
    const built = join(folder, "built");
    await runPython(tools, ["-m", "sphinx", "-q", "-W", folder, built]);
    for (const path of ["rst.html", "md.html"]) await assertBuiltTrains(built, path);
  });

  describe("Quarto, by its pandoc", () => {
    /** Writes a document as pandoc does it. @param {string} tools @param {string} path @param {string[]} words */
    async function pandoc(tools, path, ...words) {
      const source = join(folder, "source.md");
      await writeFile(source, `---\ntitle: A lesson\n---\n\n${snippet(path, site.url)}\n`);
      const find = "import pypandoc; print(pypandoc.get_pandoc_path())";
      const program = (await runPython(tools, ["-c", find])).trim();
      await execute(program, ["--standalone", source, "-o", join(folder, "index.html"), ...words]);
    }

    test("a page", async (context) => {
      const tools = toolsFor(context, python);
      if (!tools) return;
      await pandoc(tools, "quarto/page.qmd", "--to", "html");
      await assertBuiltTrains(folder);
    });

    test("slides", async (context) => {
      const [tools, packages] = [toolsFor(context, python), toolsFor(context, node)];
      if (!tools || !packages) return;
      await pandoc(tools, "quarto/slides.qmd", "--to", "revealjs", "--variable", "revealjs-url=./reveal");
      // Of the version that Quarto brings.
      await cp(join(packages, "node_modules", "reveal5"), join(folder, "reveal"), { recursive: true });
      const host = await Server.start({ site: folder, data: undefined });
      try {
        await page.goto(`${host.url}#/train-it`);
        await assertTrains(page.frameLocator("iframe"));
      } finally {
        await host.close();
      }
    });
  });

  test("reveal.js loads it with its slide, pauses it when that is left, and goes on", async (context) => {
    const tools = toolsFor(context, node);
    if (!tools) return;
    await cp(join(tools, "node_modules", "reveal.js", "dist"), join(folder, "dist"), { recursive: true });
    const slide = snippet("reveal/slide.html", site.url).replace("digits&seed", "digits&epochs=900&seed");
    await writeFile(
      join(folder, "index.html"),
      `<!doctype html><title>Slides</title><link rel="stylesheet" href="dist/reveal.css">
      <div class="reveal"><div class="slides"><section>A lesson</section>${slide}<section>The end</section></div></div>
      <script type="module">import Reveal from "./dist/reveal.mjs"; await Reveal.initialize(); window.ready = true;</script>`,
    );
    const host = await Server.start({ site: folder, data: undefined });
    try {
      site.requests.length = 0;
      await page.goto(host.url);
      await page.waitForFunction(() => "ready" in window);
      const go = (/** @type {string} */ way) => page.getByRole("button", { name: `${way} slide` }).click();
      await go("next");
      const experiment = page.frameLocator("iframe");
      await assertTrains(experiment);
      await go("next");
      // Nothing of a frame that is not shown has a role.
      const button = () =>
        page
          .frames()[1]
          ?.evaluate(() => document.querySelector("embed-app")?.shadowRoot?.querySelector(".foot button")?.textContent);
      await until(button, (text) => text?.trim() === "Go on");
      await go("previous");
      await experiment.getByRole("button", { name: "Pause" }).waitFor();
    } finally {
      await host.close();
    }
  });

  describe("MyST", () => {
    /**
     * Builds a page, and gives what its theme gets of it. The theme itself is downloaded from a server of MyST's, so that the build ends with an
     * error after that.
     * @param {string} tools @param {string} path @param {string} type of the node that is wanted
     */
    async function nodeOf(tools, path, type) {
      await writeFile(join(folder, "myst.yml"), "version: 1\nproject:\n  title: A course\nsite: {}\n");
      await writeFile(join(folder, "index.md"), `# A lesson\n\n${snippet(path, site.url)}\n`);
      await writeFile(join(folder, "lenet5.png"), "");
      const myst = join(tools, "node_modules", "mystmd", "dist", "myst.cjs");
      const build = execute(process.execPath, [myst, "build", "--site", "--ci"], { cwd: folder, timeout: 60_000 });
      const { stderr = "" } = await build.catch((error) => error);
      const content = await readFile(join(folder, "_build", "site", "content", "index.json"), "utf8").catch(() => {
        throw new Error(`MyST wrote no page: ${stderr}`);
      });
      /** @param {any} node @returns {any} */
      const find = (node) =>
        node.type === type ? node : (node.children ?? []).map(find).find((/** @type {any} */ found) => found);
      return find(JSON.parse(content).mdast);
    }

    for (const column of [750, 350]) {
      test(`frames it in a column of ${column} pixels`, async (context) => {
        const tools = toolsFor(context, node);
        if (!tools) return;
        const { src, width } = await nodeOf(tools, "myst/frame.md", "iframe");
        // As its theme does.
        await assertFrameTrains(`<style>body { margin: 0; width: ${column}px }</style>
          <div style="position: relative; padding-bottom: 60%; width: min(max(${width}, 500px), 100%)"><iframe
            src="${src}" width="100%" height="100%" allowfullscreen allow="autoplay" style="position: absolute; border: none"></iframe></div>`);
        assert.equal(await page.locator("iframe").evaluate((frame) => frame.clientHeight), column * 0.6);
        assert.ok(await isComplete(), "nothing of it has to be scrolled");
      });
    }

    test("has the widget, by its theme's own code", async (context) => {
      const tools = toolsFor(context, node);
      if (!tools) return;
      const widget = await nodeOf(tools, "myst/widget.md", "anywidget");
      assert.match(widget.esm, /^\/[0-9a-f]+\.mjs$/, "MyST copies the file");
      const publicFolder = join(folder, "_build", "site", "public");
      await symlink(join(tools, "node_modules"), join(folder, "node_modules"), "junction");
      await writeFile(
        join(folder, "index.html"),
        `<div id="page"></div><script type="module" src="theme.js"></script>`,
      );
      await writeFile(
        join(folder, "theme.js"),
        `import { ANY_RENDERERS } from "@myst-theme/anywidget";
        import { createElement } from "react";
        import { createRoot } from "react-dom/client";
        createRoot(document.querySelector("#page")).render(createElement(ANY_RENDERERS.anywidget, { node: ${JSON.stringify(widget)} }));`,
      );
      const { build } = await import("vite");
      const settings = { configFile: /** @type {const} */ (false), logLevel: /** @type {const} */ ("error") };
      await build({ ...settings, root: folder, publicDir: publicFolder, build: { minify: false } });
      const host = await Server.start({ site: join(folder, "dist"), data: undefined });
      try {
        await page.goto(host.url);
        await page.getByRole("button", { name: "Train" }).click();
        await assertTrained(page.frameLocator("iframe"));
        assert.ok(host.requests.includes(widget.esm));
      } finally {
        await host.close();
      }
    });
  });

  test("Docusaurus's MDX", async (context) => {
    const tools = toolsFor(context, node);
    if (!tools) return;
    const { evaluate } = await moduleIn(tools, "@mdx-js/mdx");
    /** @type {(name: string) => any} */
    const require = createRequire(join(tools, "package.json"));
    const [{ createElement }, { renderToStaticMarkup }] = ["react", "react-dom/server"].map(require);
    const { default: Content } = await evaluate(snippet("docusaurus/page.mdx", site.url), require("react/jsx-runtime"));
    await assertFrameTrains(renderToStaticMarkup(createElement(Content)));
  });

  test("Observable's html", async (context) => {
    const tools = toolsFor(context, node);
    if (!tools) return;
    const htl = await readFile(join(tools, "node_modules", "htl", "dist", "index.js"), "utf8");
    await assertFrameTrains(
      `<script type="module">${htl}; document.body.append(${snippet("observable/cell.js", site.url).replace(/;$/, "")});</script>`,
    );
  });

  test("Markdown alone: the picture is a link to the bench", async (context) => {
    const tools = toolsFor(context, python);
    if (!tools) return;
    await writeFile(join(folder, "page.md"), snippet("markdown/link.md", site.url));
    await open(await runPython(tools, ["-m", "markdown_it.cli.parse", join(folder, "page.md")]));
    await page.getByRole("link", { name: "The loss of LeNet-5" }).click();
    await assertTrains(page);
  });

  test("a notebook, by IPython", async (context) => {
    const tools = toolsFor(context, python);
    if (!tools) return;
    const cell = snippet("jupyter/frame.py", site.url).replace(/IFrame\(".*/, "print($&._repr_html_())");
    await assertFrameTrains(await runPython(tools, ["-c", cell]));
  });
});
