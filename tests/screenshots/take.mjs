// @ts-check
// node tests/screenshots/take.mjs [view…]: photographs the views at four widths in both themes, and says what is wrong
// with their layout. Faults are an exit status of 1.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch } from "../browser/support/browser.mjs";
import { Server } from "../browser/support/server.mjs";
import { gallery } from "./gallery.mjs";
import { faults } from "./layout.mjs";
import { VIEWS, dress, visit } from "./views.mjs";

/** @typedef {import("./gallery.mjs").Shot} Shot */
/** @typedef {import("playwright-core").Page} Page */

const WIDTHS = [360, 768, 1280, 1920];
const THEMES = /** @type {const} */ (["light", "dark"]);
const FOLDER = new URL("./pictures/", import.meta.url);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !VIEWS.some((view) => view.name === name));
if (unknown.length > 0) {
  console.error(`There is no view ${unknown.join(", ")}. The views are ${VIEWS.map(({ name }) => name).join(", ")}.`);
  process.exit(1);
}

/** @type {Shot[]} */
const shots = [];
const server = await Server.start();
const browser = await launch();
try {
  if (wanted.length === 0) await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  for (const view of VIEWS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    if (view.notYet) {
      console.log(`${view.name}: skipped, for ${view.notYet}`);
      continue;
    }
    const take = async (/** @type {Page} */ page, /** @type {number} */ width, /** @type {Shot["theme"]} */ theme) => {
      const file = `${view.name}-${width}-${theme}.png`;
      // A dialog lies in the window, whatever of the page is behind it.
      const fullPage = !view.isMoment && (await page.getByRole("dialog").count()) === 0;
      await page.screenshot({ path: fileURLToPath(new URL(file, FOLDER)), fullPage });
      shots.push({ view: view.name, width, theme, file, faults: view.isMoment ? [] : await faults(page) });
    };
    const sizes = WIDTHS.flatMap((width) => THEMES.map((theme) => /** @type {const} */ ([width, theme])));
    if (view.isMoment) {
      // It does not last until it is seen in another size.
      for (const [width, theme] of sizes)
        await visit(browser, server, view, ({ page }) => take(page, width, theme), { width, theme });
    } else {
      await visit(browser, server, view, async ({ page }) => {
        for (const [width, theme] of sizes) {
          await dress(page, width, theme);
          await take(page, width, theme);
        }
      });
    }
    const wrong = new Set(
      shots
        .filter((shot) => shot.view === view.name)
        .flatMap((shot) => shot.faults.map((fault) => `${shot.width} px: ${fault}`)),
    );
    console.log(`${view.name}: ${wrong.size === 0 ? "no faults" : `${wrong.size} faults`}`);
    for (const fault of wrong) console.log(`  ${fault}`);
  }
} finally {
  await browser.close();
  await server.close();
}
await writeFile(new URL("index.html", FOLDER), gallery(shots));
console.log(`Look through them: ${fileURLToPath(new URL("index.html", FOLDER))}`);
if (shots.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
