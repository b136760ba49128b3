// @ts-check
// The package's command, under Node: what it trains can be replayed, and what differs does not pass.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { load, pkg } from "./support/paths.mjs";

const LINK = "model=lenet5&data=digits&subset=400&steps=12&seed=5&v=1";

/** @type {string} */ let folder;
/** @type {string} */ let checked;

/** @param {string[]} words @returns {Promise<{ status: number, out: string, err: string }>} */
function bunsen(...words) {
  return new Promise((done) => {
    execFile(process.execPath, [join(pkg, "command.js"), ...words], { cwd: folder }, (error, out, err) => {
      done({ status: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** A link whose check is another. @param {string} link */
const spoilt = (link) => link.replace(/check=./, (text) => (text.endsWith("0") ? "check=1" : "check=0"));

describe("the command", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "bunsen-command-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test("trains a link, and writes the run file and the weights", async () => {
    const { status, out, err } = await bunsen("train", `https://example.org/#${LINK}`, "--out", "first");
    assert.equal(status, 0, err);
    assert.match(out, /^model=lenet5&subset=400&steps=12&seed=5&v=1\nSynthetic digits, 12 steps of 128\n/);
    assert.match(out, /step 12: [\d.]+ % of 2000 test images, test loss \d\.\d{3}\n/);
    checked = out.split("\n").find((line) => line.includes("check=")) ?? "";
    const file = JSON.parse(await readFile(join(folder, "first", "run.bunsen.json"), "utf8"));
    assert.equal(file.format, "bunsen-run");
    assert.equal(file.versions.compiler.target, "wasm32-unknown-unknown");
    assert.match(file.versions.compiler.release, /^\d+\.\d+\.\d+/);
    assert.ok(checked.includes(`check=${file.check}`), checked);
    assert.equal(file.scores.at(-1).step, 12);
    assert.ok(out.includes(`test loss ${file.scores.at(-1).loss.toFixed(3)}\n`), out);
    const weights = await readFile(join(folder, "first", "weights.safetensors"));
    assert.ok(weights.byteLength > 61_706 * 4);
  });

  test("tells programs what became of a run as one object, and all else beside", async () => {
    const link = "model=lenet5&data=digits&subset=40&batch=8&steps=3";
    const trained = await bunsen("train", link, "--out", "told", "--json", "--score-on", "digits");
    assert.equal(trained.status, 0, trained.err);
    const { scores, scoreOn, checkedLink, check, ...others } = JSON.parse(trained.out);
    assert.match(trained.err, /\nstep 3: [\d.]+ % of 2000 test images/);
    assert.equal(scores.length, 1);
    const [{ step, ...numbers }] = scores;
    assert.equal(step, 3);
    assert.deepEqual(scoreOn, { data: "digits", ...numbers });
    assert.ok(checkedLink.includes(`&check=${check}`), checkedLink);
    assert.equal(typeof others.loss, "number");
    assert.deepEqual(
      { ...others, engine: "", loss: 0, notices: [] },
      {
        status: "done",
        error: null,
        link: "model=lenet5&subset=40&batch=8&steps=3&v=1",
        data: "Synthetic digits",
        engine: "",
        step: 3,
        steps: 3,
        loss: 0,
        verdict: null,
        notices: [],
        folder: "told",
        files: ["run.bunsen.json", "weights.safetensors"],
        checkpoint: null,
      },
    );
    const checkedAs = await bunsen("check", join("told", "run.bunsen.json"), "nothing.json", "--json");
    const { asPromised, error, replays } = JSON.parse(checkedAs.out);
    assert.deepEqual([checkedAs.status, asPromised, error], [1, false, null]);
    assert.deepEqual(
      replays.map((/** @type {any} */ { what, outcome }) => [what, outcome]),
      [
        [join("told", "run.bunsen.json"), "same"],
        ["nothing.json", "cannot"],
      ],
    );
  });

  test("replays links and files, and says which are the same", async () => {
    const file = join("first", "run.bunsen.json");
    const { status, out } = await bunsen("check", checked, file, "--workers", "2");
    const [head, ...rows] = out.trim().split("\n");
    assert.match(head ?? "", /^outcome +seconds +what$/);
    assert.equal(rows.length, 2);
    for (const row of rows) assert.match(row, /^same +[\d.]+ .*The same run: check [0-9a-f]+… matches\.$/);
    assert.equal(status, 0);
  });

  test("lists the recipes that a network has names for", async () => {
    const one = await bunsen("recipes", "lenet5-1998");
    assert.equal(one.status, 0, one.err);
    assert.match(one.out, /^LeNet-5 \(1998\)\n  own    model=lenet5-1998&v=1\n         The network's own recipe/);
    assert.match(one.out, /\n  tiny   model=lenet5-1998&\S+&v=1\n         [A-Z].*\.\n$/);
    const all = await bunsen("recipes");
    for (const label of ["LeNet-5", "Vision transformer", "Stack of your own"])
      assert.ok(all.out.includes(`${label}\n`));
    const { recipes } = JSON.parse((await bunsen("recipes", "mlp", "--json")).out);
    assert.equal(recipes[0].network, "mlp");
    assert.match(recipes[0].link, /^model=mlp&v=1$/);
    const refused = await bunsen("recipes", "lenet6");
    assert.equal(refused.status, 1);
    assert.match(refused.err, /^model=lenet6 is not allowed/);
    assert.match((await bunsen("recipes", "mlp", "vit")).err, /^recipes takes one network, or none for all of them\./);
  });

  test("computes as far as a run file goes, and says that it goes no farther", async () => {
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu" });
    const run = await lab.start(LINK);
    await run.step(5);
    await writeFile(join(folder, "part.bunsen.json"), await run.runFile());
    lab.close();
    const { status, out, err } = await bunsen("check", "part.bunsen.json");
    assert.match(
      out.trim().split("\n")[1] ?? "",
      /^same in part +[\d.]+ .*Steps 1 to 5 are the same, which is as far as the run file goes; steps 6 to 12 are compared with nothing\.$/,
    );
    assert.equal(status, 0);
    assert.match(err, /step 5 of 5/);
  });

  test("does not pass where one differs, or cannot be compared", async () => {
    const file = JSON.parse(await readFile(join(folder, "first", "run.bunsen.json"), "utf8"));
    const cut = join(folder, "cut.bunsen.json");
    await writeFile(cut, JSON.stringify(file).slice(0, 400));
    for (const [what, outcome] of /** @type {const} */ ([
      [spoilt(checked), /^differs .*check/],
      [LINK, /^cannot .*The link carries no check, so there is nothing to compare with\.$/],
      [cut, /^cannot .*cut/],
      ["nothing.json", /^cannot .*nothing\.json is no link, and cannot be read as a file/],
      ["model=lenet6&check=0123456789abcdef", /^cannot .*lenet6/],
    ])) {
      const { status, out } = await bunsen("check", checked, what);
      const rows = out.trim().split("\n").slice(1);
      assert.match(rows[0] ?? "", /^same/);
      assert.match(rows[1] ?? "", outcome);
      assert.equal(status, 1, what);
    }
  });

  test("trains a checked link to its end, and fails where it is another run", async () => {
    const { status, out } = await bunsen("train", spoilt(checked), "--out", "second");
    assert.equal(status, 1);
    assert.match(out, /iffers/);
  });

  test("finishes a run whose network answers NaN, and says that it has no score", async () => {
    const link =
      "model=lenet5&data=digits&subset=200&batch=16&lr=100&opt=sgd&momentum=0.999&warmup=0&schedule=constant&steps=3";
    const { status, out, err } = await bunsen("train", link, "--out", "nan");
    assert.match(err, /^step 3 has no score: After step 3 the network's outputs are no finite numbers/m);
    assert.match(err, /training loss \d\.\d+e\+\d+\n/);
    const file = JSON.parse(await readFile(join(folder, "nan", "run.bunsen.json"), "utf8"));
    assert.ok(out.includes(`\ncheck ${file.check}\n`), out);
    assert.equal(status, 1);
  });

  test("says before the training what is to be known of the recipe, once", async () => {
    const { err } = await bunsen("train", `${LINK}&warmup=1`, "--out", "warm-up");
    assert.equal(err.match(/it never reaches/g)?.length, 1, err);
    assert.ok(err.indexOf("it never reaches") < err.indexOf("training ["), err);
  });

  test("says how it is used, and what it is", async () => {
    const usage = await bunsen("--help");
    assert.match(usage.out, /^Usage: bunsen <command>\n/);
    assert.match(usage.out, /^ {2}check <link or run file>\.\.\. /m);
    assert.deepEqual(await bunsen("help"), usage);
    const ofTrain = await bunsen("train", "--out", "nothing", "--help");
    assert.match(ofTrain.out, /^Usage: bunsen train <link> \[options\]\n/);
    assert.deepEqual(await bunsen("help", "train"), ofTrain);
    const version = await bunsen("-v");
    assert.match(version.out, /^bunsen \d+\.\d+\.\d+\n$/);
    for (const { status, err } of [usage, ofTrain, version]) assert.deepEqual([status, err], [0, ""]);
  });

  test("says what it cannot take, before it begins anything", async () => {
    const wrong = /** @type {const} */ ([
      [[], /^Usage: bunsen <command>\n[^]*Ctrl-C\.\n$/],
      [["fly"], /^There is no command "fly"\.\nSee: bunsen --help\n$/],
      [["train"], /^train takes one link: quote it\.\nSee: bunsen train --help\n$/],
      [["check"], /^check takes links or run files, at least one\.\n/],
      [["train", LINK, "--workers", "none"], /^--workers none: a whole number from 1 up is allowed\.\n/],
      [["train", LINK, "--speed", "9"], /^train has no option "--speed"\.\n/],
    ]);
    for (const [words, sentence] of wrong) {
      const { status, out, err } = await bunsen(...words);
      assert.match(err, sentence);
      assert.deepEqual([status, out], [2, ""], words.join(" "));
    }
    const named = await bunsen("train", "lr=NaN", "--json");
    assert.match(named.err, /^lr=NaN is not allowed/);
    assert.deepEqual([named.status, JSON.parse(named.out).error], [1, named.err.trim()]);
    const other = await bunsen("train", LINK, "--score-on", "mnits", "--out", "nothing");
    assert.match(other.err, /^--score-on mnits: data=mnits is not allowed/);
    assert.equal(other.status, 1);
    assert.equal(existsSync(join(folder, "nothing")), false);
  });

  test("trains on somebody's own images, and checks what was trained", async () => {
    const zip = fileURLToPath(new URL("../../images/tests/shapes.zip", import.meta.url));
    const link = "model=lenet5&data=own&batch=16&steps=6";
    const trained = await bunsen("train", link, "--own", zip, "--out", "own");
    assert.equal(trained.status, 0, trained.err);
    assert.match(
      trained.out,
      /^model=lenet5&data=own&own=5f0d1d7ae9600587&classes=3&batch=16&steps=6&v=1\nYour own images, 6 steps of 16\n/,
    );
    const file = join("own", "run.bunsen.json");
    const same = await bunsen("check", file, "--own", zip);
    assert.equal(same.status, 0, same.out);
    assert.match(same.out, /\nsame /);

    const without = await bunsen("check", file);
    assert.equal(without.status, 1);
    assert.match(
      without.out,
      /This recipe is on somebody's own images, which no link holds: 3 classes, 32×32 in colour, with the digest 5f0d1d7ae9600587\./,
    );
    const table = fileURLToPath(new URL("../../images/tests/strokes.csv", import.meta.url));
    const grey = "model=lenet5&data=own&size=28&channels=grey&batch=4&steps=2";
    const ofArrays = await bunsen("train", grey, "--own", table, "--out", "arrays");
    assert.equal(ofArrays.status, 0, ofArrays.err);
    assert.match(ofArrays.out, /&own=6b2b331921dc98b2&classes=3&/);
    const needless = await bunsen("train", LINK, "--own", zip);
    assert.match(needless.err, /--own names images for a link with data=own, and this link has other data\./);
    const nowhere = await bunsen("train", link, "--own", "nowhere");
    assert.match(nowhere.err, /nowhere cannot be read \(ENOENT/);
    assert.notEqual(nowhere.status, 0);
  });
});
