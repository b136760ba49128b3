// @ts-check
// How the package's command ends before its time: with a sentence, an exit status, and a checkpoint to go on from.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pkg } from "./support/paths.mjs";

// Most of its time is training, and it takes seconds on any machine: it has not ended when it is told to end.
const STEPS = 1_000;
const LINK = `model=lenet5&data=digits&subset=2000&batch=16&steps=${STEPS}&seed=5&v=1`;
const KEPT = new RegExp(`Step (\\d+) of ${STEPS} is kept\\. To go on: bunsen train --resume (\\S+)\\n`);

const noDevFull = process.platform === "linux" ? false : "/dev/full is Linux's";
const noShell = process.platform === "win32" ? "there is no sh" : false;

/** @type {string} */ let folder;
/** @type {string} */ let undisturbed;
/** @type {string} */ let checkedLink;

/**
 * Starts the command. `status` is that of its end; a command that has not ended by then is killed, and has none.
 * @param {string[]} words @param {{ stdout?: number, limit?: string }} [options] limit: what the shell sets before
 */
function start(words, { stdout, limit } = {}) {
  const script = [join(pkg, "command.js"), ...words];
  const [program, args] = limit
    ? ["sh", ["-c", `${limit}; exec "$@"`, "sh", process.execPath, ...script]]
    : [process.execPath, script];
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", stdout ?? "pipe", "pipe"], timeout: 120_000 });
  const told = { out: "", err: "" };
  child.stdout?.on("data", (bytes) => (told.out += bytes));
  child.stderr?.on("data", (bytes) => (told.err += bytes));
  /** @type {Promise<number | null>} */
  const status = new Promise((resolve) => child.on("close", (code) => resolve(code)));
  /** @param {RegExp} pattern @returns {Promise<void>} */
  const says = (pattern) =>
    new Promise((resolve) => {
      const look = () => pattern.test(told.out + told.err) && resolve();
      child.stdout?.on("data", look);
      child.stderr?.on("data", look);
      look();
    });
  return { child, told, status, says };
}

/** The check that a command printed. @param {string} out */
const checkOf = (out) => /^check ([0-9a-f]{16})$/m.exec(out)?.[1];

/** Goes on from a checkpoint, and gives the check of the whole run. @param {string} err what the interrupted command said */
async function checkGoingOn(err) {
  const path = KEPT.exec(err)?.[2] ?? "";
  const { told, status } = start(["train", "--resume", path]);
  assert.equal(await status, 0, told.err);
  assert.match(told.out, /^There is no checked link: (step 1 comes|steps 1 to \d+ come) from a file\.$/m);
  return checkOf(told.out);
}

describe("a command that is ended", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "bunsen-ends-"));
    const { told, status } = start(["train", LINK]);
    assert.equal(await status, 0, told.err);
    undisturbed = checkOf(told.out) ?? "";
    checkedLink = /^model=.*&check=.*$/m.exec(told.out)?.[0] ?? "";
    assert.match(told.out, /Written to bunsen-1: /);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [signal, code, sentence, asJson] of /** @type {const} */ ([
    ["SIGINT", 130, "Interrupted.", false],
    ["SIGTERM", 143, "Ended by SIGTERM.", true],
  ])) {
    test(`by ${signal}: it keeps a checkpoint, from which the same run goes on`, async () => {
      const { child, told, status, says } = start(["train", LINK, "--out", signal, ...(asJson ? ["--json"] : [])]);
      await says(/training .*step/);
      child.kill(signal);
      assert.equal(await status, code, told.err);
      assert.ok(told.err.includes(`${sentence}\n`), told.err);
      const step = Number(KEPT.exec(told.err)?.[1]);
      assert.ok(step > 0 && step < STEPS, told.err);
      if (asJson) {
        const { status, error, checkpoint, step: last, check } = JSON.parse(told.out);
        const path = join(signal, "checkpoint.safetensors");
        assert.deepEqual([status, error, checkpoint, last, check], ["interrupted", sentence, path, step, null]);
      }
      assert.deepEqual(await readdir(join(folder, signal)), ["checkpoint.safetensors"]);
      assert.equal(await checkGoingOn(told.err), undisturbed);
      assert.deepEqual((await readdir(join(folder, signal))).sort(), ["run.bunsen.json", "weights.safetensors"]);
    });
  }

  test("by Ctrl-C while it is scored: it does not wait for the score", async () => {
    // Ten quick steps, and seconds for the score.
    const link = "model=resnet-20&data=digits&subset=40&batch=8&steps=10&seed=5";
    const { child, told, status, says } = start(["train", link, "--out", "scored"]);
    await says(/step 10 of 10/);
    child.kill("SIGINT");
    assert.equal(await status, 130, told.err);
    assert.match(told.err, /Interrupted\.\nStep 10 of 10 is kept\./);
    assert.doesNotMatch(told.out, /test images/);
    // What was left to do is done then.
    const resumed = start(["train", "--resume", join("scored", "checkpoint.safetensors")]);
    assert.equal(await resumed.status, 0, resumed.told.err);
    assert.match(resumed.told.out, /step 10: [\d.]+ % of 2000 test images, test loss [\d.]+\n/);
  });

  test("by a reader that has enough: it ends quietly, and keeps what there is", async () => {
    const { child, told, status, says } = start(["train", LINK, "--out", "head"]);
    await says(/Synthetic digits/);
    child.stdout?.destroy();
    assert.equal(await status, 141, told.err);
    // It is noticed at the next line, which is the first score.
    assert.doesNotMatch(told.err, /cannot|EPIPE|rror/);
    assert.ok((await readdir(join(folder, "head"))).length > 0);
  });

  test("by an output that is full: it says so, and keeps a checkpoint", { skip: noDevFull }, async () => {
    const full = await open("/dev/full", "w");
    const { told, status } = start(["train", LINK, "--out", "devfull"], { stdout: full.fd });
    assert.equal(await status, 1, told.err);
    assert.match(told.err, /The output cannot be written \(ENOSPC/);
    assert.equal(await checkGoingOn(told.err), undisturbed);
    const usage = start(["--help"], { stdout: full.fd });
    assert.equal(await usage.status, 1);
    await full.close();
  });

  test("by Ctrl-C while it checks: it says which are checked", async () => {
    const { child, told, status, says } = start(["check", checkedLink, checkedLink]);
    await says(/2 of 2 .*step/);
    child.kill("SIGINT");
    assert.equal(await status, 130, told.err);
    assert.match(told.out, /^outcome .*\nsame .*\n$/);
    assert.match(told.err, /Interrupted\.\n$/);
  });

  test("by a disk that is full at the end: what was not written is said", { skip: noShell }, async () => {
    const link = "model=lenet5&data=digits&subset=40&batch=8&steps=2";
    const { told, status } = start(["train", link, "--out", "limited"], { limit: "ulimit -f 16" });
    assert.equal(await status, 1, told.err);
    assert.match(told.err, /limited\/weights\.safetensors cannot be written \(EFBIG/);
    assert.match(told.err, /No checkpoint of step 2 could be kept: /);
    assert.deepEqual(await readdir(join(folder, "limited")), ["run.bunsen.json"]);
  });

  test("a folder that cannot be written, or holds a run, is refused before anything is trained", async () => {
    await writeFile(join(folder, "file"), "");
    await mkdir(join(folder, "full"));
    await writeFile(join(folder, "full", "run.bunsen.json"), "mine");
    const wrong = /** @type {[string, RegExp][]} */ ([
      ["file", /^file cannot be written \(it is there, and no folder\)\.\n$/],
      [join("file", "sub"), /^file.sub cannot be written \(ENOTDIR/],
      ["full", /^full holds a run already \(run\.bunsen\.json\): name another folder\.\n$/],
      ...(process.platform === "linux" ? [["/proc/none", /^\/proc\/none cannot be written \(ENOENT/]] : []),
    ]);
    for (const [out, sentence] of wrong) {
      const { told, status } = start(["train", LINK, "--out", out]);
      assert.equal(await status, 1, told.err);
      assert.match(told.err, sentence);
      assert.equal(told.out, "");
    }
    assert.equal(await readFile(join(folder, "full", "run.bunsen.json"), "utf8"), "mine");
  });
});
