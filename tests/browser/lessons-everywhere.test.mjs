// @ts-check
// A lesson in browsers that nothing here can drive: a page that presses what a reader presses, and tells its server what came of it. In Firefox and WebKitGTK,
// where they are installed, and in Chromium.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { browsers } from "../replays/browsers.mjs";
import { dist } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const LESSON = "learn/resnet/";
const RUN = "plain8@1";

/** Runs in the lesson's page: once to do all of it, and once more when that was loaded again. */
function drive() {
  /** @param {string} selector @returns {HTMLElement | null} */
  const find = (selector) => document.querySelector(selector);
  /** @param {string} selector */
  const text = (selector) => (find(selector)?.textContent ?? "").trim();
  /** @param {string} scope @param {RegExp} name */
  const press = (scope, name) =>
    [...document.querySelectorAll(`${scope} button`)]
      .find((button) => name.test(button.textContent ?? ""))
      ?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  const row = '.runs > li[data-run="plain8@1"]';
  const choice = ".prediction[data-right]";
  /** @param {object} found */
  const tell = (found) =>
    fetch(`/lesson-said?${encodeURIComponent(JSON.stringify({ agent: navigator.userAgent, ...found }))}`);
  const state = () => ({
    predicted: text(`${choice} .said-of-it`),
    drawn: find(".prediction[data-draw] .reveal")?.hidden === false,
    trained: text(`${row} .said-of-it`),
    progress: text(".progress p"),
  });
  addEventListener("error", ({ message }) => void tell({ error: message }));
  addEventListener("load", () => {
    if (sessionStorage.getItem("again")) return void tell({ again: true, ...state() });
    /** @type {HTMLInputElement} */ (find(`${choice} input`))?.click();
    press(choice, /^Lock my prediction$/);
    press(".prediction[data-draw]", /^Show without a prediction$/);
    press(row, /^Train it yourself$/);
    const timer = setInterval(() => {
      if (!/^Trained here/.test(text(`${row} .said-of-it`))) return;
      clearInterval(timer);
      void tell(state()).then(() => {
        sessionStorage.setItem("again", "1");
        location.reload();
      });
    }, 100);
  });
}

describe("a lesson is predicted, trained to its check and kept", () => {
  /** @type {Server} */ let server;
  /** @type {any[]} */ const said = [];

  before(async () => {
    server = await Server.start();
    const page = await readFile(join(dist, LESSON, "index.html"), "utf8");
    server.break(`/${LESSON}`, (_, response) => {
      const driven = page.replace("<script", '<script src="/drive-lesson.js"></script><script');
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...server.headers }).end(driven);
    });
    server.break("/drive-lesson.js", (_, response) => {
      response.writeHead(200, { "content-type": "text/javascript" }).end(`(${drive})();`);
    });
    server.break("/lesson-said", (request, response) => {
      said.push(JSON.parse(decodeURIComponent(new URL(request.url ?? "", server.url).search.slice(1))));
      response.writeHead(204).end();
    });
  });
  after(() => server?.close());

  for (const { name, missing, open } of browsers) {
    test(`in ${name}`, { timeout: 200_000, skip: missing() ?? false }, async () => {
      said.length = 0;
      const page = await readFile(join(dist, LESSON, "index.html"), "utf8");
      const [, check = ""] = new RegExp(`data-run="${RUN}"[^>]* data-check="([0-9a-f]{16})"`).exec(page) ?? [];
      assert.notEqual(check, "");
      const close = await open(server.url + LESSON);
      try {
        await until(
          () => said,
          (all) => all.length > 1 || all.some(({ error }) => error),
          { timeout: 180_000, what: "a word of the lesson" },
        );
      } finally {
        await close();
      }
      console.log(`${name}: ${said[0].agent}`);
      assert.deepEqual(
        said.map(({ error }) => error),
        [undefined, undefined],
      );
      const [first, again] = said;
      const progress =
        /^You locked 1 of 3 predictions, looked at 1 without one, and trained 1 of \d+ runs to the same check\./;
      for (const each of said) {
        assert.match(each.predicted, /^(You predicted what happened|Something else happened than you predicted)\.$/);
        assert.ok(each.drawn, "what was shown stays so");
        assert.match(each.progress, progress);
      }
      assert.equal(first.trained, `Trained here: the same check, ${check}.`);
      assert.equal(again.trained, `Trained here before: the same check, ${check}.`);
    });
  }
});
