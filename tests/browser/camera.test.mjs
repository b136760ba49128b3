// @ts-check
// Photographs by the page's own camera button.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import { focused } from "./support/focus.mjs";
import { Bench } from "./support/page.mjs";
import { Server } from "./support/server.mjs";
import { done, panelOf, refused } from "./support/try.mjs";

/** @typedef {import("playwright-core").Page} Page */

describe("the camera", () => {
  /** @type {Server} */ let server;
  /** @type {import("playwright-core").Browser[]} */ const browsers = [];
  before(async () => {
    server = await Server.start();
  });
  after(async () => {
    for (const browser of browsers) await browser.close();
    await server?.close();
  });

  /** @param {string[]} args @param {string[]} [permissions] */
  const openWith = async (args, permissions) => {
    const browser = await launch({ whole: true, args });
    browsers.push(browser);
    const { context } = await visitor(browser);
    if (permissions) await context.grantPermissions(permissions);
    const bench = new Bench(await context.newPage(), server.url);
    await bench.page.addInitScript(() => {
      const all = /** @type {MediaStream[]} */ ([]);
      Object.assign(globalThis, { cameras: all, askedForCameras: 0 });
      // The empty page before has none.
      if (!navigator.mediaDevices) return;
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        /** @type {any} */ (globalThis).askedForCameras++;
        const stream = await ask(wanted);
        all.push(stream);
        return stream;
      };
    });
    await bench.open("model=lenet5&data=digits&subset=600");
    await bench.page.getByRole("button", { name: "Next image", disabled: false }).waitFor();
    return { bench, page: bench.page };
  };
  /** @param {Page} page */
  const asked = (page) => page.evaluate(() => /** @type {any} */ (globalThis).askedForCameras);
  /** @param {Page} page @returns {Promise<string[]>} */
  const tracks = (page) =>
    page.evaluate(() =>
      /** @type {any} */ (globalThis).cameras.flatMap((/** @type {MediaStream} */ stream) =>
        stream.getTracks().map(({ readyState }) => readyState),
      ),
    );

  test("is asked for when its button is pressed, and given back", { timeout: 60_000 }, async () => {
    const { bench, page } = await openWith(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
    assert.equal(await asked(page), 0);
    await bench.button("Camera").click();
    const video = page.getByLabel("What the camera shows");
    await video.waitFor();
    await page.waitForFunction(() => /** @type {any} */ (globalThis).cameras.length === 1);
    assert.deepEqual(await tracks(page), ["live"]);
    await bench.button("Close the camera").click();
    assert.deepEqual(await tracks(page), ["ended"]);
    assert.equal(await video.count(), 0);

    // By the keyboard alone: who opens it stands where it is taken, and back.
    assert.equal(await focused(page), "Camera");
    await page.keyboard.press("Enter");
    await video.waitFor();
    assert.equal(await focused(page), "Take the picture");
    await video.evaluate((element) => {
      const video = /** @type {HTMLVideoElement} */ (element);
      return video.videoWidth > 0 || new Promise((ready) => video.addEventListener("loadeddata", ready));
    });
    await bench.button("Take the picture").click();
    await panelOf(page).getByText("The photograph").waitFor();
    assert.match(await done(page, /pixels/), /^(Of 640×480 pixels, what is|Nothing in this picture)/);
    assert.deepEqual(await tracks(page), ["ended", "ended"]);
    assert.equal(await video.count(), 0);
    assert.deepEqual(bench.complaints, []);
  });

  test("that is refused, or not there, is told in a sentence", { timeout: 60_000 }, async () => {
    for (const [args, sentence] of /** @type {const} */ ([
      [
        ["--use-fake-device-for-media-stream"],
        "The camera was not allowed: allow it for this page in the browser's settings, and ask again. An image file does as well.",
      ],
      [["--use-fake-ui-for-media-stream"], "There is no camera here. An image file does as well."],
    ])) {
      const { bench, page } = await openWith([...args], args[0].includes("device") ? [] : undefined);
      await bench.button("Camera").click();
      await refused(page, sentence);
      assert.equal(await asked(page), 1);
      await bench.button("Open an image").waitFor();
      assert.deepEqual(bench.complaints, []);
    }
  });
});
