// @ts-check
// The page in other languages, and under a browser's translator.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";

const RUN = "model=lenet5&data=digits&subset=1000&epochs=900";

describe("words", () => {
  const site = startSite();

  /**
   * A new visitor's page, which must not throw.
   * @param {import("playwright-core").BrowserContextOptions} options @param {(bench: Bench) => Promise<void>} use
   */
  async function visit(options, use) {
    const { context } = await visitor(site.browser, options);
    const page = await context.newPage();
    /** @type {string[]} */
    const thrown = [];
    page.on("pageerror", (error) => thrown.push(String(error)));
    try {
      await use(new Bench(page, site.server.url));
      assert.deepEqual(thrown, []);
    } finally {
      await context.close();
    }
  }

  test("the page speaks the language that the browser prefers, and says that it is a translation", async () => {
    await visit({ locale: "de-CH" }, async (bench) => {
      await bench.page.goto(`${bench.url}#${RUN}`);
      await bench.choice("Sprache").waitFor();
      assert.equal(await bench.choice("Sprache").inputValue(), "de");
      await bench.page.getByText("Übersetzung; das Original ist englisch.").waitFor();
      assert.equal(await bench.page.evaluate(() => document.documentElement.lang), "de");
      await bench.button("English").click();
      await bench.choice("Language").waitFor();
      assert.equal(await bench.page.evaluate(() => document.documentElement.lang), "en");
    });
  });

  test(
    "every name of data has its room in the bar of a wide window, in each language",
    { timeout: 60_000 },
    async () => {
      for (const [locale, name] of /** @type {const} */ ([
        ["en", "Data"],
        ["de", "Daten"],
        ["es", "Datos"],
      ])) {
        await visit({ locale, viewport: { width: 1280, height: 720 } }, async (bench) => {
          await bench.page.goto(`${bench.url}#${RUN}`);
          await bench.choice(name).locator("option:checked", { hasText: /\S/ }).waitFor({ state: "attached" });
          const cut = await bench.choice(name).evaluate((list) => {
            const { fontFamily, fontSize, paddingLeft, paddingRight } = getComputedStyle(list);
            const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
            context.font = `${fontSize} ${fontFamily}`;
            const room = list.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
            const names = [.../** @type {HTMLSelectElement} */ (list).options].map(({ text }) => text);
            return names.filter((text) => context.measureText(text).width > room + 1);
          });
          assert.deepEqual(cut, [], locale);
        });
      }
    },
  );

  test("in German LeNet-5 trains, and says in German what happened", { timeout: 90_000 }, async () => {
    await visit({ locale: "de" }, async (bench) => {
      await bench.page.goto(`${bench.url}#model=lenet5&data=digits&subset=2000&epochs=2`);
      await bench.pressable("Trainieren").waitFor();
      const chosen = (/** @type {string} */ list, /** @type {string} */ text) =>
        bench.choice(list).locator("option:checked", { hasText: text }).waitFor({ state: "attached" });
      await chosen("Netz", "LeNet-5");
      await chosen("Daten", "Synthetische Ziffern");
      await bench.pressable("Trainieren").click();
      const finished = /^(Fertig|Nicht besser als Raten)[^]*: \d+,\d % von [\d.]+ Testbildern richtig/;
      await bench.status("Was geschah").filter({ hasText: finished }).waitFor({ timeout: 60_000 });
      assert.match(await bench.status("Testgenauigkeit").innerText(), /^\d+,\d %/);
      await bench.status("Fortschritt").waitFor();
    });
  });

  test("an embed speaks the language of its address, whatever the browser prefers", { timeout: 60_000 }, async () => {
    await visit({ locale: "de" }, async ({ page, url }) => {
      await page.goto(`${url}embed.html?lang=es#model=lenet5&data=digits&subset=200&epochs=1`);
      await page.getByRole("button", { name: "Entrenar", exact: true }).click();
      await page
        .getByRole("status", { name: "Progreso" })
        .filter({ hasText: /^Listo: \d+ pasos?$/ })
        .waitFor();
      await page.getByText("Exactitud en prueba").waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), "es");
    });
  });

  test("a word that a translation lacks is in English", async () => {
    await visit({ locale: "de" }, async (bench) => {
      const lacking = 'export default { page: { Language: "Sprache", Train: "" }, module: {} };';
      await bench.page.route(/\/de-[^/]*\.js$/, (route) =>
        route.fulfill({ contentType: "text/javascript", body: lacking }),
      );
      await bench.page.goto(`${bench.url}#${RUN}`);
      await bench.choice("Sprache").waitFor({ state: "attached" });
      await bench.pressable("Train").waitFor();
    });
  });

  test("another language is chosen while a run trains, and stays chosen", { timeout: 60_000 }, async () => {
    await visit({}, async (bench) => {
      await bench.open(RUN);
      await bench.pressable("Train").click();
      await bench.reach(20);
      const accuracy = bench.page.getByText(/^\d+[.,]\d %$/).first();
      await accuracy.filter({ hasText: /\d\.\d/ }).waitFor();
      await bench.choice("Language").selectOption("de");
      await accuracy.filter({ hasText: /\d,\d/ }).waitFor();
      await bench.page.reload();
      await bench.choice("Sprache").waitFor();
    });
  });

  test("without its translation the page is in English", async () => {
    await visit({ locale: "es" }, async (bench) => {
      await bench.page.route(/\/es-[^/]*\.js$/, (route) => route.abort());
      await bench.open(RUN);
      await bench.choice("Language").waitFor();
      assert.equal(await bench.page.evaluate(() => document.documentElement.lang), "en");
    });
  });

  test("a browser's translator does not freeze numbers, and nothing throws", { timeout: 60_000 }, async () => {
    await visit({}, async (bench) => {
      await bench.open(RUN);
      await translate(bench.page);
      await bench.button("Train").click();
      await bench.reach(30);
      await translate(bench.page);
      const { done: before } = await bench.progress();
      await bench.reach(before + 30);
      // What is put in and taken out beside texts still can be.
      await bench.button("Pause").click();
      await bench.page.getByText("What it gets wrong", { exact: true }).click();
      await translate(bench.page);
      await bench.button("Go on").click();
      await bench.reach(before + 60);
    });
  });
});

/** As Chromium's translator does it: each text node is replaced by elements that hold it. @param {import("playwright-core").Page} page */
async function translate(page) {
  const replaced = await page.evaluate(() => {
    /** @param {Document | ShadowRoot | Element} root @returns {number} */
    const within = (root) => {
      let count = 0;
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
      const texts = [];
      while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node instanceof Element) count += node.shadowRoot ? within(node.shadowRoot) : 0;
        else if (
          /\S/.test(node.nodeValue ?? "") &&
          !node.parentElement?.closest("style, script, font, option, [translate=no]")
        )
          texts.push(node);
      }
      for (const text of texts) {
        const outer = document.createElement("font");
        outer.append(document.createElement("font"));
        outer.firstElementChild?.append(text.nodeValue ?? "");
        text.parentNode?.replaceChild(outer, text);
      }
      return count + texts.length;
    };
    return within(document.body);
  });
  assert.ok(replaced > 10, `only ${replaced} texts were replaced`);
}
