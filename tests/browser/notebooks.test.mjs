// @ts-check
// The snippets of docs/embed.md for notebooks, in JupyterLab and in marimo themselves: with BUNSEN_LONG alone, for these are large.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch } from "./support/browser.mjs";
import { unlessLong } from "./support/long.mjs";
import { RECIPES, assertTrained, snippet } from "./support/recipes.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";
import { installWidget, pythonIn, pythonTools } from "./support/tools.mjs";

/** What the cell with the run's values shows. */
const ACCURACY = /\(0\.\d+, /;

describe("a notebook's widget", { skip: unlessLong("JupyterLab and marimo take long") }, () => {
  /** @type {import("./support/tools.mjs").Installed} */ let tools;
  /** @type {Server} */ let site;
  /** @type {import("playwright-core").Browser} */ let browser;
  /** @type {import("playwright-core").Page} */ let page;
  /** Where the notebooks lie. @type {string} */ let folder;
  /** @type {(() => Promise<void>) | undefined} */ let stop;

  before(async () => {
    tools = await pythonTools(new URL("requirements-notebooks.txt", RECIPES), "JupyterLab and marimo");
    site = await Server.start({ headers: { "access-control-allow-origin": "*" } });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    folder = await mkdtemp(join(tmpdir(), "bunsen-notebook-"));
  });
  afterEach(async () => {
    await page.close();
    await stop?.();
    stop = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts a server of notebooks, and gives the origin that it says. @param {string} python @param {string[]} words */
  async function start(python, words) {
    const env = {
      ...process.env,
      BUNSEN_WIDGET: site.url,
      PYTHONPATH: await installWidget(python, folder),
      // Its settings and logs are nobody's.
      HOME: folder,
      JUPYTER_CONFIG_DIR: join(folder, "jupyter"),
    };
    const server = spawn(pythonIn(python), words, {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    stop = async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      // Its kernels are of its group.
      if (server.exitCode === null && server.pid) process.kill(-server.pid, "SIGTERM");
      await ended;
    };
    let said = "";
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (data) => (said += data));
    const address = () => /http:\/\/(localhost|127\.0\.0\.1):\d+(?=\D)/.exec(said)?.[0];
    // It says where it listens before it does.
    const answers = async () => {
      if (server.exitCode !== null) throw new Error(`The server of notebooks has ended: ${said}`);
      return fetch(address() ?? "").then(
        () => true,
        () => false,
      );
    };
    await until(answers, Boolean, { timeout: 60_000, what: "the server of notebooks" });
    return address() ?? "";
  }

  test("in JupyterLab", { timeout: 180_000 }, async (context) => {
    if (tools.why !== undefined) return context.skip(tools.why);
    const cells = ["jupyter/lab.py", "jupyter/values.py"].map((path) => ({
      cell_type: "code",
      id: path.replace(/\W/g, ""),
      metadata: {},
      outputs: [],
      execution_count: null,
      source: snippet(path),
    }));
    const kernelspec = { name: "python3", display_name: "Python 3" };
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
    await writeFile(join(folder, "lesson.ipynb"), JSON.stringify(notebook));
    const options = ["--no-browser", "--allow-root", "--IdentityProvider.token=", "--ServerApp.port=0"];
    const address = await start(tools.folder, ["-m", "jupyterlab", ...options, `--ServerApp.root_dir=${folder}`]);
    await page.goto(`${address}/lab/tree/lesson.ipynb`);
    // Cells that are run before are lost.
    await page.getByText("Python 3 (ipykernel) | Idle").waitFor({ timeout: 60_000 });
    const run = async (/** @type {number} */ cell) => {
      await page.locator(".jp-Cell .cm-content").nth(cell).click({ timeout: 60_000 });
      await page.keyboard.press("Control+Enter");
    };
    await run(0);
    await page.getByRole("button", { name: "Train", exact: true }).click({ timeout: 60_000 });
    await assertTrained(page.frameLocator("bunsen-lab iframe"));
    await page
      .frameLocator("bunsen-lab iframe")
      .getByRole("button", { name: "Train again" })
      .waitFor({ timeout: 120_000 });
    await run(1);
    await page.locator(".jp-OutputArea-output").filter({ hasText: ACCURACY }).waitFor();
  });

  test("in marimo", { timeout: 180_000 }, async (context) => {
    if (tools.why !== undefined) return context.skip(tools.why);
    const cell = (/** @type {string} */ path, /** @type {string} */ takes, /** @type {string} */ gives) =>
      `@app.cell\ndef _(${takes}):\n${snippet(path).replace(/^(?=.)/gm, "    ")}\n    return ${gives}\n`;
    const cells = [cell("marimo/lab.py", "", "(lab,)"), cell("marimo/values.py", "lab", "")];
    await writeFile(join(folder, "lesson.py"), `import marimo\n\napp = marimo.App()\n\n${cells.join("\n")}`);
    const address = await start(tools.folder, ["-m", "marimo", "run", "lesson.py", "--headless", "--no-token"]);
    await page.goto(address);
    await page.getByRole("button", { name: "Train", exact: true }).click({ timeout: 60_000 });
    await assertTrained(page.frameLocator("bunsen-lab iframe"));
    // It shows them as a tree: the losses of all four epochs are there.
    await page.getByText(/^0\.\d+$/).waitFor({ timeout: 120_000 });
    await page.getByText("312", { exact: true }).waitFor({ timeout: 120_000 });
    assert.ok(site.requests.includes("/widget.mjs"));
  });
});
