// @ts-check
// The benchmark's page as a visitor meets it: by role and name.

import { asRead } from "./as-read.mjs";
import { SitePage } from "./site-page.mjs";

export class BenchmarkPage extends SitePage {
  /** Opens the page. @param {string} [query] with "?" and "#" */
  async visit(query = "") {
    await this.page.goto("about:blank");
    await this.page.goto(`${this.url}bench.html${query}`);
  }

  /** Opens the page, and waits until it can measure. @param {string} [query] */
  async open(query = "") {
    await this.visit(query);
    await this.pressable("Run").waitFor({ timeout: 20_000 });
  }

  /** @param {string} group @param {string | RegExp} name */
  box(group, name) {
    return this.page.getByRole("group", { name: group, exact: true }).getByRole("checkbox", { name, exact: true });
  }

  /** @param {string | RegExp} name */
  table(name) {
    return this.page.getByRole("table", { name });
  }

  /** The words of a row, by the engine's name. @param {string | RegExp} table @param {string | RegExp} engine */
  async row(table, engine) {
    const head = this.page.getByRole("rowheader", { name: engine });
    const row = this.table(table).getByRole("row").filter({ has: head });
    return (await row.getByRole("cell").allInnerTexts()).map((text) => text.trim());
  }

  /** Waits for the words of the progress. @param {RegExp} words @param {number} [timeout] */
  async reach(words, timeout = 60_000) {
    await this.status("Progress")
      .filter({ hasText: asRead(words) })
      .waitFor({ timeout });
  }

  /** What "Copy as Markdown" copies. */
  async markdown() {
    await this.button("Copy as Markdown").click();
    await this.status("Export")
      .filter({ hasText: asRead(/copied/) })
      .waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** What "Save as JSON" saves. */
  async json() {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.button("Save as JSON").click()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return { name: download.suggestedFilename(), report: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  }
}
