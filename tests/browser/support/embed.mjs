// @ts-check
// An embed and its host: what they say to each other over a port.

/** @typedef {import("playwright-core").Page} Page */

/** Says hello to the only frame; what it says is then in `told` of the page. @param {Page} page */
export async function hello(page) {
  await page
    .frameLocator("iframe")
    .getByRole("button")
    .or(page.frameLocator("iframe").getByRole("alert"))
    .first()
    .waitFor();
  await page.evaluate(() => {
    const { port1, port2 } = new MessageChannel();
    const told = /** @type {any[]} */ ([]);
    port1.onmessage = ({ data }) => told.push(data);
    Object.assign(window, { told, port: port1 });
    document.querySelector("iframe")?.contentWindow?.postMessage({ bunsen: 1, type: "hello" }, "*", [port2]);
  });
  await told(page, "ready");
}

/** Sends over the port. @param {Page} page @param {...object} messages */
export const send = (page, ...messages) =>
  page.evaluate((messages) => {
    for (const message of messages) /** @type {any} */ (window).port.postMessage({ bunsen: 1, ...message });
  }, messages);

/** Waits until a message of that type (and with that id) has come. @param {Page} page @param {string} type @param {unknown} [id] */
export async function told(page, type, id) {
  const found = await page.waitForFunction(
    ([type, id]) =>
      /** @type {any} */ (window).told.find(
        (/** @type {any} */ message) => message.type === type && (id === null || message.id === id),
      ),
    [type, id ?? null],
  );
  return found.jsonValue();
}

/** Whether nothing of a page has to be scrolled. @param {Page} page */
export const isComplete = (page) =>
  page.evaluate(() => {
    const { scrollHeight, scrollWidth } = document.documentElement;
    return scrollHeight <= innerHeight && scrollWidth <= innerWidth;
  });
