// @ts-check
// On a phone and on a tablet, in each language: words are longer than in English, and nothing may stand beside the page, nor a text beside
// its place.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";

const LINK = "model=lenet5&data=digits&subset=500&test=500&steps=10&batch=50";
const WINDOWS = [
  { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  { viewport: { width: 768, height: 1024 }, hasTouch: true },
];

/** Buttons as each language calls them. */
const LANGUAGES = [
  {
    locale: "en-US",
    train: "Train",
    again: "Train again",
    compare: "Compare",
    recorded: "Show recorded",
    menu: "More",
  },
  {
    locale: "de-DE",
    train: "Trainieren",
    again: "Neu trainieren",
    compare: "Vergleichen",
    recorded: "Aufzeichnung zeigen",
    menu: "Mehr",
  },
  {
    locale: "es-ES",
    train: "Entrenar",
    again: "Entrenar de nuevo",
    compare: "Comparar",
    recorded: "Mostrar lo grabado",
    menu: "Más",
  },
];

describe("on a narrow screen", () => {
  const site = startSite();

  /**
   * What reaches beyond the page's width, and buttons and names that reach beyond their own; all that a table scrolls stays out of it.
   * @param {import("playwright-core").Page} page
   */
  function beyond(page) {
    return page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      /** @type {string[]} */ const found = [];
      if (document.documentElement.scrollWidth > width)
        found.push(`the page is ${document.documentElement.scrollWidth} wide`);
      const isScrolled = (/** @type {Element | null} */ element) => {
        for (let at = element; at; at = at.parentElement ?? /** @type {ShadowRoot} */ (at.getRootNode()).host ?? null)
          if (getComputedStyle(at).overflowX !== "visible") return true;
        return false;
      };
      const look = (/** @type {Element | ShadowRoot} */ node) => {
        if (node instanceof Element && node.checkVisibility({ visibilityProperty: true })) {
          const { left, right, width: own } = node.getBoundingClientRect();
          const text = `${node.localName} “${(node.textContent ?? "").trim().replaceAll(/\s+/g, " ").slice(0, 40)}”`;
          const isHeard = getComputedStyle(node).clipPath !== "none";
          if (own > 0 && (right > width + 1 || left < -1) && !isHeard && !isScrolled(node))
            found.push(`${text} stands from ${Math.round(left)} to ${Math.round(right)}`);
          if (node.localName === "button" && node.scrollWidth > node.clientWidth + 1) found.push(`${text} is cut`);
          const chart = node instanceof SVGTextElement ? node.ownerSVGElement?.getBoundingClientRect() : undefined;
          if (chart && right > chart.right + 1) found.push(`${text} stands beside its chart`);
        }
        if (node instanceof Element && node.shadowRoot) look(node.shadowRoot);
        for (const child of node.children) look(child);
      };
      look(document.body);
      return found;
    });
  }

  for (const { locale, train, again, compare, recorded, menu, options } of LANGUAGES.flatMap((language) =>
    WINDOWS.map((options) => ({ ...language, options })),
  )) {
    test(
      `nothing stands beside the page in ${locale}, ${options.viewport.width} pixels wide`,
      { timeout: 120_000 },
      async () => {
        const { context } = await visitor(site.browser, { locale, ...options });
        try {
          const bench = new Bench(await context.newPage(), site.server.url);
          await bench.visit(LINK);
          const { page } = bench;
          const assertFits = async (/** @type {string} */ view) => assert.deepEqual(await beyond(page), [], view);
          await bench.button(train).waitFor();
          await page
            .getByRole("list")
            .filter({ has: page.locator("canvas") })
            .first()
            .waitFor();
          await assertFits("opened");
          await bench.button(train).tap();
          await bench.button(again).waitFor({ timeout: 60_000 });
          await assertFits("trained");
          await bench.button(compare).tap();
          await page.locator("compare-table").getByRole("row").nth(1).waitFor();
          await assertFits("runs compared");
          await bench.button(menu).tap();
          await assertFits("the menu");
          await page.keyboard.press("Escape");
          const stories = page.locator("story-row").getByRole("navigation").getByRole("button");
          for (let at = 0; at < (await stories.count()); at++) {
            const title = await stories.nth(at).innerText();
            await stories.nth(at).tap();
            const story = page.locator("story-view");
            const isOwn = at === (await stories.count()) - 1;
            // The last story is shown until this one is here.
            await (isOwn ? story.getByRole("textbox") : story.getByText(title, { exact: true })).first().waitFor();
            await story.getByRole("rowheader").first().waitFor();
            await assertFits(`story ${at + 1}`);
            const show = story.getByRole("button", { name: recorded, exact: true });
            if ((await show.count()) === 0) continue;
            await show.tap();
            await story.getByRole("img").first().waitFor();
            await assertFits(`story ${at + 1}, recorded`);
          }
          await page.keyboard.press("p");
          await page.locator("story-row").waitFor({ state: "hidden" });
          await assertFits("the projector's view");
          assert.deepEqual(bench.complaints, []);
        } finally {
          await context.close();
        }
      },
    );
  }
});
