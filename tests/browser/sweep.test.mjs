// @ts-check
// `bunsen sweep` under Node: the table, what is taken and what is not, what ends it, and the links for other programs.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { load, pkg } from "./support/paths.mjs";

const BASE = "model=mlp&data=digits&subset=200&batch=20&test=100&val=50";
const SWEEP = `${BASE}&steps=4&lr={0.01,0.001}&seed={1..2}`;
const command = join(pkg, "command.js");
const noXargs = process.platform === "win32" ? "there is no xargs" : false;

/** @type {string} */ let folder;

/** With one thread a run, so that a busy machine is no matter. @param {string[]} words @returns {Promise<{ status: number, out: string, err: string }>} */
function bunsen(...words) {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [command, ...words, "--workers", "1"],
      { cwd: folder, timeout: 120_000 },
      (error, out, err) => {
        done({ status: error ? Number(error.code) : 0, out, err });
      },
    );
  });
}

/** @param {string} path @returns {Promise<string[][]>} */
async function csv(path) {
  return (await readFile(join(folder, path), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}

/** @param {string} of */
const runFile = (of) => join(folder, of, "run.bunsen.json");

describe("a sweep", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "bunsen-sweep-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test("trains every link, and writes each run, the table and the summary", async () => {
    const { status, out, err } = await bunsen("sweep", SWEEP, "--jobs", "2", "--out", "first");
    assert.equal(status, 0, err);
    const [head, ...rows] = await csv("first/table.csv");
    assert.deepEqual(head, [
      ...["run", "lr", "seed", "steps", "validation_accuracy", "validation_loss", "test_accuracy", "test_loss"],
      ...["training_loss", "check", "file", "error"],
    ]);
    assert.deepEqual(
      rows.map((row) => row.slice(0, 4)),
      [
        ["1", "0.01", "1", "4"],
        ["2", "0.01", "2", "4"],
        ["3", "0.001", "1", "4"],
        ["4", "0.001", "2", "4"],
      ],
    );
    for (const row of rows) {
      const file = JSON.parse(await readFile(join(folder, row[10] ?? ""), "utf8"));
      assert.equal(row[9], file.check);
      assert.equal(row[4], file.validation.accuracy.toFixed(6));
      assert.deepEqual([file.validation.step, file.validation.examples], [4, 50]);
      assert.equal(row[6], file.scores.at(-1).accuracy.toFixed(6));
      assert.match(out, new RegExp(`\n${row[0]} +${row[1]} +${row[2]} +`));
    }
    assert.deepEqual(await readdir(join(folder, "first", "1")), ["run.bunsen.json", "weights.safetensors"]);
    const [summaryHead, summary] = await csv("first/summary.csv");
    assert.equal(summaryHead?.join(), "lr,score,runs,n,mean,sd,min,max");
    assert.deepEqual(summary?.slice(0, 4), ["0.01", "validation_accuracy", "2", "2"]);
    const two = [rows[0], rows[1]].map((row) => Number(row?.[4]));
    assert.ok(Math.abs(Number(summary?.[4]) - ((two[0] ?? 0) + (two[1] ?? 0)) / 2) < 1e-6);
    assert.match(out, /\nlr +over seeds +n +mean ± standard deviation +min +max\n/);
    assert.match(out, /\nWritten to first: table\.csv, summary\.csv, and a folder for each run\.\n$/);
    // A run of a sweep is the run of its link.
    const alone = await bunsen("train", `${BASE}&steps=4&lr=0.001&seed=2`, "--out", "alone");
    assert.ok(alone.out.includes(`check ${rows[3]?.[9]}\n`), alone.out);
    assert.match(alone.out, /\n[\d.]+ % of 50 validation images, loss [\d.]+\n/);
  });

  test("takes what is there, names what is cut or another's, and writes over neither", async () => {
    const file = JSON.parse(await readFile(runFile("first/2"), "utf8"));
    // With fewer losses a file has another check.
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu", workers: 1 });
    const run = await lab.start(file.link);
    await run.step(2);
    const part = await run.runFile();
    lab.close();
    await writeFile(runFile("first/2"), part);
    await writeFile(runFile("first/3"), (await readFile(runFile("first/3"), "utf8")).slice(0, 300));
    await copyFile(runFile("alone"), runFile("first/4"));
    const foreign = await readFile(runFile("first/1"), "utf8");
    const other = SWEEP.replace("{1..2}", "{2..3}");
    const { status, err } = await bunsen("sweep", other, "--out", "first");
    assert.equal(status, 0, err);
    assert.match(err, /^first.1.run\.bunsen\.json is left as it is: it is of another recipe\.$/m);
    assert.match(err, /^first.2.run\.bunsen\.json is left as it is: it has 2 of its 4 steps\.$/m);
    assert.match(err, /^first.3.run\.bunsen\.json is left as it is: This run file cannot be used: it is cut short/m);
    assert.match(err, /^1 of 4 runs are in first already, whole, and are not trained again\.$/m);
    const files = (await csv("first/table.csv")).slice(1).map((row) => row[10]?.replaceAll("\\", "/"));
    assert.deepEqual(files, [
      "first/1-2/run.bunsen.json",
      "first/2-2/run.bunsen.json",
      "first/4/run.bunsen.json",
      "first/4-2/run.bunsen.json",
    ]);
    assert.equal(await readFile(runFile("first/2"), "utf8"), part);
    assert.equal(await readFile(runFile("first/1"), "utf8"), foreign);
    const before = await readFile(join(folder, "first", "table.csv"), "utf8");
    const again = await bunsen("sweep", other, "--out", "first", "--json");
    assert.match(again.err, /^4 of 4 runs are in first already/m);
    assert.equal(await readFile(join(folder, "first", "table.csv"), "utf8"), before);
    const json = JSON.parse(again.out);
    assert.equal(json.runs.length, 4);
    assert.deepEqual(json.runs[0].values, { lr: "0.01", seed: "2" });
    assert.equal(json.summary[0].n, 2);
  });

  test("goes on after a run that fails, and says why in its table", async () => {
    const link = `${BASE}&steps=6&opt=sgd&warmup=0&schedule=constant&lr={0.1,100}&momentum=0.999`;
    const { status, out, err } = await bunsen("sweep", link, "--out", "failing");
    assert.equal(status, 1);
    const [, sound, failed] = await csv("failing/table.csv");
    assert.equal(sound?.at(-1), "");
    assert.match(failed?.slice(10).join() ?? "", /(no finite numbers|The loss became|no score)/);
    assert.match(err, /^1 of 2 runs failed: the table says why\. The same command tries them again\.$/m);
    assert.match(out, /\n2 +100 +/);
  });

  test("stops cleanly by Ctrl-C, and the same command goes on to the same runs", async () => {
    const steps = 100;
    const link = `model=mlp&data=digits&subset=400&batch=20&test=100&steps=${steps}&seed={1..2}`;
    // What an interrupted run leaves.
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu", workers: 1 });
    const run = await lab.start(link.replace("{1..2}", "2"));
    await run.step(5);
    await mkdir(join(folder, "stopped", "9"), { recursive: true });
    await writeFile(join(folder, "stopped", "9", "checkpoint.safetensors"), await run.checkpoint());
    await run.step(steps - 5);
    const check = await run.check();
    lab.close();
    const child = spawn(process.execPath, [command, "sweep", link, "--out", "stopped", "--workers", "1"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (bytes) => (err += bytes));
    const status = new Promise((resolve) => child.on("close", resolve));
    while (!(await readdir(join(folder, "stopped"))).includes("1")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill("SIGINT");
    assert.equal(await status, 130, err);
    assert.match(err, /^Interrupted\. 0 of 2 runs are finished\. The same command goes on\.\n$/);
    assert.ok(!existsSync(join(folder, "stopped", "table.csv")));
    // It had come to its first step or not; nothing else is there.
    const left = await readdir(join(folder, "stopped", "1")).catch(() => []);
    assert.ok(
      left.every((name) => name === "checkpoint.safetensors" || name.startsWith(".")),
      `${left}`,
    );
    const next = await bunsen("sweep", link, "--out", "stopped");
    assert.equal(next.status, 0, next.err);
    const [, , second] = await csv("stopped/table.csv");
    assert.deepEqual(second?.slice(6), [check, join("stopped", "9", "run.bunsen.json"), ""]);
    assert.deepEqual(await readdir(join(folder, "stopped", "9")), ["run.bunsen.json", "weights.safetensors"]);
  });

  test("lists its links, by which other programs train it", { skip: noXargs }, async () => {
    const two = SWEEP.replace("{0.01,0.001}", "0.01");
    const listed = await bunsen("sweep", two, "--list");
    const links = listed.out.trimEnd().split("\n");
    assert.equal(links.length, 2);
    assert.match(links[0] ?? "", /^model=mlp&\S+&seed=1&\S*v=1$|^model=mlp&\S+&v=1$/);
    // The line of docs/sweeps.md, where `npx bunsen` is this command.
    const docs = await readFile(new URL("../../docs/sweeps.md", import.meta.url), "utf8");
    const line = /^\| xargs \| <code>(.*)<\/code> \|$/m.exec(docs)?.[1]?.replaceAll("&#124;", "|") ?? "";
    await mkdir(join(folder, "bin"));
    const npx = `#!/bin/sh\nshift\nexec "${process.execPath}" "${command}" "$@"\n`;
    await writeFile(join(folder, "bin", "npx"), npx, { mode: 0o755 });
    const env = { ...process.env, SWEEP: two, PATH: `${join(folder, "bin")}:${process.env["PATH"]}` };
    await new Promise((resolve, reject) => {
      execFile("sh", ["-c", line.replaceAll("sweep/", "many/")], { cwd: folder, env }, (error) =>
        error ? reject(error) : resolve(undefined),
      );
    });
    const table = await bunsen("sweep", two, "--out", "many");
    assert.match(table.err, /^2 of 2 runs are in many already/m);
    // Without a name the folder is called by the list.
    const name = `sweep-${createHash("sha256").update(listed.out).digest("hex").slice(0, 8)}`;
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "table.csv"), "mine");
    const refused = await bunsen("sweep", two);
    assert.equal(refused.status, 1);
    assert.equal(refused.err, `${name} holds a table.csv that no sweep wrote: name another folder.\n`);
  });

  test("trains nothing where something is wrong, and says what", async () => {
    const wrong = /** @type {[string[], RegExp][]} */ ([
      [[], /^sweep takes one link with braces, as in seed=\{1\.\.3\}: quote it\./],
      [[BASE], /^This link sweeps nothing: put the values of a field in braces/],
      [[`${BASE}&seed={1..2}&lr={0.1,-3}`], /^Link 2 of 4 cannot be trained, so nothing was\. .*lr=-3 is not allowed/],
      [[SWEEP, "--jobs", "0"], /^--jobs 0: a whole number from 1 up is allowed\./],
      [["model=lenet5&data=own&seed={1..2}"], /^This sweep is on somebody's own images, .*`--own` names them\./],
    ]);
    const before = await readdir(folder);
    for (const [words, sentence] of wrong) {
      const { status, err } = await bunsen("sweep", ...words);
      assert.match(err, sentence);
      // Where the command line itself is wrong, its help is named.
      assert.equal(status, err.includes("See: bunsen sweep --help") ? 2 : 1);
    }
    assert.deepEqual(await readdir(folder), before);
  });
});
