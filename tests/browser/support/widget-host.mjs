// @ts-check
// A host of anywidget modules, as Jupyter and MyST are to a widget.

import { until } from "./until.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * Shows a widget in a shadow root of a page. Its values are then `shown.values` of the page, how often it was told to save them `shown.saved`; `shown.change` sets
 * a value as a cell does, and `remove` takes it away.
 * @param {Page} page @param {"jupyter" | "myst"} host MyST's model throws at what a page without a kernel cannot do
 * @param {Record<string, unknown>} values @param {string} esm the address of its front end, or its text
 */
export function showWidget(page, host, values, esm) {
  return page.evaluate(async ([host, values, esm]) => {
    const jupyter = host === "jupyter";
    const listeners = new EventTarget();
    const notThere = () => {
      throw new Error("Method not implemented.");
    };
    const change = (/** @type {string} */ key, /** @type {unknown} */ value) => {
      shown.values[key] = value;
      listeners.dispatchEvent(new CustomEvent(`change:${key}`, { detail: value }));
    };
    const shown = { values, saved: 0, change };
    const model = {
      get: (/** @type {string} */ key) => shown.values[key],
      set: change,
      save_changes: jupyter ? () => void shown.saved++ : notThere,
      send: notThere,
      on: (/** @type {string} */ name, /** @type {() => void} */ listener) =>
        listeners.addEventListener(name, () => listener()),
      off: jupyter ? () => {} : notThere,
    };
    const outside = document.body.appendChild(document.createElement("div"));
    const el = outside.attachShadow({ mode: "open" }).appendChild(document.createElement("div"));
    const isText = esm.includes("\n");
    const address = isText ? URL.createObjectURL(new Blob([esm], { type: "text/javascript" })) : esm;
    const { default: widget } = await import(address);
    const remove = await widget.render({ model, el });
    Object.assign(window, { shown, remove });
  }, /** @type {const} */ ([host, values, esm]));
}

/** The values of the widget's model. @param {Page} page @returns {Promise<Record<string, any>>} */
export const widgetValues = (page) => page.evaluate(() => /** @type {any} */ (window).shown.values);

/** Presses Train, and waits until the widget's model has the run with all of its losses. @param {Page} page @param {number} steps */
export async function trainWidget(page, steps) {
  await page.getByRole("button", { name: "Train" }).click();
  const isWhole = (/** @type {Record<string, any>} */ { check, losses }) => !!check && losses?.length === steps;
  return until(() => widgetValues(page), isWhole, { timeout: 60_000, what: "the run" });
}
