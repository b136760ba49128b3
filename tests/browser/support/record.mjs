// @ts-check
// A record of what a page showed, from its first moment on. A test that asserts
// on the record misses nothing that stood for a moment only, and need not wait for something that must not happen.

import { until } from "./until.mjs";

/** @typedef {import("playwright-core").BrowserContext} BrowserContext */
/** @typedef {import("playwright-core").Page} Page */
/** What a live region or another named element showed. @typedef {{ role: string, name: string, text: string }} Shown */

/**
 * Records every page of a context from now on.
 * @param {BrowserContext | Page} where
 */
export function record(where) {
  return where.addInitScript(() => {
    /** @type {any} */ const self = globalThis;
    /** @type {Shown[]} */
    const shown = [];
    self.record = { shown };
    /** @type {Map<Element, string>} */
    const last = new Map();
    /** A longer text is that of a whole part of the page. */
    const LONGEST = 400;

    /** @param {Element} element */
    const note = (element) => {
      const text = (element.textContent ?? "").replace(/\s+/g, " ").trim();
      if (text.length > LONGEST || last.get(element) === text) return;
      last.set(element, text);
      shown.push({ role: element.getAttribute("role") ?? "", name: element.getAttribute("aria-label") ?? "", text });
    };
    /** Elements whose text includes that of a node: its parents as far as one with a role. @param {Node | null} node */
    const noteAround = (node) => {
      for (let at = node; at; at = at instanceof ShadowRoot ? at.host : at.parentNode) {
        if (!(at instanceof Element)) continue;
        note(at);
        if (at.hasAttribute("role")) return;
      }
    };
    /** @param {Node} root */
    const observe = (root) =>
      new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
          for (const node of addedNodes) {
            if (!(node instanceof Element)) continue;
            for (const inner of node.querySelectorAll("*")) note(inner);
            note(node);
          }
          noteAround(target);
        }
      }).observe(root, { subtree: true, childList: true, characterData: true });

    const { attachShadow } = Element.prototype;
    Element.prototype.attachShadow = function (init) {
      const root = attachShadow.call(this, init);
      observe(root);
      return root;
    };
    observe(document);
  });
}

/**
 * What elements of that name showed, in the order in which they showed it.
 * @param {Page} page @param {string} name
 * @returns {Promise<string[]>}
 */
export async function shown(page, name) {
  /** @type {Shown[]} */
  const all = await page.evaluate(() => /** @type {any} */ (globalThis).record.shown);
  return all.filter((entry) => entry.name === name).map(({ text }) => text);
}

/**
 * Waits until such a text has been shown, at any moment since the page was opened.
 * @param {Page} page @param {RegExp} text @param {{ timeout?: number }} [patience]
 */
export async function hasShown(page, text, { timeout = 30_000 } = {}) {
  await until(
    () =>
      page.evaluate(() =>
        /** @type {Shown[]} */ (/** @type {any} */ (globalThis).record.shown).map(({ text }) => text),
      ),
    (texts) => texts.some((shown) => text.test(shown)),
    { timeout, what: String(text) },
  );
}
