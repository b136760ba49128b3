// @ts-check
// The page for those who use no mouse, who hear it, and who want no motion.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PANELS } from "../screenshots/views.mjs";
import { visitor } from "./support/browser.mjs";
import { focused } from "./support/focus.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";
import { until } from "./support/until.mjs";

/** @typedef {import("playwright-core").Page} Page */

const LINK = "model=lenet5&data=digits&subset=640&batch=32&epochs=500&seed=3";

describe("the page for everyone", () => {
  const site = startSite();

  /** @param {import("playwright-core").BrowserContextOptions} options @param {(bench: Bench) => Promise<void>} use */
  async function visit(options, use) {
    const { context } = await visitor(site.browser, options);
    try {
      const bench = new Bench(await context.newPage(), site.server.url);
      await use(bench);
      assert.deepEqual(bench.complaints, []);
    } finally {
      await context.close();
    }
  }

  test(
    "forced colours leave in view how sure the answer is, how far the run is and what is pressed",
    { timeout: 60_000 },
    () =>
      visit({ forcedColors: "active" }, async (bench) => {
        const { page } = bench;
        /** How its background and its letters are painted. @param {import("playwright-core").Locator} of */
        const painted = (of) =>
          of.evaluate((element) => {
            const { backgroundColor, color } = getComputedStyle(element);
            return { backgroundColor, color };
          });
        await bench.open(LINK.replace("epochs=500", "steps=60"));
        await bench.button("Train").click();
        await bench.finalAccuracy(60);
        const paper = await painted(page.locator("body"));
        const rows = page.getByRole("table", { name: "Probability of each class" }).getByRole("row");
        for (const row of await rows.all())
          assert.notEqual((await painted(row.locator(".bar"))).backgroundColor, paper.backgroundColor);
        const compare = bench.button("Compare");
        const before = await painted(compare);
        await compare.click();
        assert.notDeepEqual(await painted(compare), before, "that runs are compared");
        await bench.openLayer();
        const layers = page.getByRole("radiogroup", { name: "Layer to look into" });
        await layers.getByRole("radio", { checked: true }).waitFor();
        assert.notDeepEqual(
          await painted(layers.getByRole("radio", { checked: true })),
          await painted(layers.getByRole("radio", { checked: false }).first()),
          "which layer is open",
        );
        // A part of it that no style reaches is told by its picture.
        const bar = page.getByRole("progressbar").first();
        const full = await bar.screenshot();
        await bar.evaluate((element) => {
          /** @type {HTMLProgressElement} */ (element).value = 0;
        });
        assert.notDeepEqual(await bar.screenshot(), full, "how far the run is");
      }),
  );

  test("the main job is done by keyboard alone", { timeout: 120_000 }, () =>
    visit({}, async (bench) => {
      const { keyboard } = bench.page;
      await bench.open(LINK);
      await bench.status("Before training").waitFor();

      // Choose: another network, and back.
      await tabTo(bench.page, "Network");
      await keyboard.press("ArrowDown");
      await bench.page.waitForFunction(() => location.hash.includes("model=mlp"));
      await keyboard.press("ArrowUp");
      await bench.page.waitForFunction(() => location.hash.includes("model=lenet5"));
      assert.equal(await focused(bench.page), "Network", "a choice keeps the focus");

      // Browse: a dialog takes the focus, keeps it, and gives it back.
      await tabTo(bench.page, "Browse networks");
      await keyboard.press("Enter");
      const dialog = bench.page.getByRole("dialog", { name: "Networks" });
      await dialog.getByRole("button", { name: "LeNet-5", exact: true }).waitFor();
      assert.equal(await focused(bench.page), "Close");
      await tabTo(bench.page, "LeNet-5");
      await keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      assert.equal(await focused(bench.page), "Browse networks");

      // Train, pause, go on, step.
      await tabTo(bench.page, "Train");
      await keyboard.press("Enter");
      await bench.reach(5);
      assert.equal(await focused(bench.page), "Pause", "the button that acts keeps the focus");
      await keyboard.press("Space");
      await bench.finished();
      const paused = (await bench.progress()).done;
      assert.equal(await focused(bench.page), "Go on");
      await keyboard.press("Enter");
      await bench.reach(paused + 5);
      await keyboard.press("Enter");
      await bench.finished();
      const before = (await bench.progress()).done;
      await tabTo(bench.page, "Step");
      await keyboard.press("Space");
      await bench.reach(before + 1);
      await bench.finished();
      assert.equal(await focused(bench.page), "Step", "a button that was pressed keeps the focus");

      // Look: every panel opens and closes.
      for (const panel of PANELS) {
        await tabTo(bench.page, panel);
        await keyboard.press("Enter");
        assert.ok(await isOpen(bench.page), `${panel} is open`);
        await keyboard.press("Space");
        assert.ok(!(await isOpen(bench.page)), `${panel} is closed`);
      }
      await tabTo(bench.page, "Show as code", "Shift+Tab");
      await keyboard.press("Enter");
      const code = bench.page.getByRole("dialog", { name: "As code" });
      await code.getByRole("region").waitFor();
      await keyboard.press("Escape");
      await code.waitFor({ state: "hidden" });
      assert.equal(await focused(bench.page), "Show as code");
    }),
  );

  test("the turns of a run are said politely, and nothing else interrupts", { timeout: 90_000 }, () =>
    visit({}, async (bench) => {
      await bench.open(LINK.replace("epochs=500", "steps=400"));
      await bench.status("Before training").filter({ hasText: "On this computer" }).waitFor({ timeout: 30_000 });
      const regions = await liveRegions(bench.page);
      assert.deepEqual(
        regions.filter(({ live }) => live === "assertive"),
        [],
      );
      for (const name of ["Progress", "Before training", "Choice of engine"]) {
        assert.equal(
          regions.find((region) => region.name === name)?.live,
          "off",
          `${name} changes all the time: it can be read, but is not said`,
        );
      }
      assert.equal(regions.find(({ name }) => name === "Announcement")?.live, "polite");

      await hear(bench.page);
      await bench.button("Train").click();
      await bench.reach(10);
      await bench.button("Pause").click();
      await bench.finished();
      await bench.button("Go on").click();
      await bench.accuracy();
      await bench.reach(400);
      await bench.finished();
      /** @returns {Promise<string[][]>} */
      const hearAll = () => bench.page.evaluate(() => /** @type {any} */ (globalThis).heard);
      const heard = await until(hearAll, (all) => all.some(([, words]) => words === "The run is finished."));
      const said = heard
        .filter((/** @type {string[]} */ [name]) => name === "Announcement")
        .map((/** @type {string[]} */ [, words]) => words);
      assert.deepEqual(
        said
          .filter((/** @type {string} */ words) => words !== "")
          .map((/** @type {string} */ words) => words.replace(/\d+/, "N")),
        ["Training.", "Paused. After step N.", "Training.", "The run is finished."],
      );
      // What is polite is said seldom: the test accuracy with each score, the engine when its threads change.
      const others = heard.filter((/** @type {string[]} */ [name]) => name !== "Announcement");
      assert.ok(others.length <= 20, others.join("\n"));
      assert.ok(others.some((/** @type {string[]} */ [name]) => name === "Test accuracy"));
    }),
  );

  for (const [reducedMotion, moves] of /** @type {const} */ ([
    ["no-preference", true],
    ["reduce", false],
  ])) {
    test(
      `with motion ${moves ? "as it is" : "reduced"}, ${moves ? "something moves" : "nothing moves"}`,
      { timeout: 60_000 },
      () =>
        visit({ reducedMotion }, async (bench) => {
          await bench.open(LINK);
          for (const panel of PANELS) await bench.page.getByText(panel, { exact: true }).click();
          await bench.draw();
          await bench.button("Train").click();
          await bench.reach(20);
          const found = await bench.page.evaluate(() => {
            const moving = /** @type {string[]} */ ([]);
            /** @param {Document | ShadowRoot} root */
            const look = (root) => {
              moving.push(...root.getAnimations().map(({ id }) => `animation ${id}`));
              for (const element of root.querySelectorAll(":not(noscript)")) {
                const { transitionProperty, transitionDuration, animationName, scrollBehavior, display } =
                  getComputedStyle(element);
                // What a filled slot would show is not there, and has no style.
                if (!display) continue;
                const turns =
                  transitionProperty !== "none" &&
                  transitionDuration.split(", ").some((seconds) => parseFloat(seconds) > 0);
                if (turns || animationName !== "none" || scrollBehavior === "smooth") moving.push(element.localName);
                if (element.shadowRoot) look(element.shadowRoot);
              }
            };
            look(document);
            return [...new Set(moving)];
          });
          if (moves) assert.ok(found.includes("button"), "buttons fade");
          else assert.deepEqual(found, []);
        }),
    );
  }

  test("landmarks and headings are in order, with every panel open", { timeout: 60_000 }, () =>
    visit({}, async (bench) => {
      await bench.open(LINK.replace("epochs=500", "steps=40"));
      for (const panel of PANELS) await bench.page.getByText(panel, { exact: true }).click();
      await bench.button("Train").click();
      await bench.finalAccuracy(40);
      const { page } = bench;
      for (const landmark of /** @type {const} */ (["banner", "main", "contentinfo"]))
        assert.equal(await page.getByRole(landmark).count(), 1, landmark);
      assert.equal(await page.getByRole("navigation").count(), 2);
      for (const name of ["Stories", "Pages"]) await page.getByRole("navigation", { name, exact: true }).waitFor();
      const tree = await page.locator("body").ariaSnapshot();
      const levels = [...tree.matchAll(/- heading .*\[level=(\d)\]/g)].map(([line, level]) => ({
        line,
        level: Number(level),
      }));
      assert.equal(levels[0]?.level, 1);
      assert.equal(levels.filter(({ level }) => level === 1).length, 1);
      assert.ok(levels.length > PANELS.length + 5, tree);
      levels
        .slice(1)
        .forEach(({ line, level }, at) =>
          assert.ok(level <= (levels[at]?.level ?? 0) + 1, `${line} comes after ${levels[at]?.line}`),
        );
      for (const panel of PANELS)
        assert.ok(
          levels.some(({ line, level }) => level === 2 && line.includes(`"${panel}"`)),
          `${panel} is a heading`,
        );
      // Main parts are regions with names.
      for (const region of ["Recipe and controls", "Training", ...PANELS])
        await page.getByRole("region", { name: region, exact: true }).waitFor();
    }),
  );
});

/** Goes on with Tab until something has the focus. @param {Page} page @param {string} name @param {"Tab" | "Shift+Tab"} [key] */
async function tabTo(page, name, key = "Tab") {
  /** @type {string[]} */
  const passed = [];
  for (let presses = 0; presses < 80; presses++) {
    const at = await focused(page);
    if (at === name) return;
    passed.push(at);
    await page.keyboard.press(key);
  }
  assert.fail(`${name} is not reached with ${key}: ${passed.join(", ")}`);
}

/** Whether the panel whose summary has the focus is open. @param {Page} page */
function isOpen(page) {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.closest("details")?.open ?? false;
  });
}

/** @param {Page} page @returns {Promise<{ name: string, live: string }[]>} */
function liveRegions(page) {
  return page.evaluate(() => {
    const found = /** @type {{ name: string, live: string }[]} */ ([]);
    /** @param {ParentNode} root */
    const look = (root) => {
      for (const element of root.querySelectorAll("*")) {
        const role = element.getAttribute("role");
        const implied = role === "status" ? "polite" : role === "alert" ? "assertive" : null;
        const live = element.getAttribute("aria-live") ?? implied;
        if (live) found.push({ name: element.getAttribute("aria-label") ?? "", live });
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document);
    return found;
  });
}

/** Writes down from now on what polite regions say, with their names. @param {Page} page */
function hear(page) {
  return page.evaluate(() => {
    /** @type {any} */ const self = globalThis;
    /** @type {string[][]} */
    self.heard = [];
    /** @type {Map<string, string>} */
    const last = new Map();
    /** @param {ShadowRoot | Document} root */
    const listen = (root) => {
      new MutationObserver(() => {
        for (const region of root.querySelectorAll("[role=status]:not([aria-live=off])")) {
          const name = region.getAttribute("aria-label") ?? "";
          const words = (region.textContent ?? "").trim();
          if ((last.get(name) ?? "") === words) continue;
          last.set(name, words);
          self.heard.push([name, words]);
        }
      }).observe(root, { subtree: true, childList: true, characterData: true });
      for (const element of root.querySelectorAll("*")) if (element.shadowRoot) listen(element.shadowRoot);
    };
    listen(document);
  });
}
