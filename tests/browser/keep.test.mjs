// @ts-check
// Runs that are cut short: what is kept, and that going on gives the same run as never having stopped.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { ENTRANCE, inFront, refusePrivateStorage } from "./support/faults.mjs";
import {
  assertSameCheck,
  breakSeal,
  checkpoints,
  checkpointsUntil,
  damage,
  goOn,
  killWorker,
  LINK,
  LONG,
  offer,
  prepare,
  sharedCheck,
  stepOf,
  STEPS,
  takeOffer,
  trainTo,
  uninterrupted,
} from "./support/autosave.mjs";
import { Killable } from "./support/killable.mjs";
import { Bench } from "./support/page.mjs";
import { shown } from "./support/record.mjs";
import { storedUntil } from "./support/storage.mjs";
import { until } from "./support/until.mjs";
import { visitEach } from "./support/visits.mjs";

/** @type {import("./support/server.mjs").Server} */ let server;
/** @type {import("playwright-core").BrowserContext} */ let context;
/** @type {Bench} */ let bench;
/** The run that nothing cuts short. @type {Awaited<ReturnType<typeof uninterrupted>>} */ let expected;
before(async () => {
  expected = await uninterrupted();
});
visitEach({}, async (visit) => {
  ({ server, context, bench } = visit);
  await prepare(context);
});

async function open() {
  bench = new Bench(await context.newPage(), server.url);
}

/** Once a run of the recipe has been trained a little, nothing has been offered on the page. @param {string} why */
async function assertNothingOffered(why) {
  await bench.button("Train").click();
  await bench.reach(20);
  await bench.button("Pause").click();
  await bench.finished();
  assert.deepEqual(await shown(bench.page, "Stopped run"), [], why);
}

describe("a run that was cut short goes on as if it had never stopped", () => {
  test("after its tab was closed", { timeout: 120_000 }, async () => {
    await trainTo(bench, 100);
    await bench.page.close();
    await open();
    await bench.open(LINK);
    await offer(bench)
      .filter({
        hasText: asRead(
          /A run of this recipe stopped at step [\d,]+, less than a minute ago\. It was kept in this browser\./,
        ),
      })
      .waitFor();
    assert.notDeepEqual(await shown(bench.page, "Stopped run"), [], "the record has what is offered");
    const step = await takeOffer(bench);
    assert.ok(step >= 1 && step < STEPS);
    await bench.reach(step + 1);
    assert.equal(await offer(bench).count(), 0);
    await assertSameCheck(bench, expected);

    await bench.open(LINK);
    await assertNothingOffered("a finished run is not offered");
  });

  test("after Pause and a closed tab, from the very step", { timeout: 120_000 }, async () => {
    await trainTo(bench, 100);
    await bench.button("Pause").click();
    await bench.finished();
    const { done } = await bench.progress();
    const [first, later] = [expected.losses[0] ?? NaN, expected.losses[done - 1] ?? NaN];
    assert.ok(first - later > 0.5, "the curve has fallen by then");
    await checkpointsUntil(bench.page, (all) => all.some((file) => stepOf(file) === done));
    await bench.page.close();
    await open();
    await bench.open(LINK);
    assert.equal(await takeOffer(bench), done);
    await assertSameCheck(bench, expected);
    const { began } = await bench.curve();
    assert.ok(
      Math.abs(began - first) < 0.05,
      `the curve is that of all steps: it began at ${began}, the run at ${first}`,
    );
  });

  test("after its worker was killed, and then the tab", { timeout: 120_000 }, async () => {
    await trainTo(bench, 60);
    await killWorker(bench.page);
    assert.match(await bench.alertText(), /came to a sudden end.*The CPU engine can go on from step/s);
    await bench.goOnWithCpu();
    await bench.alert.waitFor({ state: "detached" });
    await bench.reach(120);
    await killWorker(bench.page);
    await bench.alertText();
    await bench.page.close();
    await open();
    await bench.open(LINK);
    await takeOffer(bench);
    await assertSameCheck(bench, expected);
  });

  test("after the browser was killed", { timeout: 120_000 }, async () => {
    const killable = await Killable.create();
    try {
      for (const step of [80, 200]) {
        context = await killable.start();
        await prepare(context);
        await open();
        await bench.open(LINK);
        if (step === 80) await bench.button("Train").click();
        else await takeOffer(bench);
        await bench.reach(step);
        await checkpointsUntil(bench.page, (all) => all.some((file) => stepOf(file) >= 1));
        await killable.kill();
      }
      context = await killable.start();
      await prepare(context);
      await open();
      await bench.open(LINK);
      await takeOffer(bench);
      await assertSameCheck(bench, expected);
    } finally {
      await killable.close();
    }
  });

  test("or starts anew, if that is wanted", { timeout: 120_000 }, async () => {
    await trainTo(bench, 60);
    await bench.button("Pause").click();
    await bench.finished();
    const { done: paused } = await bench.progress();
    assert.ok(paused < STEPS, "it was paused in the middle");
    // The list knows the run, and the name of its checkpoints.
    await storedUntil(bench.page, "bunsen-runs-v1", (files) => files.some(({ text }) => /"autosave":"\w+"/.test(text)));
    await bench.page.close();
    await open();
    await bench.open(LINK);
    await bench.button("Start anew").click();
    await bench.reach(1);
    assert.equal(await offer(bench).count(), 0);
    await assertSameCheck(bench, expected);
    // What was kept is in the list, with its network.
    const panel = await bench.compare();
    const stopped = panel.getByRole("row").filter({ hasText: /stopped at/ });
    await stopped.getByRole("button", { name: /^More about/ }).click();
    await panel.getByRole("button", { name: "Open this run" }).click();
    await until(
      () => bench.progress(),
      ({ done }) => done >= 1 && done < STEPS,
      { what: "the step that it was stopped at" },
    );
    await bench.button("Go on").click();
    await bench.finalAccuracy(STEPS);
    assert.equal(await sharedCheck(bench), expected.check);
  });
});

describe("what the storage has", () => {
  test("is the last two checkpoints of a run, and nothing after Reset", { timeout: 120_000 }, async () => {
    await trainTo(bench, 1, LONG);
    // The oldest goes once the newest is there, so for a moment there are three.
    const two = await checkpointsUntil(bench.page, (all) => all.length === 2 && all.every((file) => stepOf(file) > 1));
    const newest = Math.max(...two.map(stepOf));
    await checkpointsUntil(bench.page, (all) => all.length === 2 && Math.max(...all.map(stepOf)) > newest);
    await bench.button("Pause").click();
    await bench.button("Reset").click();
    await checkpointsUntil(bench.page, (all) => all.length === 0);
    assert.equal(await offer(bench).count(), 0);
  });

  test("of another recipe is not offered, and comes back with it", { timeout: 120_000 }, async () => {
    await trainTo(bench, 20, LONG);
    await bench.button("Pause").click();
    await bench.finished();
    const { done } = await bench.progress();
    await bench.open(LINK);
    await assertNothingOffered("another recipe's run is not offered");
    await bench.open(LONG);
    await offer(bench)
      .filter({ hasText: `stopped at step ${done},` })
      .waitFor();
  });

  for (const { what, isSealed, verdict } of [
    { what: "that this browser wrote counts as computed here", isSealed: true, verdict: /^The same run: check/ },
    { what: "that was put there comes from a file", isSealed: false, verdict: /the first [\d,]+ come from a file\.$/ },
  ]) {
    test(`of a run ${what}`, { timeout: 120_000 }, async () => {
      await trainTo(bench, 60, expected.checkedLink);
      await bench.button("Pause").click();
      await bench.finished();
      const { done } = await bench.progress();
      await checkpointsUntil(bench.page, (all) => all.some((file) => stepOf(file) === done));
      await bench.page.close();
      await open();
      await bench.visit();
      if (!isSealed) for (const { name } of await checkpoints(bench.page)) await breakSeal(bench.page, name);
      await bench.open(expected.checkedLink);
      await takeOffer(bench);
      await bench.finalAccuracy(STEPS);
      await bench
        .status("Verification")
        .filter({ hasText: asRead(verdict) })
        .waitFor();
    });
  }

  test("is bounded over all runs: the oldest go", { timeout: 60_000 }, async () => {
    const module = new URL("pkg/index.js", server.url).href;
    await bench.visit();
    const unfinished = await bench.page.evaluate((module) => {
      const script = `
        import { Autosave } from ${JSON.stringify(module)};
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle("bunsen-checkpoints-v1", { create: true });
        const left = "0123456789abcdef.0123456789ab.part";
        await folder.getFileHandle(left, { create: true });
        const autosave = new Autosave(() => {});
        for (let run = 0; run < 12; run++) {
          autosave.begin("run " + run);
          for (const step of [1, 2, 3]) await autosave.save(step, new Uint8Array(1000).fill(run));
        }
        postMessage(await folder.getFileHandle(left).then(() => "there", () => "gone"));`;
      const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), {
        type: "module",
      });
      return new Promise((done) => (worker.onmessage = ({ data }) => done(data))).finally(() => worker.terminate());
    }, module);
    assert.equal(unfinished, "gone", "what a write that was cut short left");
    const left = await checkpoints(bench.page);
    assert.equal(left.length, 16);
    const runs = new Set(left.map(({ name }) => name.split(".")[1]));
    assert.equal(runs.size, 8);
    assert.equal(left.filter((file) => stepOf(file) === 2).length, 8);
    assert.equal(left.filter((file) => stepOf(file) === 3).length, 8);
  });

  test("is not touched by another tab that trains the same recipe", { timeout: 180_000 }, async () => {
    await trainTo(bench, 30);
    const first = bench;
    await open();
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.finalAccuracy(STEPS, { timeout: 120_000 });
    assert.deepEqual(await shown(bench.page, "Stopped run"), [], "what goes on in another tab has not stopped");
    assert.equal(await sharedCheck(bench), expected.check);
    await first.finalAccuracy(STEPS, { timeout: 120_000 });
    assert.equal(await sharedCheck(first), expected.check);
    await checkpointsUntil(first.page, (all) => all.length === 0);
  });
});

describe("a storage that is damaged, full or forbidden", () => {
  test("gives the checkpoint before the last, and says so", { timeout: 120_000 }, async () => {
    await trainTo(bench, 1, LONG);
    await checkpointsUntil(bench.page, (all) => all.length === 2);
    await bench.button("Pause").click();
    await bench.finished();
    const { done } = await bench.progress();
    const stored = await checkpointsUntil(
      bench.page,
      (all) => all.length === 2 && all.some((file) => stepOf(file) === done),
    );
    const [older, newer] = stored.sort((a, b) => stepOf(a) - stepOf(b));
    assert.ok(older && newer);
    await bench.page.close();

    await open();
    await bench.visit();
    await damage(bench.page, newer.name, "half");
    await bench.open(LONG);
    await offer(bench)
      .filter({ hasText: `stopped at step ${stepOf(older).toLocaleString("en")},` })
      .waitFor();
    const notice = bench.page.getByText("A checkpoint in the browser's storage was damaged and is left out.");
    await notice.waitFor();

    await damage(bench.page, older.name, "bit");
    await bench.visit();
    await bench.open(LONG);
    await notice.waitFor();
    assert.equal(await offer(bench).count(), 0);
    assert.deepEqual(await checkpoints(bench.page), []);
    await bench.button("Train").click();
    await bench.reach(1);
  });

  test("whose checkpoint is gone when it is wanted says so, and trains anew", { timeout: 120_000 }, async () => {
    await trainTo(bench, 30);
    await bench.page.close();
    await open();
    await bench.open(LINK);
    await offer(bench).waitFor();
    for (const { name } of await checkpoints(bench.page)) await damage(bench.page, name, "remove");
    await goOn(bench).click();
    assert.match(
      await bench.alertText(),
      /^The checkpoint of step \d+ is no longer in the browser's storage, or damaged\./,
    );
    await bench.button("Train").click();
    await bench.finalAccuracy(STEPS);
    assert.equal(await sharedCheck(bench), expected.check);
  });

  test("keeps the older checkpoint when it is full, and training goes on", { timeout: 120_000 }, async () => {
    await trainTo(bench, 1, LONG);
    const before = await checkpointsUntil(bench.page, (all) => all.length === 2);
    const devtools = await context.newCDPSession(bench.page);
    const origin = new URL(server.url).origin;
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
    const notice = bench.page.getByText("This run is not kept, and ends with its tab: The browser's storage is full.");
    await notice.waitFor({ timeout: 60_000 });
    const { done } = await bench.progress();
    await bench.reach(done + 20);
    const now = await checkpoints(bench.page);
    assert.equal(now.length, 2);
    // A checkpoint grows with the losses of its steps: none may be smaller than the first.
    const smallest = Math.min(...before.map(({ bytes }) => bytes));
    for (const { name, bytes } of now)
      assert.ok(bytes >= smallest, `${name} has ${bytes} bytes, the first ${smallest}`);

    // Once there is room again, it is kept again.
    await devtools.send("Storage.overrideQuotaForOrigin", { origin });
    await notice.waitFor({ state: "detached", timeout: 60_000 });
    await bench.page.close();
    await open();
    await bench.open(LONG);
    await takeOffer(bench);
    await bench.reach(done + 20);
  });

  for (const [how, sentence] of /** @type {const} */ ([
    ["forbidden", "This run is not kept, and ends with its tab: The browser forbids this page to store anything."],
    ["absent", "This run is not kept, and ends with its tab: The browser gives this page no storage."],
    ["hanging", null],
  ])) {
    test(`changes nothing when it is ${how}`, { timeout: 120_000 }, async () => {
      server.break(ENTRANCE, inFront(refusePrivateStorage, how));
      await bench.open(LINK);
      await bench.button("Train").click();
      if (sentence) await bench.page.getByText(sentence).waitFor();
      await bench.finalAccuracy(STEPS);
      assert.equal(await sharedCheck(bench), expected.check);
      assert.deepEqual(bench.complaints, []);
    });
  }
});
