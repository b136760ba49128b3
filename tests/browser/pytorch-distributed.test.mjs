// @ts-check
// The program for several processes: the same bits for any number of them, the losses of the link, what a killed process leaves, and what is
// refused before the first step. BUNSEN_PYTHON names an interpreter that has torch.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { unlessLong } from "./support/long.mjs";
import { shapes } from "./support/own-images.mjs";
import { load } from "./support/paths.mjs";
import { withoutModules } from "./support/python.mjs";
import {
  noTorch,
  outside,
  Program,
  runPython,
  torchrun,
  tracedBy,
  TRAIN_MANY,
  writeMany,
} from "./support/torchrun.mjs";

const noPillow = withoutModules("PIL");
const folder = mkdtempSync(join(tmpdir(), "bunsen-torchrun-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("PyTorch on several processes", { skip: noTorch }, () => {
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab({ engine: "cpu", workers: 2 });
  });
  after(() => lab?.close());

  /**
   * Trains a link with Bunsen: its losses, and the program of its checked link.
   * @param {string} link @param {string} name @param {number} steps @param {{ writes?: boolean }} [options] whether its images are written
   */
  async function trained(link, name, steps, { writes = true } = {}) {
    const run = await lab.start(link);
    const losses = (await run.step(steps)).map((/** @type {{ loss: number }} */ { loss }) => loss);
    const checked = steps === run.plan.steps ? await run.checkedLink() : link;
    const program = await Program.write(lab, checked, join(folder, name), writes ? run : undefined);
    run.free();
    return { losses, program };
  }

  test(
    "one and two processes have the same bits, and what is bad is refused in a sentence",
    { timeout: 120_000 },
    async () => {
      const link = "model=lenet5&subset=1280&steps=10&test=200";
      const { losses, program } = await trained(link, "quick", 10);
      const { folder: cwd } = program;
      writeFileSync(join(cwd, "there.json"), "");
      writeFileSync(join(cwd, "broken.pt"), "no checkpoint");
      const drawn = await writeMany(lab, cwd, DRAWN);
      writeFileSync(join(cwd, "others.py"), OTHERS);
      const start = (/** @type {string} */ rank) => runPython(["others.py", rank], { cwd });
      const [two, first, second] = await Promise.all([program.train(2), start("0"), start("1")]);
      assert.equal(two.status, 0, two.stderr);
      assert.match(two.stdout, /^Within the band at all 10 steps that were compared/m);
      const said = first.stdout.split("\n").filter((line) => line.startsWith("said "));
      assert.equal(said.length, SENTENCES.length, `${first.stdout}\n${first.stderr}\n${second.stderr}`);
      SENTENCES.forEach((sentence, at) => assert.match(said[at] ?? "", sentence));

      const found = tracedBy(program.runFile(1));
      assert.deepEqual(tracedBy(program.runFile(2)), found);
      assert.equal(outside(losses, found), -1, `${found.join()} against ${losses.join()}`);
      assertDrawn(cwd, DRAWN, drawn);
      // The package reads its file, whose check is of its contents, and whose engine is named.
      const file = lab.readRunFile(program.runFile(2));
      assert.match(file.engine, /PyTorch [\d.+a-z]+, 2 processes \(gloo\)/);
      assert.equal(file.exact, false);
      const run = await lab.start(link);
      assert.deepEqual([file.digest, file.steps], [run.data.digest, 10]);
      run.free();
    },
  );

  const long = unlessLong("trains by up to four processes for minutes");

  for (const [link, name] of [
    ["model=lenet5&subset=6400&steps=50&test=200", "lenet5"],
    ["model=resnet-8&data=digits&subset=3200&batch=64&steps=50&test=200", "resnet-8"],
  ]) {
    test(`${name}: 1, 2 and 4 processes for 50 steps`, { skip: long, timeout: 900_000 }, async () => {
      const { program } = await trained(link ?? "", name ?? "", 50);
      /** @type {number[][]} */ const traces = [];
      for (const processes of [1, 2, 4]) {
        const { status, stdout, stderr } = await program.train(processes);
        assert.equal(status, 0, stderr);
        assert.match(stdout, /^Within the band at all 32 steps that were compared/m);
        traces.push(tracedBy(program.runFile(processes)));
      }
      assert.equal(traces[0]?.length, 50);
      assert.deepEqual(traces[1], traces[0]);
      assert.deepEqual(traces[2], traces[0]);
      const fast = await program.train(2, "--fast", "--out", "fast.json");
      assert.equal(fast.status, 0, fast.stderr);
      assert.match(fast.stdout, /--fast: gradients are summed as they come, which rounds differently/);
      assert.match(fast.stdout, /^Within the band at all 32 steps/m);
    });
  }

  test("each network starts as Bunsen's does, and is changed as it is", { skip: long, timeout: 600_000 }, async () => {
    const cwd = mkdtempSync(join(folder, "drawn-"));
    const drawn = await writeMany(lab, cwd, ALL_DRAWN);
    const program = `${TRAIN_MANY}\nimport bunsen_train\ntrain_many(${ALL_DRAWN.length})\n`;
    writeFileSync(join(cwd, "all.py"), program);
    const { status, stderr } = await runPython(["all.py"], { cwd });
    assert.equal(status, 0, stderr);
    assertDrawn(cwd, ALL_DRAWN, drawn);
  });

  test("a person's own images, prepared, are the run's", { skip: long || noPillow, timeout: 300_000 }, async () => {
    const dataset = await lab.customDataset(new Uint8Array(shapes));
    const link = `model=lenet5&${dataset.link}&batch=16&steps=12&val=5`;
    const { losses, program } = await trained(link, "own", 12, { writes: false });
    writeFileSync(join(program.folder, "own.npz"), await lab.preparedImages(link));
    const { status, stdout, stderr } = await program.train(1, "--data", "own.npz");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^Within the band at all 12 steps/m);
    assert.equal(outside(losses, tracedBy(program.runFile(1))), -1);
    const run = await lab.start(link);
    assert.equal(lab.readRunFile(program.runFile(1)).digest, run.data.digest);
    run.free();
  });

  for (const killed of [0, 1]) {
    const title = `process ${killed} is killed: the other ends with a sentence, and the checkpoint goes on`;
    test(title, { skip: long, timeout: 300_000 }, async () => {
      const { program } = await trained("model=lenet5&subset=6400&steps=40&test=200", `killed-${killed}`, 40);
      const whole = await program.train(1);
      assert.equal(whole.status, 0, whole.stderr);
      let isKilled = false;
      const words = [program.file, "--data", ".", "--out", "2.json", "--checkpoint", "kept.pt", "--every", "4"];
      const ended = await runPython(torchrun(2, ...words), {
        cwd: program.folder,
        onLine: (text, pid) => {
          if (isKilled || !text.includes("step 10 of")) return;
          isKilled = true;
          process.kill(childrenOf(pid, killed), "SIGKILL");
        },
      });
      assert.ok(isKilled);
      assert.notEqual(ended.status, 0);
      const sentence = `^Process ${1 - killed} of 2 (ends because another process is gone|was ended) \\(.*\\), after step \\d+\\.`;
      assert.match(ended.stderr, new RegExp(sentence, "m"));
      if (killed === 1)
        assert.match(ended.stderr, /Step \d+ is kept in kept\.pt: the same command goes on from there\./);
      assert.ok(!existsSync(join(program.folder, "2.json")));
      const { status, stdout, stderr } = await runPython(torchrun(2, ...words), { cwd: program.folder });
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^Goes on after step \d+, from kept\.pt\.$/m);
      assert.deepEqual(tracedBy(program.runFile(2)), tracedBy(program.runFile(1)));
      assert.ok(!existsSync(join(program.folder, "kept.pt")), "the checkpoint of a run that has ended is removed");
    });
  }
});

/** The process of a rank below torchrun's. @param {number} pid @param {number} rank */
function childrenOf(pid, rank) {
  const { stdout } = spawnSync("ps", ["--ppid", String(pid), "-o", "pid=", "--sort", "pid"], { encoding: "utf8" });
  return Number(stdout.trim().split(/\s+/)[rank]);
}

/** Links whose masks and images are changed at random. */
const DRAWN = [
  "model=mlp&data=digits&dropout=0.3&subset=64&batch=32&steps=3",
  "model=lenet5&data=digits&subset=80&val=16&batch=32&steps=3&aug=shift,rotate,elastic,crop,flip,alternate,cutout&pad=reflect",
];

/** Each kind of initial weights, of network and of optimizer. */
const ALL_DRAWN = [
  "model=alexnet&data=digits&dropout=0.5&lrn=on&groups=2&smooth=0.1",
  "model=vgg-11&data=digits&dropout=0.4&norm=off&head=gap&clip=0.5",
  "model=densenet&data=shapes&schedule=step",
  "model=resnet-8&data=shapes&shortcut=project&opt=rmsprop&lr=0.0005",
  "model=resnet-8&data=digits&opt=muon&nesterov=on&wd=0.01&lr=0.02",
  "model=airbench&data=shapes&width=4&bias_lr=4&lr=0.01",
  "model=vit&data=digits&warmup=0.4&head_lr=0.5",
  "model=vit&data=digits&stem=patch&pool=token&schedule=linear",
  "model=lenet5-1998&data=digits",
  "model=lenet5&data=digits&opt=adamw&nesterov=on&wd=0.05&average=ema&ema=0.8&tta=flip",
  "model=mlp&data=digits&opt=sgd&lr=0.05&bias_lr=2&average=lookahead&seed=9007199254740991",
  "model=mlp&data=digits&opt=adam&wd=0.01&decay=all",
  "model=stack&data=digits&layers=conv6x5p2,norm,relu,res(conv6x3p1,relu),max2,drop0.3,fc84,norm,relu",
  // Its deepest normalizations see few numbers of a small batch, and enlarge rounding: two steps.
  "model=googlenet&data=digits&aux=on&dropout=0.4&opt=sgd&lr=0.001&seed=3&steps=2",
].map((link) => `${link}${link.includes("&steps=") ? "" : "&steps=6"}&subset=64&batch=16&shards=2&test=20`);

/** Whether programs had the losses that Bunsen has. @param {string} cwd @param {string[]} links @param {number[][]} drawn */
function assertDrawn(cwd, links, drawn) {
  const wrong = links.filter((_, at) => {
    const losses = tracedBy(readFileSync(join(cwd, `program${at}.json`), "utf8"));
    return losses.length !== drawn[at]?.length || outside(drawn[at], losses) !== -1;
  });
  assert.deepEqual(wrong, []);
}

/** What is said of bad input, in that order: by one process alone, and where one of two differs. */
const SENTENCES = [
  /A batch of this link has 4 shards, which 3 processes cannot share evenly: start 1, 2 or 4, or make a link/,
  /PyTorch finds no card on this machine: give --device cpu/,
  /This machine has 1 card, and a card is for one process: start --nproc-per-node 1, or give --device cpu\./,
  /there\.json is there already: move it away, or give another name with --out\./,
  /nowhere\/x\.json could not be written: No such file or directory\. Give another place\./,
  /the images could not be read \(.*nowhere.*\)\. Every process reads them/,
  /The marks in the link are the losses of 1 steps, but of a run of 10 steps they are those of 10\./,
  /broken\.pt is no checkpoint of this program, or damaged \(\w+\): move it away\./,
  /disk\.json could not be written: File too large\. Make room or give another place\./,
  /Outside the band at step 1: expected loss 2\.\d+, give or take 2\.\d+e-04, got 2\.\d+\. Rounding alone does not lead so far so soon\./,
  /^said The loss of step \d+ is (nan|inf): the run has diverged\. A lower learning rate may help\./,
  /kept\.pt is the checkpoint of another run, whose link is another: give another --checkpoint\./,
  /A batch of 5000 is more than the 1280 training images there are\./,
  /9999 training images are more than \. has, which is 1280\./,
  /After step 1, process 1 has other weights than process 0: their machines round differently\./,
  /Not all 2 processes came within 0\.02 minutes/,
  /Process 1 on .* has PyTorch 1\.0, and process 0 has 2\..*: give all of them the same\./,
  /Process 1 on .* has the images [0-9a-f]{12}…, and process 0 has [0-9a-f]{12}…: give all of them the same\./,
  /Process 1 on .*: the images could not be read \(.*\)\. Every process reads them: copy nowhere to each machine\./,
  /Process 1 on .* has --fast True, and process 0 has False: give all of them the same\./,
];

/** Two processes that find each other by a file. The first trains alone before, and both say what is wrong, one line each. */
const OTHERS = `${TRAIN_MANY}
import contextlib, io, os, resource, shutil, signal, sys
from datetime import timedelta
import torch, torch.distributed as dist
import bunsen_ranks, bunsen_run, bunsen_train, lenet5

rank = int(sys.argv[1])

def said(*words, **environment):
    os.environ.update(environment)
    text, printed = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(text), contextlib.redirect_stdout(printed):
        status = bunsen_train.train(lenet5, list(words))
    assert status == 1, (status, printed.getvalue())
    lines = text.getvalue().strip().splitlines() or printed.getvalue().strip().splitlines()[-1:]
    if rank == 0:
        print("said", lines[0], flush=True)
    for name in environment:
        del os.environ[name]

if rank == 0:
    assert bunsen_train.train(lenet5, ["--data", ".", "--out", "1.json"]) == 0
    said("--data", ".", WORLD_SIZE="3", RANK="0")
    said("--data", ".", "--device", "cuda")
    torch.cuda.is_available, torch.cuda.device_count = (lambda: True), (lambda: 1)
    said("--data", ".", LOCAL_RANK="1")
    torch.cuda.is_available = lambda: False
    said("--data", ".", "--out", "there.json")
    said("--data", ".", "--out", "nowhere/x.json")
    said("--data", "nowhere")
    check, marks = lenet5.CHECK, lenet5.MARKS
    lenet5.MARKS = marks[:7]
    said("--data", ".")
    lenet5.MARKS = ""
    said("--data", ".", "--checkpoint", "broken.pt")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, resource.RLIM_INFINITY))
    said("--data", ".", "--out", "disk.json", "--steps", "1")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    lenet5.MARKS, seed, lenet5.SEED = marks, lenet5.SEED, 99
    said("--data", ".", "--out", "99.json")
    lenet5.SEED = seed
    lenet5.MARKS, rate, lenet5.learning_rate = "", lenet5.learning_rate, lambda *_: 1e30
    said("--data", ".", "--out", "nan.json")
    lenet5.learning_rate = rate
    kept = ["--data", ".", "--checkpoint", "kept.pt", "--out", "kept.json"]
    assert bunsen_train.train(lenet5, [*kept, "--steps", "1"]) == 0
    os.remove("kept.json")
    lenet5.LINK, link = "model=other", lenet5.LINK
    said(*kept)
    lenet5.LINK, lenet5.BATCH, batch = link, 5000, lenet5.BATCH
    said("--data", ".", "--out", "large.json")
    lenet5.BATCH, lenet5.SUBSET, subset = batch, 9999, lenet5.SUBSET
    said("--data", ".", "--out", "many.json")
    lenet5.SUBSET, lenet5.MARKS = subset, marks
    ranks = bunsen_ranks.Ranks()
    ranks.gathered = lambda own: torch.stack([own, own + 1])
    try:
        ranks.check_same("0" * 64, "After step 1,")
    except bunsen_run.Refusal as why:
        print("said", why, flush=True)
    patience, bunsen_ranks.PATIENCE = bunsen_ranks.PATIENCE, timedelta(minutes=0.02)
    said("--data", ".", WORLD_SIZE="2", RANK="0", MASTER_ADDR="127.0.0.1", MASTER_PORT="0")
    bunsen_ranks.PATIENCE = patience

if rank == 1:
    train_many(${DRAWN.length})
count = 0

def rendezvous(*_, **__):
    global count
    count += 1
    yield dist.FileStore(f"meeting-{count}", 2), rank, 2

dist.rendezvous = rendezvous
other = "other"
if rank == 1:
    os.mkdir(other)
    for name in os.listdir("."):
        if name.endswith("ubyte"):
            shutil.copy(name, other)
    with open("other/train-labels-idx1-ubyte", "r+b") as file:
        file.seek(8)
        label = file.read(1)[0]
        file.seek(8)
        file.write(bytes([(label + 1) % 10]))
two = {"RANK": str(rank), "WORLD_SIZE": "2"}
right = torch.__version__
torch.__version__ = "1.0" if rank == 1 else right
said("--data", ".", **two)
torch.__version__ = right
said("--data", other if rank == 1 else ".", **two)
said("--data", "nowhere" if rank == 1 else ".", **two)
said("--data", ".", *(["--fast"] if rank == 1 else []), **two)
`;
