// @ts-check
// The whole way with real data: MNIST and Fashion-MNIST from the site's own folder, trained on, scored, and kept for the
// next visit.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { visitor } from "./support/browser.mjs";
import { Bench } from "./support/page.mjs";
import { noFashion, noMnist } from "./support/paths.mjs";
import { startSite } from "./support/site.mjs";

const SETS = [
  { name: "mnist", title: "MNIST", folder: "mnist", skip: noMnist, least: 85, label: "5" },
  { name: "fashion", title: "Fashion-MNIST", folder: "fashion-mnist", skip: noFashion, least: 65, label: "Ankle boot" },
];

for (const { name, title, folder, skip, least, label } of SETS)
  describe(title, { skip }, () => {
    const link = `model=lenet5&data=${name}&steps=150&seed=3`;
    const site = startSite();
    afterEach(() => site.server.reset());

    const fetched = () => site.server.requests.filter((path) => path.startsWith("/data/"));

    test("is fetched from this site, trained on, and comes from the browser's storage next time", async () => {
      const { context, outside } = await visitor(site.browser);
      const first = new Bench(await context.newPage(), site.server.url);
      await first.open(link);
      await first.button("Train").click();
      const accuracy = await first.finalAccuracy(150, { timeout: 120_000 });
      assert.ok(accuracy > least, `${accuracy} %`);
      assert.deepEqual([...new Set(fetched())].sort(), [
        `/data/${folder}/t10k-images-idx3-ubyte.gz`,
        `/data/${folder}/t10k-labels-idx1-ubyte.gz`,
        `/data/${folder}/train-images-idx3-ubyte.gz`,
        `/data/${folder}/train-labels-idx1-ubyte.gz`,
      ]);
      await first.page
        .getByRole("img", { name: `Example of ${label}` })
        .first()
        .waitFor();
      assert.equal(await first.choice("Data").locator("option:checked").innerText(), title);
      assert.deepEqual(first.complaints, []);
      await first.page.close();

      site.server.reset();
      const second = new Bench(await context.newPage(), site.server.url);
      await second.open(link);
      await second.button("Train").click();
      assert.equal(await second.finalAccuracy(150, { timeout: 120_000 }), accuracy, "the same link, the same run");
      assert.deepEqual(fetched(), [], "nothing is fetched a second time");
      assert.deepEqual(outside, [], "no other host is asked");
      await context.close();
    });
  });
