// @ts-check
// How somebody who works on the page alone gets the modules: `npm run page -- --pkg …`, from a site or from a folder.

import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { bringModules } from "../../www/page.mjs";
import { dist, host, pkg, pkgFolder } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";

describe("the modules for npm run page", () => {
  /** @type {Server} */ let server;
  /** @type {string} */ let folder;
  before(async () => {
    server = await Server.start({ site: dist, data: dist });
    folder = await mkdtemp(join(tmpdir(), "bunsen-modules-"));
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  for (const [what, from] of /** @type {[string, () => string][]} */ ([
    ["a site", () => server.url],
    ["a site's package, without its last slash", () => `${server.url}${pkgFolder}`],
    ["the root of a host", () => host],
    ["a folder with a site", () => dist],
    ["the package's folder itself", () => pkg],
  ])) {
    test(`come from ${what}`, async () => {
      const to = await mkdtemp(join(folder, "to-"));
      await bringModules(from(), to);
      const builds = (await readdir(pkg)).filter((name) => ["cpu", "gpu", "images"].includes(name));
      assert.deepEqual((await readdir(to)).sort(), builds.sort());
      for (const file of ["cpu/bunsen.js", "cpu/bunsen_bg.wasm", "images/bunsen_images_bg.wasm"]) {
        assert.ok((await readFile(join(to, file))).equals(await readFile(join(pkg, file))), file);
      }
    });
  }

  test("that are not there are an error that says where they were looked for", async () => {
    const nowhere = `${server.url}nowhere`;
    await assert.rejects(bringModules(nowhere, folder), {
      message: `${nowhere} holds no module: neither pkg/cpu/bunsen.js nor cpu/bunsen.js is there.`,
    });
    await assert.rejects(bringModules("http://localhost:1/", folder), /cannot be reached/);
  });
});
