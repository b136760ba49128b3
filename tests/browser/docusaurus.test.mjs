// @ts-check
// The snippet of docs/embed.md for MDX, in a site that Docusaurus builds: with BUNSEN_LONG alone, for it is large.

import { execFile } from "node:child_process";
import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { launch } from "./support/browser.mjs";
import { unlessLong } from "./support/long.mjs";
import { assertTrains, snippet } from "./support/recipes.mjs";
import { Server } from "./support/server.mjs";
import { npmTools } from "./support/tools.mjs";

const skip = unlessLong("Docusaurus takes long");

const CONFIGURATION = `export default {
  title: "A course",
  url: "https://school.test",
  baseUrl: "/",
  presets: [["classic", { docs: { routeBasePath: "/" }, blog: false }]],
};`;

test("an experiment trains in a page of Docusaurus", { skip, timeout: 400_000 }, async (context) => {
  const tools = await npmTools(new URL("../docusaurus/", import.meta.url), "Docusaurus");
  if (tools.why !== undefined) return context.skip(tools.why);
  const folder = await mkdtemp(join(tmpdir(), "bunsen-docusaurus-"));
  const site = await Server.start({ headers: { "access-control-allow-origin": "*" } });
  try {
    await symlink(join(tools.folder, "node_modules"), join(folder, "node_modules"), "junction");
    await mkdir(join(folder, "docs"));
    await writeFile(join(folder, "package.json"), "{}");
    await writeFile(join(folder, "docusaurus.config.js"), CONFIGURATION);
    const lesson = `---\nslug: /\n---\n\n# A lesson\n\n${snippet("docusaurus/page.mdx", site.url)}\n`;
    await writeFile(join(folder, "docs", "lesson.mdx"), lesson);
    const program = join(tools.folder, "node_modules", "@docusaurus", "core", "bin", "docusaurus.mjs");
    const env = { ...process.env, DO_NOT_TRACK: "1" };
    await promisify(execFile)(process.execPath, [program, "build", folder], { env, maxBuffer: 2 ** 26 });
    const host = await Server.start({ site: join(folder, "build"), data: undefined });
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(host.url);
      await assertTrains(page.frameLocator("iframe"));
    } finally {
      await browser.close();
      await host.close();
    }
  } finally {
    await site.close();
    await rm(folder, { recursive: true, force: true });
  }
});
