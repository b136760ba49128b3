// @ts-check
// Photos that a person collects on a telephone, class by class: named, taken, put away, trained on, and saved as a zip.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import { images } from "./support/own-images.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";

const PHONE = { width: 360, height: 740 };
const LINK = "model=lenet5&data=own";

/** Six images of a class of the test's zip, all with one name, as some galleries give them. @param {string} name */
const gallery = (name) => {
  const found = images.filter(({ path }) => path.includes(`/${name}s/`)).slice(0, 6);
  assert.equal(found.length, 6);
  return found.map(({ path, bytes }) => {
    const kind = path.split(".").pop() ?? "";
    return { name: `IMG.${kind}`, mimeType: `image/${kind}`, buffer: Buffer.from(bytes) };
  });
};

describe("photos, class by class", () => {
  const site = startSite();

  /** @param {import("playwright-core").Browser} browser */
  const open = async (browser) => {
    const { context } = await visitor(browser);
    const bench = new Bench(await context.newPage(), site.server.url);
    await bench.page.setViewportSize(PHONE);
    await bench.open(LINK);
    await bench.button("Collect photos, class by class").click();
    const add = async (/** @type {string} */ name) => {
      await bench.page.getByLabel("Name of the class").fill(name);
      await bench.page.keyboard.press("Enter");
    };
    const photos = bench.status("Your photos");
    return { bench, page: bench.page, context, add, photos };
  };

  test(
    "are collected, corrected, trained on, and saved as a zip that is the same data",
    { timeout: 90_000 },
    async () => {
      const { bench, page, context, add, photos } = await open(site.browser);
      await add("circle");
      await photos.filter({ hasText: "A network tells classes apart: add two at least." }).waitFor();
      await add("sqare");
      await page.getByLabel("Photos of circle", { exact: true }).setInputFiles(gallery("circle"));
      await photos.filter({ hasText: "“sqare” has too few photos" }).waitFor();
      await page.getByLabel("Photos of sqare", { exact: true }).setInputFiles(gallery("square"));
      await page.getByLabel("Name of class sqare").fill("square");
      await page.keyboard.press("Enter");
      await bench.button("Remove photo 6 of circle").click();
      await photos.filter({ hasText: "2 classes, 11 photos." }).waitFor();
      await page.getByRole("img", { name: "circle, photo 5" }).waitFor();

      const [download] = await Promise.all([page.waitForEvent("download"), bench.button("Save as a zip").click()]);
      const zip = await readFile(await download.path());
      await bench.button("Use these photos").click();
      await page.getByRole("status", { name: "Guess" }).waitFor();
      await bench.pressable("Train").waitFor();
      const own = /own=([0-9a-f]+)/;
      await page.waitForFunction(() => /own=[0-9a-f]+/.test(location.hash));
      const [, digest] = own.exec(new URL(page.url()).hash) ?? [];
      await bench.button("Train").click();
      await bench.button("Train again").waitFor({ timeout: 60_000 });
      assert.deepEqual(bench.complaints, []);
      await context.close();

      // The zip, in another visit.
      const again = await open(site.browser);
      await again.page
        .getByLabel("Files of the data set")
        .setInputFiles({ name: download.suggestedFilename(), mimeType: "application/zip", buffer: zip });
      await again.page.waitForFunction(() => /own=[0-9a-f]+/.test(location.hash));
      assert.equal(own.exec(new URL(again.page.url()).hash)?.[1], digest);
      await again.context.close();
    },
  );

  test("a name that is none is told, and the field has the focus", { timeout: 30_000 }, async () => {
    const { page, context, add } = await open(site.browser);
    await add("a/b");
    await page
      .getByRole("alert")
      .filter({ hasText: "A class's name has none of / \\ : in it and does not begin with a point." })
      .waitFor();
    await add("cat");
    await add("Cat");
    await page.getByRole("alert").filter({ hasText: "There is a class “Cat” already." }).waitFor();
    assert.equal(await page.getByLabel("Name of the class").evaluate((field) => field.matches(":focus")), true);
    await context.close();
  });

  test("a camera takes as many as one likes, and is given back", { timeout: 60_000 }, async (t) => {
    const browser = await launch({ args: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] });
    // An open browser would keep this program from its end.
    t.after(() => browser.close());
    const { bench, page, context, add } = await open(browser);
    await add("cup");
    await bench.button("Camera").click();
    const take = bench.button("Take a photo of cup");
    for (let at = 1; at <= 3; at++) {
      await take.click();
      await page.getByRole("img", { name: `cup, photo ${at}` }).waitFor();
    }
    await bench.button("Close the camera").click();
    await bench.button("Add photos of cup").waitFor();
    assert.deepEqual(bench.complaints, []);
    await context.close();
  });
});
