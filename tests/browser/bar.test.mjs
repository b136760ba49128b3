// @ts-check
// The bar: one button for the run in each of its states, what lies behind More, the projector view, a phone.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { focused } from "./support/focus.mjs";
import { until } from "./support/until.mjs";
import { visitEach } from "./support/visits.mjs";

const LINK = "model=lenet5&data=digits&subset=1000&batch=50";

describe("the bar", () => {
  /** @type {import("./support/page.mjs").Bench} */ let bench;
  visitEach({}, (visit) => ({ bench } = visit));

  test("has one button, which trains, pauses, goes on and trains again", { timeout: 90_000 }, async () => {
    await bench.open(`${LINK}&steps=300`);
    const run = bench.page.getByRole("group", { name: "Run", exact: true });
    await bench.status("Before training").filter({ hasText: "On this computer" }).waitFor();
    await run.getByText(/^(about )?\d/).waitFor();
    await bench.button("Train").click();
    await bench.reach(5);
    assert.equal(await bench.button("Train").count(), 0);
    await bench.button("Pause").click();
    await bench.button("Go on").waitFor();
    const { done } = await bench.progress();
    await run.getByText(`from step ${done}`).waitFor();
    await bench.button("Go on").click();
    const accuracy = await bench.finalAccuracy(300);
    await bench.button("Train again").click();
    await bench.button("Pause").waitFor();
    await bench.reach(5);
    assert.ok((await bench.progress()).done < 300, "it starts from the first step");
    assert.equal(await bench.finalAccuracy(300), accuracy, "the same recipe gives the same network");
    assert.deepEqual(bench.complaints, []);
  });

  test("a double click is one press: the run goes on", { timeout: 60_000 }, async () => {
    await bench.open(`${LINK}&steps=2000`);
    await bench.button("Train").dblclick();
    await bench.reach(20);
    await bench.button("Pause").waitFor();
    await bench.button("Pause").dblclick();
    await bench.button("Go on").waitFor();
    await bench.assertStandsStill();
    assert.deepEqual(bench.complaints, []);
  });

  test("keeps what is seldom wanted behind More, for the keyboard too", async () => {
    await bench.open(LINK);
    const { keyboard } = bench.page;
    await bench.button("More").focus();
    await keyboard.press("Enter");
    await bench.choice("Engine").waitFor();
    assert.match(
      await bench.choice("Engine").evaluate((list) => {
        const id = list.getAttribute("aria-describedby") ?? "";
        return /** @type {ShadowRoot} */ (list.getRootNode()).getElementById(id)?.textContent ?? "";
      }),
      /^Chosen automatically: /,
    );
    await keyboard.press("Escape");
    await bench.choice("Engine").waitFor({ state: "hidden" });
    await until(
      () => focused(bench.page),
      (name) => name === "More",
      { what: "the focus on More" },
    );
    assert.deepEqual(bench.complaints, []);
  });

  test(
    "the projector view shows a layer that is opened, and gives way to a panel that it does not show",
    {
      timeout: 60_000,
    },
    async () => {
      // A run that is told to have finished well offers to look at its mistakes.
      await bench.open("model=lenet5&data=digits&test=500");
      await bench.button("Train").click();
      await bench.finalAccuracy(312);
      await bench.page.keyboard.press("p");
      const stories = bench.page.getByRole("navigation", { name: "Stories" });
      await stories.waitFor({ state: "hidden" });
      const layer = await bench.openLayer();
      await layer.getByRole("heading").first().waitFor();
      assert.ok(await stories.isHidden(), "it is still the projector's view");
      await bench.button("Look at what it gets wrong").click();
      await bench.page.getByRole("region", { name: "What it gets wrong", exact: true }).waitFor();
      await stories.waitFor();
      assert.deepEqual(bench.complaints, []);
    },
  );

  test("P shows the network and the curve alone, but not while somebody types", async () => {
    await bench.open(LINK);
    const stories = bench.button("Learning rate");
    await stories.waitFor();
    const { keyboard } = bench.page;
    await bench.button("Train").focus();
    await keyboard.press("p");
    await stories.waitFor({ state: "hidden" });
    await bench.page.getByRole("region", { name: "Stage" }).waitFor();
    await bench.button("Train").waitFor();
    await keyboard.press("Escape");
    await stories.waitFor();
    await bench.openMore();
    await bench.button("Projector view").click();
    await stories.waitFor({ state: "hidden" });
    await keyboard.press("p");
    await stories.waitFor();
    await bench.choice("Network").focus();
    await keyboard.press("p");
    assert.ok(await stories.isVisible(), "a list takes its own keys");
    assert.deepEqual(bench.complaints, []);
  });

  test("keeps the screen on while it trains, where that is wished", { timeout: 60_000 }, async () => {
    await bench.page.addInitScript(() => {
      const asked = /** @type {string[]} */ ([]);
      /** @type {any} */ (globalThis).asked = asked;
      const request = async () => {
        asked.push("on");
        const lock = new EventTarget();
        return Object.assign(lock, {
          release: async () => {
            asked.push("off");
            lock.dispatchEvent(new Event("release"));
          },
        });
      };
      Object.defineProperty(navigator, "wakeLock", { value: { request }, configurable: true });
    });
    const asked = () => bench.page.evaluate(() => /** @type {any} */ (globalThis).asked.join(" "));
    await bench.open(`${LINK}&steps=40`);
    await bench.button("Train").click();
    await bench.finished();
    assert.equal(await asked(), "", "nobody wished it");
    await bench.openMore();
    await bench.page.getByRole("checkbox", { name: "Keep the screen on while it trains" }).check();
    await bench.closeMore();
    await bench.button("Train again").click();
    await bench.finished();
    await until(asked, (words) => words === "on off", { what: "the screen, kept on and let go" });
  });

  test("stays in reach on a phone: the run's button at the foot of the window", async () => {
    await bench.page.setViewportSize({ width: 360, height: 640 });
    await bench.open(LINK);
    for (const y of [0, 600, 100_000]) {
      await bench.page.evaluate((y) => scrollTo(0, y), y);
      const box = await bench.button("Train").boundingBox();
      assert.ok(box && box.y > 500 && box.y + box.height <= 640, `in view after scrolling to ${y}`);
    }
    assert.ok(
      await bench.page.evaluate(() => document.documentElement.scrollWidth <= 360),
      "nothing is wider than the phone",
    );
    assert.deepEqual(bench.complaints, []);
  });
});
