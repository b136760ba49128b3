// @ts-check
// The same again: checked links and run files, on the page.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { asRead } from "./support/as-read.mjs";
import { forged } from "./support/checkpoint.mjs";
import { visitEach } from "./support/visits.mjs";

// Two whole epochs: the steps of a part of one cannot be told from its last words.
const LINK = "model=lenet5&data=digits&subset=1024&batch=32&steps=64&seed=5";

describe("the same again", { timeout: 240_000 }, () => {
  /** @type {import("./support/server.mjs").Server} */ let server;
  /** @type {import("./support/page.mjs").Bench} */ let bench;
  /** What a finished run gave, made once. @type {{ link: string, file: string }} */ let finished;
  visitEach({}, async (visit) => {
    ({ server, bench } = visit);
    await visit.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    finished ??= await make();
  });

  const verification = () => bench.status("Verification");
  const says = (/** @type {RegExp} */ text) => verification().filter({ hasText: text }).waitFor();

  async function share() {
    await bench.button("Share").click();
    await bench
      .status("Link")
      .filter({ hasText: asRead(/copied/) })
      .waitFor();
    return new URL(await bench.page.evaluate(() => navigator.clipboard.readText())).hash.slice(1);
  }

  async function save() {
    const [download] = await Promise.all([bench.page.waitForEvent("download"), bench.pressMore("Save run")]);
    assert.equal(download.suggestedFilename(), "run.bunsen.json");
    return readFile(await download.path(), "utf8");
  }

  async function make() {
    await bench.open(LINK);
    assert.equal(await verification().count(), 0, "a plain link promises nothing");
    await bench.button("Train").click();
    await bench.finalAccuracy(64);
    return { link: await share(), file: await save() };
  }

  /** @param {string} text */
  async function open(text, name = "run.bunsen.json") {
    const [chooser] = await Promise.all([bench.page.waitForEvent("filechooser"), bench.pressMore("Open run")]);
    await chooser.setFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  }

  /** The file with something else in a place. @param {(json: any) => void} change */
  function changed(change) {
    const json = JSON.parse(finished.file);
    change(json);
    return JSON.stringify(json);
  }

  /** @param {string} marks base64url @param {number} from */
  function otherFrom(marks, from) {
    const loss = Buffer.alloc(4);
    return marks.replace(/.{7}/g, (mark, /** @type {number} */ at) => {
      if (at < 7 * from) return mark;
      loss.writeUInt32LE(Number.parseInt(mark, 36));
      loss.writeFloatLE(loss.readFloatLE() * 1.5);
      return loss.readUInt32LE().toString(36).padStart(7, "0");
    });
  }

  test("what was shared is said no longer than it is true", async () => {
    await bench.open(finished.link);
    await share();
    await bench.button("Train").click();
    const copied = bench.status("Link").filter({ hasText: asRead(/copied/) });
    await copied.waitFor({ state: "detached" });
    await bench.finalAccuracy(64);
    await share();
    await bench.button("Reset").click();
    await copied.waitFor({ state: "detached" });
  });

  test("a checked link is told the same as it goes, and in the end", async () => {
    assert.match(finished.link, /^model=lenet5&.*&v=1&check=[0-9a-f]{16}&marks=[0-9a-z]{224}$/);
    assert.ok(`${server.url}#${finished.link}`.length < 2_000);
    await bench.open(finished.link);
    await says(/^This link carries the check of a run: train, and this run is compared with it\.$/);
    await bench.button("Step").click();
    await says(/^The same so far \(step 1\)\.$/);
    await bench.button("Go on").click();
    await bench.finalAccuracy(64);
    const check = /check=([0-9a-f]{4})/.exec(finished.link)?.[1];
    await says(new RegExp(`^The same run: check ${check}… matches\\.$`));
    assert.equal(await share(), finished.link, "and it is shared as it came");
    assert.deepEqual(bench.complaints, []);
  });

  test("a link whose marks are others from some step on names the interval", async () => {
    const marks = /marks=(\w+)/.exec(finished.link)?.[1] ?? "";
    await bench.open(finished.link.replace(marks, otherFrom(marks, 10)));
    await bench.button("Train").click();
    await says(/^Differs somewhere in steps 20 to 21: at step 21 expected loss \d\.\d{4}, got \d\.\d{4}\.$/);
    await bench.finalAccuracy(64);
    await says(/^Differs somewhere in steps 20 to 21/);
    assert.equal(await share(), finished.link, "what is shared is the check of the run that was trained");
  });

  test("a link with the right marks and another check differs between the marks", async () => {
    await bench.open(finished.link.replace(/check=[0-9a-f]{16}/, "check=0123456789abcdef"));
    await bench.button("Train").click();
    await bench.finalAccuracy(64);
    await says(
      /^Differs between the marks or after the last of them: all 32 are met, but check 0123… was promised, and this run's is /,
    );
  });

  test("a link with a check and no marks is compared at the end", async () => {
    await bench.open(finished.link.replace(/&marks=.*/, ""));
    await bench.button("Step").click();
    await says(/^Nothing is compared yet: the first step that can be is step 64\.$/);
    await bench.button("Go on").click();
    await bench.finalAccuracy(64);
    await says(/^The same run: check/);
  });

  for (const [what, link, sentence] of /** @type {const} */ ([
    ["a check that cannot be one", "check=12", /^Check: this has to be 16 hexadecimal digits/],
    ["marks that are none", "check=0123456789abcdef&marks=AAAA", /^Marks: this has to be the losses of/],
    ["marks without a check", "marks=0hra0n4", /^This link has marks and no check/],
    ["a newer version", "v=2&check=0123456789abcdef", /^This link is of recipe version 2, but only versions up to 1/],
  ])) {
    test(`a link with ${what} is refused`, async () => {
      await bench.open(`steps=64&${link}`);
      assert.match(await bench.alertText(), sentence);
      assert.equal((await bench.progress()).done, 0);
    });
  }

  test("a link with the marks of a run of another length starts nothing", async () => {
    await bench.open(finished.link.replace("steps=64", "steps=20"));
    await bench.button("Train").click();
    assert.match(
      await bench.alertText(),
      /^The marks in the link are the losses of 32 steps, but of a run of 20 steps they are those of 20\./,
    );
    assert.equal((await bench.progress()).done, 0);
  });

  test("a checkpoint of the last step with every weight set to 0 is not called the same", async () => {
    await bench.open(LINK);
    await bench.button("Train").click();
    await bench.finalAccuracy(64);
    const [download] = await Promise.all([
      bench.page.waitForEvent("download"),
      bench.button("Save checkpoint").click(),
    ]);
    const zeroed = forged(await readFile(await download.path()), {
      tensors: (tensors) => {
        for (const [name, values] of tensors) if (name !== "trace") values.fill(0);
      },
    });
    await open(finished.file);
    await says(/^The opened run file has the loss of every step/);
    const [chooser] = await Promise.all([
      bench.page.waitForEvent("filechooser"),
      bench.button("Open weights or checkpoint").click(),
    ]);
    await chooser.setFiles({
      name: "run.safetensors",
      mimeType: "application/octet-stream",
      buffer: Buffer.from(zeroed),
    });
    await says(/^Nothing was compared: steps 1 to 64 come from a file, and this lab computed none of them\.$/);
    assert.doesNotMatch(await share(), /check|marks/);
  });

  test("changing the recipe lets the promise go", async () => {
    await bench.open(finished.link);
    await says(/carries the check/);
    await bench.choice("Network").selectOption("lenet5-1998");
    await verification().waitFor({ state: "detached" });
    assert.doesNotMatch(await share(), /check|marks/);
  });

  test("a run file sets the recipe, is drawn, and is repeated step by step", async () => {
    const json = JSON.parse(finished.file);
    assert.deepEqual([json.format, json.schema, json.steps], ["bunsen-run", 1, 64]);
    assert.equal(Buffer.from(json.trace, "base64").length, 4 * 64);
    assert.equal(json.scores.at(-1).step, 64);
    assert.equal(finished.link.includes(json.check), true);

    await bench.open();
    await open(finished.file);
    await bench
      .status("Opened run")
      .filter({ hasText: asRead(/^Opened run, as its file says: LeNet-5 on .*, 64 steps, computed by CPU/) })
      .waitFor();
    assert.equal(bench.link, json.link);
    await bench.showCurve("Loss");
    await bench.page
      .getByRole("img", { name: /^Loss.* Beside it the opened run, from \d\.\d+ to \d\.\d+ in 64 steps/ })
      .waitFor();
    await says(/^The opened run file has the loss of every step/);
    await bench.button("Step").click();
    await says(/^The same so far \(step 1\)\.$/);
    await bench.button("Go on").click();
    await bench.finalAccuracy(64);
    await says(/^The same run: check/);
    assert.equal(JSON.parse(await save()).trace, json.trace);

    await bench.page.setViewportSize({ width: 360, height: 800 });
    const overflow = await bench.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    await bench.button("Close opened run").click();
    await verification().waitFor({ state: "detached" });
    assert.equal((await bench.progress()).done, 64, "the run stays");
    assert.deepEqual(bench.complaints, []);
  });

  test("a run file can be dropped on the page, but not on a run that is going on", async () => {
    await bench.open("model=lenet5&data=digits");
    const transfer = await bench.page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "run.bunsen.json", { type: "application/json" }));
      return transfer;
    }, finished.file);
    const drop = () => bench.page.getByRole("main").first().dispatchEvent("drop", { dataTransfer: transfer });
    await bench.button("Train").click();
    await bench.reach(1);
    await drop();
    assert.match(
      await bench.alertText(),
      /^run\.bunsen\.json was not opened: a run is going on\. Pause it, then open the file\.$/,
    );
    await bench.button("Pause").click();
    await bench.finished();
    await drop();
    await bench
      .status("Opened run")
      .filter({ hasText: asRead(/64 steps/) })
      .waitFor();
    await says(/^The opened run file/);
  });

  test("a run file of another engine is compared as a band", async () => {
    const file = changed((json) => (json.engine.build = "native"));
    await bench.open();
    await open(file);
    await says(/^The opened run file/);
    await bench.button("Train").click();
    await bench.finalAccuracy(64);
    await says(
      /^Within the band at all 64 steps that were compared: as near as rounding leads, which is no proof bit for bit\.$/,
    );
  });

  test("a run file that was made with other data starts nothing", async () => {
    const file = changed((json) => {
      json.data.digest = "b".repeat(64);
      // As `lab/verify/check.rs` has it.
      const sha256 = (/** @type {(string | Buffer)[]} */ ...parts) => {
        const hash = createHash("sha256");
        for (const part of parts) hash.update(part);
        return hash.digest();
      };
      const trace = Buffer.from(json.trace, "base64");
      let chain = sha256(`bunsen-check-1\n${json.link}\n${json.data.digest}\n`);
      for (let at = 0; at < trace.length; at += 4) chain = sha256(chain, trace.subarray(at, at + 4));
      json.check = sha256(chain, Buffer.from(json.state, "hex")).toString("hex", 0, 8);
    });
    await bench.open();
    await open(file);
    await says(/^The opened run file/);
    await bench.button("Train").click();
    assert.match(
      await bench.alertText(),
      /^This run file cannot be used: it was made with other data: .* with the digest bbbbbbbb…, and here it is [0-9a-f]{8}…\./,
    );
    assert.equal((await bench.progress()).done, 0);
  });

  test("a run of part of its steps is compared as far as it goes", async () => {
    await bench.open(LINK);
    for (let step = 1; step <= 3; step++) {
      await bench.button("Step").click();
      await bench.reach(step);
      await bench.finished();
    }
    const part = await save();
    await bench.open();
    await open(part);
    await bench
      .status("Opened run")
      .filter({ hasText: asRead(/3 of 64 steps/) })
      .waitFor();
    await says(
      /^The opened run file has the losses of the first 3 of 64 steps: train, and these are compared with it\.$/,
    );
    // The three steps were kept, too, and are on offer.
    await bench.button("Start anew").click();
    await bench.finalAccuracy(64);
    await says(
      /^Steps 1 to 3 are the same, which is as far as the run file goes; steps 4 to 64 are compared with nothing\.$/,
    );
  });

  for (const [what, text, sentence] of /** @type {[string, () => string, RegExp][]} */ ([
    [
      "cut short",
      () => finished.file.slice(0, 400),
      /^This run file cannot be used: it is cut short: it ends in the middle of line \d+\.$/,
    ],
    [
      "of a newer schema",
      () => changed((json) => (json.schema = 2)),
      /it is of schema 2, but only schemas up to 1 are known here/,
    ],
    [
      "whose trace does not hash",
      () => changed((json) => (json.check = "0".repeat(16))),
      /its contents do not hash to its check: 0{16} stands in the file/,
    ],
    [
      "with a refused link",
      () => changed((json) => (json.link = "model=lenet9&v=1")),
      /its link is refused: model=lenet9 is not allowed/,
    ],
    ["that is a picture", () => "\x89PNG", /it is no JSON text: see line 1/],
  ])) {
    test(`a run file ${what} is refused`, async () => {
      await bench.open("steps=3&subset=100&batch=32");
      await open(text());
      assert.match(await bench.alertText(), sentence);
      assert.match(bench.link, /^steps=3/, "the page keeps its recipe");
      assert.equal(await bench.status("Opened run").innerText(), "");
    });
  }
});
