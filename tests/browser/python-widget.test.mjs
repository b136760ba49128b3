// @ts-check
// The Python package bunsen-widget: built, tried by its own tests, and shown to a browser in each of its modes.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./support/browser.mjs";
import { dist, load } from "./support/paths.mjs";
import { RECIPES } from "./support/recipes.mjs";
import { BLANK, Server } from "./support/server.mjs";
import { installWidget, pythonIn, pythonTools, runPython } from "./support/tools.mjs";
import { showWidget, trainWidget } from "./support/widget-host.mjs";

const SOURCE = fileURLToPath(new URL("../../python/bunsen-widget/", import.meta.url));
const RECIPE = "model=lenet5-1998&data=digits&subset=200&batch=10&steps=20&seed=7";

/** Writes what a widget tells its front end, and then what it has read of each line that a browser would send. */
const KERNEL = `
import json, sys
from bunsen_widget import Lab

lab = Lab(**json.loads(sys.argv[1]))
print(json.dumps(lab.get_state()), flush=True)
for line in sys.stdin:
    lab.set_state(json.loads(line))
    print(json.dumps({"value": lab.value, "losses": lab.losses.tolist(), "type": str(lab.losses.dtype)}), flush=True)
`;

/** @type {import("./support/tools.mjs").Installed} */ let tools;
/** Where the wheel is, and is installed. @type {string} */ let folder;
/** Of Python: the package in that folder. @type {Record<string, string | undefined>} */ let env;
/** A notebook's. @type {Server} */ let server;
/** That of a copy of the site. @type {Server} */ let site;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").Page} */ let page;
/** Of the run of that recipe, computed in Node. @type {{ check: string, losses: number[] }} */ let expected;

before(async () => {
  tools = await pythonTools(new URL("requirements.txt", RECIPES), "what bunsen-widget needs");
  if (tools.why !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), "bunsen-python-"));
  const installed = await installWidget(tools.folder, folder);
  env = { ...process.env, PYTHONPATH: installed, PYTHONDONTWRITEBYTECODE: "1", BUNSEN_WIDGET: "" };
  server = await Server.start({ data: undefined });
  site = await Server.start({ headers: { "access-control-allow-origin": "*" } });
  browser = await launch();
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu" });
  const run = await lab.start(RECIPE);
  const losses = (await run.step(20)).map((/** @type {{ loss: number }} */ { loss }) => loss);
  expected = { check: await run.check(), losses };
  lab.close();
});
after(async () => {
  await browser?.close();
  await server?.close();
  await site?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  page = await browser?.newPage();
});
afterEach(() => page?.close());

/** The folder of Python; undefined, and the test is skipped, where there is none. @param {import("node:test").TestContext} context */
function pythonFor(context) {
  if (tools.why !== undefined) context.skip(tools.why);
  return tools.folder;
}

test("it has the version of the npm package", async () => {
  const { version } = JSON.parse(await readFile(new URL("../../crate/js/package.json", import.meta.url), "utf8"));
  assert.match(await readFile(join(SOURCE, "pyproject.toml"), "utf8"), new RegExp(`^version = "${version}"$`, "m"));
});

test("its wheel holds the site and the front end as they are built", async (context) => {
  if (!pythonFor(context)) return;
  const packed = join(folder, "installed", "bunsen_widget", "site");
  for (const name of ["widget.mjs", "embed.html"])
    assert.deepEqual(await readFile(join(packed, name)), await readFile(join(dist, name)));
  assert.deepEqual((await readdir(packed)).sort(), (await readdir(dist)).sort());
});

test("its own tests pass", async (context) => {
  const python = pythonFor(context);
  if (!python) return;
  const words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", join(SOURCE, "tests")];
  const said = await runPython(python, words, { env }).catch((error) => assert.fail(error.stdout));
  assert.match(said, /^\d+ passed in /m);
});

/** What a Lab is made with in each mode. @type {[string, () => object, () => Record<string, string>][]} */
const modes = [
  ["from the address that BUNSEN_WIDGET names", () => ({}), () => ({ BUNSEN_WIDGET: site.url })],
  ["inline", () => ({ mode: "inline", site: site.url }), () => ({})],
  ["serve-local, with the packed copy", () => ({}), () => ({ BUNSEN_WIDGET: "serve-local" })],
  ["serve-local, with a folder", () => ({ mode: "serve-local", site: dist }), () => ({})],
];
for (const [mode, options, variables] of modes) {
  test(`it trains ${mode}, and Python has the run`, async (context) => {
    const python = pythonFor(context);
    if (!python) return;
    site.reset();
    const words = ["-c", KERNEL, JSON.stringify({ recipe: RECIPE, ...options() })];
    const kernel = spawn(pythonIn(python), words, {
      env: { ...env, ...variables() },
      stdio: ["pipe", "pipe", "inherit"],
    });
    try {
      const lines = createInterface({ input: kernel.stdout })[Symbol.asyncIterator]();
      const read = async () => JSON.parse(String((await lines.next()).value));
      const { _esm, ...state } = await read();
      await page.goto(server.url + BLANK.slice(1));
      await showWidget(page, "jupyter", state, _esm);
      const values = await trainWidget(page, 20);
      // It is Python's that it read before, and those that a front end has of its own.
      const told = Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith("_")));
      kernel.stdin.write(`${JSON.stringify(told)}\n`);
      const { value, losses, type } = await read();
      assert.deepEqual({ check: value.check, losses }, expected);
      assert.equal(type, "float64");
      assert.equal(value.phase, "finished");
      assert.equal(site.requests.includes("/embed.html"), !mode.startsWith("serve-local"));
      assert.equal(site.requests.includes("/widget.mjs"), mode.startsWith("from"));
    } finally {
      kernel.stdin.end();
    }
  });
}
