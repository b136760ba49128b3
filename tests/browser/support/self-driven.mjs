// @ts-check
// A page that does by itself what a visitor does, and tells its server what came of it: for browsers that nothing here can drive.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dist } from "./paths.mjs";
import { until } from "./until.mjs";

/**
 * From now on, the bench and the embed press Train when that can be pressed. Gives what awaits the verdict on the run, or what the page says
 * instead: the first alert.
 * @param {import("./server.mjs").Server} server
 * @param {() => void} [before] runs in front of all the page's scripts
 */
export async function driveItself(server, before = () => {}) {
  /** @type {string[]} */
  const said = [];
  const { folder } = server;
  for (const [path, file] of [
    [folder, "index.html"],
    [`${folder}embed.html`, "embed.html"],
  ]) {
    const page = (await readFile(join(dist, file ?? ""), "utf8")).replace(
      "<script",
      '<script src="./drive.js"></script><script',
    );
    server.break(path ?? "", (_, response) => {
      response.writeHead(200, { "content-type": "text/html", ...server.headers }).end(page);
    });
  }
  server.break(`${folder}drive.js`, (_, response) => {
    response
      .writeHead(200, { "content-type": "text/javascript", ...server.headers })
      .end(`(${before})();\n(${drive})();`);
  });
  server.break(`${folder}said`, (request, response) => {
    said.push(decodeURIComponent(new URL(request.url ?? "", server.url).search.slice(1)));
    response.writeHead(204, server.headers).end();
  });
  return async () => {
    await until(
      () => said.length,
      (count) => count > 0,
      { timeout: 120_000, what: "a word of the page" },
    );
    return said[0];
  };
}

/** Runs in the page. */
function drive() {
  let isTraining = false;
  /** All elements, those of shadow roots too. @param {Document | ShadowRoot} root @returns {Element[]} */
  const all = (root) =>
    [...root.querySelectorAll("*")].flatMap((element) => [
      element,
      ...(element.shadowRoot ? all(element.shadowRoot) : []),
    ]);
  const textOf = (/** @type {Element} */ element) => (element.textContent ?? "").replace(/\s+/g, " ").trim();
  const timer = setInterval(() => {
    const elements = all(document);
    const train = elements.find((element) => element.matches("button:enabled") && textOf(element) === "Train");
    if (train && !isTraining) {
      isTraining = true;
      /** @type {HTMLElement} */ (train).click();
    }
    // A final verdict is said aloud, and no other.
    const verdict = '[role=status][aria-label="Verification"][aria-live="polite"]';
    const said = elements.find((element) => element.matches(`${verdict}, [role=alert]`) && textOf(element));
    if (!said) return;
    clearInterval(timer);
    void fetch(`./said?${encodeURIComponent(textOf(said))}`, { mode: "no-cors" });
  }, 100);
}
