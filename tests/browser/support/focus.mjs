// @ts-check
// Which element has the focus.

/**
 * The name of the element that has the focus, as a screen reader says it.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string>}
 */
export function focused(page) {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    const label = /** @type {HTMLInputElement | null} */ (active)?.labels?.[0]?.textContent;
    const heard = /** @type {Element | undefined} */ (active?.cloneNode(true));
    for (const part of heard?.querySelectorAll("[aria-hidden=true]") ?? []) part.remove();
    return (active?.getAttribute("aria-label") ?? label ?? heard?.textContent ?? "").trim();
  });
}
