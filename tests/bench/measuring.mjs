// Drives the site's own benchmark page, bench.html, as a person does: sets it, presses Run, waits, takes the results.
import { readFile } from "node:fs/promises";
import { launch } from "./browser.mjs";
import { machine } from "./machine.mjs";
import { say } from "./results.mjs";
import { serve } from "./server.mjs";

const LOOK_MS = 500;

/** Serves the site, opens a browser, and puts both away whatever happens. `work` is given `measure` and both. */
export async function withPage({ adapter }, work) {
  const server = await serve();
  let browser;
  try {
    browser = await launch({ adapter });
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const info = machine(browser);
    const measure = (query, recipe) => measured(page, server.url, query, recipe);
    return await work({ browser, page, info, measure });
  } finally {
    await browser?.close();
    await server.close();
  }
}

/** Presses Run and waits for the end. Gives what the page saves and what it copies. */
async function measured(page, url, query, recipe = "") {
  const set = Object.entries(query).filter(([, value]) => value !== undefined);
  await page.goto("about:blank");
  await page.goto(`${url}/bench.html?${new URLSearchParams(set)}${recipe && `#${recipe}`}`);
  const button = (name, more = {}) => page.getByRole("button", { name, exact: true, ...more });
  const refusal = page.getByRole("alert");
  await button("Run", { disabled: false }).or(refusal).first().waitFor();
  if ((await refusal.count()) > 0) throw new Error((await refusal.first().innerText()).trim());
  await button("Run").click();

  const status = page.getByRole("status", { name: "Progress", exact: true });
  let shown = "";
  for (;;) {
    const text = await status.innerText();
    const of = text.replace(/: step .*/, ": training");
    if (of !== shown) say(`  ${text}`);
    shown = of;
    if (text === "finished" || text === "stopped") break;
    await page.waitForTimeout(LOOK_MS);
  }
  const [download] = await Promise.all([page.waitForEvent("download"), button("Save as JSON").click()]);
  const report = JSON.parse(await readFile(await download.path(), "utf8"));
  await button("Copy as Markdown").click();
  await page
    .getByRole("status", { name: "Export", exact: true })
    .filter({ hasText: /copied/ })
    .waitFor();
  return { report, markdown: await page.evaluate(() => navigator.clipboard.readText()) };
}

/** The page's Markdown without its title, which the file has of its own. */
export const bodyOf = (markdown) => markdown.replace(/^# .*\n+/, "").trim();
