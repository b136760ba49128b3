// @ts-check
// Images that Bunsen draws: shapes in colour, and where they stand for CIFAR-10.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { status } from "./support/faults.mjs";
import { visitEach } from "./support/visits.mjs";

const CLASSES = ["disc", "ring", "square", "triangle", "cross", "star", "heart", "crescent", "arrow", "hexagon"];

describe("synthetic shapes", () => {
  /** @type {import("./support/server.mjs").Server} */ let server;
  /** @type {string[]} */ let outside;
  /** @type {import("./support/page.mjs").Bench} */ let bench;
  visitEach({}, (visit) => ({ server, outside, bench } = visit));

  test("are trained on without a download, and are never called CIFAR-10", { timeout: 180_000 }, async () => {
    await bench.open("model=lenet5&data=shapes&epochs=4");
    const { page: data } = bench;
    await data
      .getByText("Synthetic shapes, made by Bunsen, not CIFAR-10: 10,000 images to train on, 2,000 to test with")
      .waitFor();
    const labels = await data.getByRole("list", { name: "The first training examples, with their labels" }).innerText();
    for (const label of labels.split(/\s+/)) assert.ok(CLASSES.includes(label), label);
    await bench.button("Train").click();
    const { steps } = await bench.reach(1, { timeout: 20_000 });
    await bench.reach(steps, { timeout: 150_000 });
    await bench.finished();
    const accuracy = await bench.accuracy();
    assert.ok(accuracy > 55 && accuracy < 85, `${accuracy} %`);
    assert.deepEqual(outside, []);
    assert.deepEqual(
      server.requests.filter((path) => path.startsWith("/data/")),
      [],
    );
    assert.deepEqual(bench.complaints, []);
  });

  test("stand for CIFAR-10 where a ResNet is picked and it is not here, and the page says so", async () => {
    server.break("/data/cifar-10/*", status(404));
    await bench.open();
    await bench.choice("Network").selectOption("resnet-8");
    const note = bench.page.getByRole("note").filter({ hasText: "CIFAR-10 is not here" });
    await note.waitFor();
    assert.match(await note.innerText(), /so this network trains on images that Bunsen makes/);
    assert.equal(await bench.choice("Data").inputValue(), "shapes");
    await bench.page.waitForURL(({ hash }) => hash.includes("data=shapes"));
    await bench.button("Train").click();
    await bench.reach(2, { timeout: 30_000 });
    await bench.button("Pause").click();
    await bench.button("Reset").click();

    // Asked for by name, they are fetched; here nobody answers.
    await bench.choice("Data").selectOption("cifar10");
    await bench.page
      .getByText(/unpkg\.com/)
      .first()
      .waitFor();
    await bench.button("Train").click();
    assert.match(await bench.alertText(), /CIFAR-10 could not be had: .*data=shapes needs no download/);
    await note.waitFor({ state: "detached" });
    await bench.alert.getByRole("button", { name: /^Use .*shapes.* instead$/i }).click();
    await bench.trainIfIdle();
    await bench.reach(2, { timeout: 30_000 });
  });

  test("are offered, and not taken, for a link that means CIFAR-10", async () => {
    server.break("/data/cifar-10/*", status(404));
    await bench.open("model=resnet-8&steps=3");
    await bench.button("Train").click();
    assert.match(await bench.alertText(), /CIFAR-10 could not be had/);
    assert.equal(await bench.choice("Data").inputValue(), "cifar10");
    await bench.alert.getByRole("button", { name: /^Use .*shapes.* instead$/i }).waitFor();
  });
});
