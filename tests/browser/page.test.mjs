// @ts-check
// The page on the CPU engine, from opening it to the score.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { focused } from "./support/focus.mjs";
import { visitEach } from "./support/visits.mjs";

describe("the page", () => {
  /** @type {import("./support/server.mjs").Server} */ let server;
  /** @type {string[]} */ let outside;
  /** @type {import("./support/page.mjs").Bench} */ let bench;
  visitEach({}, (visit) => ({ server, outside, bench } = visit));

  test(
    "trains LeNet-5 on synthetic digits to a good score, asking nobody for anything",
    { timeout: 180_000 },
    async () => {
      await bench.open("model=lenet5&data=digits&epochs=1");
      assert.match(await bench.status("Engine").innerText(), /^CPU, SIMD, (1 thread|\d+ threads)$/);
      assert.equal((await bench.progress()).done, 0);
      await bench.button("Train").click();
      const { steps } = await bench.reach(1, { timeout: 20_000 });
      await bench.reach(steps, { timeout: 150_000 });
      await bench.finished();
      const { began, now } = await bench.curve();
      assert.ok(began > 1.5 && now < began / 2, `the loss fell from ${began} to ${now}`);
      const accuracy = await bench.accuracy();
      assert.ok(accuracy > 80 && accuracy <= 100, `${accuracy} %`);
      assert.equal((await bench.progress()).text, `epoch 1 of 1, step ${steps} of ${steps}`);

      assert.deepEqual(bench.complaints, []);
      assert.deepEqual(outside, [], "no other host is asked");
      assert.deepEqual(
        server.requests.filter((path) => path.startsWith("/pkg/gpu/")),
        [],
        "the GPU build is not wanted",
      );
      assert.deepEqual(
        server.requests.filter((path) => path.startsWith("/data/")),
        [],
        "synthetic digits are not fetched",
      );
    },
  );

  test("trains from the default link when nothing but Train is pressed", async () => {
    await bench.open();
    await bench.button("Train").click();
    await bench.reach(10);
    assert.equal(await bench.choice("Network").inputValue(), "lenet5");
    assert.equal(await bench.choice("Data").inputValue(), "digits");
    assert.deepEqual(bench.complaints, []);
  });

  test("goes on showing the run when it is moved in the document", async () => {
    await bench.open("model=lenet5&data=digits");
    await bench.page.evaluate(() => {
      const app = document.querySelector("bench-app");
      const section = document.createElement("section");
      document.querySelector("main")?.append(section);
      if (app) section.append(app);
    });
    await bench.button("Train").click();
    await bench.reach(5);
    await bench.button("Pause").click();
    await bench.finished();
    assert.deepEqual(bench.complaints, []);
  });

  test("pauses, steps one step, goes on, and starts over", async () => {
    await bench.open("model=lenet5&data=digits");
    await bench.button("Train").click();
    await bench.reach(5);
    await bench.button("Pause").click();
    await bench.finished();
    const paused = (await bench.progress()).done;
    const before = (await bench.stepsShown()).length;
    for (const further of [1, 2]) {
      await bench.button("Step").click();
      await bench.reach(paused + further);
      await bench.finished();
    }
    // A step that was trained in spite of Pause, or one too many, would have come before what came last.
    assert.deepEqual(
      (await bench.stepsShown()).slice(before),
      [paused + 1, paused + 2],
      "Pause stops it, and Step is one step",
    );
    await bench.button("Go on").click();
    await bench.reach(paused + 10);

    await bench.button("Reset").click();
    await bench.pressable("Train").waitFor();
    const reset = (await bench.stepsShown()).lastIndexOf(0);
    assert.match(await bench.status("Test accuracy").innerText(), /^\D*$/, "Reset takes the score away");
    await bench.button("Train").click();
    await bench.reach(5);
    // Steps of the run that was dropped would lie behind the one it had reached.
    const since = (await bench.stepsShown()).slice(reset);
    assert.ok(reset > 0 && since.length > 1, "Reset leads back to the start");
    assert.deepEqual(
      since,
      [...since].sort((a, b) => a - b),
      "and no step of the old run comes after it",
    );
    assert.deepEqual(bench.complaints, []);
  });

  test("scores what is kept apart from training by itself", { timeout: 120_000 }, async () => {
    await bench.open("model=lenet5&data=digits&subset=800&val=200&batch=32&epochs=2");
    await bench.button("Train").click();
    await bench.finished();
    // 600 of 800 are trained on.
    assert.equal((await bench.progress()).text, "epoch 2 of 2, step 18 of 18");
    assert.match(await bench.status("Validation accuracy").innerText(), /^\d+\.\d %$/);
    await bench.accuracy();

    await bench.open("model=lenet5&data=digits&subset=800&batch=32&epochs=1");
    await bench.status("Test accuracy").waitFor();
    assert.equal(await bench.status("Validation accuracy").count(), 0);
    assert.deepEqual(bench.complaints, []);
  });

  test("gives the same score for the same link, looked at or not", { timeout: 120_000 }, async () => {
    const link = "model=lenet5&data=digits&subset=2000&steps=60&seed=11";
    await bench.open(link);
    await bench.button("Train").click();
    const plain = await bench.finalAccuracy(60);
    const plainCurve = await bench.curve();

    await bench.open(link);
    await bench.draw();
    for (let i = 0; i < 3; i++) {
      await bench.button("Step").click();
      await bench.reach(i + 1);
    }
    await bench.button("Go on").click();
    await bench.reach(20);
    await bench.button("Pause").click();
    await bench.finished();
    await bench.draw();
    await bench.trainIfIdle();
    assert.equal(await bench.finalAccuracy(60), plain);
    assert.deepEqual(await bench.curve(), plainCurve);
  });

  test("keeps controls and link together", async () => {
    await bench.open("model=lenet5&data=digits&seed=42&batch=32&lr=0.004");
    await bench.page.getByText("All settings").click();
    const field = (/** @type {string} */ name) => bench.page.getByRole("textbox", { name, exact: false });
    assert.equal(await field("Seed").inputValue(), "42");
    assert.equal(await field("Batch size").inputValue(), "32");
    assert.equal(
      Number(await bench.page.getByRole("textbox", { name: "Learning rate", exact: true }).inputValue()),
      0.004,
    );

    await field("Seed").fill("43");
    await field("Seed").press("Enter");
    await bench.choice("Network").selectOption("lenet5-1998");
    await bench.page.waitForFunction(() => location.hash.includes("lenet5-1998") && location.hash.includes("seed=43"));
    const { link } = bench;
    assert.ok(link.length < 2_000);

    await bench.open(link);
    await bench.page.getByText("All settings").click();
    assert.equal(await bench.choice("Network").inputValue(), "lenet5-1998");
    assert.equal(await field("Seed").inputValue(), "43");
    assert.equal(bench.link, link, "opening a link does not rewrite it");
    assert.deepEqual(bench.complaints, []);
  });

  test("keeps the focus in its field when another field comes before it", async () => {
    await bench.open("model=lenet5&data=digits");
    await bench.page.getByText("All settings").click();
    const decay = bench.page.getByRole("textbox", { name: "Weight decay" });
    await decay.fill("0.01");
    await decay.press("Tab");
    await bench.choice("Decayed").waitFor();
    assert.equal(await focused(bench.page), "Schedule");
    assert.deepEqual(bench.complaints, []);
  });

  test("has a box for each augmentation, and the link follows them", async () => {
    await bench.open("model=lenet5&data=digits&aug=flip");
    await bench.page.getByText("All settings").click();
    const group = bench.page.getByRole("group", { name: "Augmentation" });
    const box = (/** @type {string} */ name) => group.getByRole("checkbox", { name, exact: true });
    assert.deepEqual([await box("Random crop").isChecked(), await box("Mirror").isChecked()], [false, true]);
    await box("Random crop").check();
    await bench.page.waitForFunction(() => location.hash.includes("aug=crop,flip"));
    await box("Mirror").uncheck();
    await box("Random crop").uncheck();
    await bench.page.waitForFunction(() => !location.hash.includes("aug="));
    assert.deepEqual([await box("Random crop").isChecked(), await box("Mirror").isChecked()], [false, false]);
    assert.deepEqual(bench.complaints, []);
  });

  test("guesses a digit that is drawn", { timeout: 120_000 }, async () => {
    await bench.open("model=lenet5&data=digits&steps=300");
    await bench.button("Train").click();
    await bench.finalAccuracy(300, { timeout: 90_000 });
    await bench.draw();
    // A straight stroke is a 1.
    const probabilities = await bench.probabilities((all) => all.indexOf(Math.max(...all)) === 1);
    assert.equal(probabilities.length, 10);
    const sum = probabilities.reduce((a, b) => a + b);
    assert.ok(Math.abs(sum - 1) < 0.02, `the probabilities add up to ${sum}`);
    assert.deepEqual(bench.complaints, []);
  });

  test("fits a narrow screen and a wide one", async () => {
    for (const width of [360, 1280, 1920]) {
      await bench.page.setViewportSize({ width, height: 800 });
      await bench.open();
      const overflow = await bench.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide at ${width} px`);
    }
  });
});
