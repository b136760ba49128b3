// @ts-check
// A page with H5P's resizer, which sets the height of every frame that speaks its words.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startSite } from "./support/site.mjs";
import { until } from "./support/until.mjs";

const LINK = "model=lenet5-1998&data=digits&subset=200&batch=10&steps=20&seed=7";
/** The height that an embed without panels asks for. */
const WANTED = 360;

/** The resizer's part in the page, as its words are: it answers hellos, and sets heights. Runs in the page. */
function resizer() {
  const heard = /** @type {string[]} */ ([]);
  Object.assign(window, { heard });
  const frame = /** @type {HTMLIFrameElement} */ (document.querySelector("iframe"));
  addEventListener("message", ({ source, data, origin }) => {
    if (data.context !== "h5p" || source !== frame.contentWindow) return;
    heard.push(data.action);
    if (data.action === "hello") frame.contentWindow?.postMessage({ context: "h5p", action: "hello" }, origin);
    if (data.action === "resize") frame.style.height = `${data.scrollHeight}px`;
  });
  frame.contentWindow?.postMessage({ context: "h5p", action: "ready" }, "*");
}

describe("H5P's resizer", () => {
  const site = startSite();

  /**
   * @param {string} attributes of the frame
   * @param {boolean} isLate whether the resizer comes when the embed is there
   */
  async function open(attributes, isLate) {
    const { server, browser } = site;
    server.headers = { "access-control-allow-origin": "*" };
    server.break("/resizer.js", (_, response) => {
      response.writeHead(200, { "content-type": "text/javascript" }).end(`(${resizer})();`);
    });
    server.break("/course.html", (_, response) => {
      const frame = `<iframe height="210" ${attributes} src="embed.html#${LINK}"></iframe>`;
      const script = isLate ? "" : '<script src="resizer.js"></script>';
      response
        .writeHead(200, { "content-type": "text/html" })
        .end(`<!doctype html><title>A course</title><body>${frame}${script}</body>`);
    });
    const page = await browser.newPage();
    const errors = /** @type {string[]} */ ([]);
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(`${server.url}course.html`);
    await page.frameLocator("iframe").getByRole("button", { name: "Train", exact: true }).waitFor();
    if (isLate) await page.evaluate(resizer);
    await until(
      () => page.evaluate(() => document.querySelector("iframe")?.clientHeight),
      (height) => height === WANTED,
      { what: `a height of ${WANTED} pixels` },
    );
    const heard = await page.evaluate(() => /** @type {any} */ (window).heard);
    await page.close();
    return { heard, errors };
  }

  test("gives a frame the height that the embed asks for", async () => {
    assert.deepEqual(await open("", false), { heard: ["hello", "resize"], errors: [] });
  });

  test("gives it a frame that was there before", async () => {
    assert.deepEqual(await open("", true), { heard: ["hello", "resize"], errors: [] });
  });

  test("gives it a frame without an origin, which it could not answer", async () => {
    assert.deepEqual(await open('sandbox="allow-scripts"', false), { heard: ["resize"], errors: [] });
  });
});
