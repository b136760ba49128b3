// @ts-check
// The Rust programs that "Show as code" writes. Six of them are examples of the crate, so that they are compiled with the
// workspace's own burn; here they are held to what is written now, and run: from exported weights they have Bunsen's first loss.
// That of own images is a seventh: rust-own-code.test.mjs.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { writeIdx } from "./support/idx.mjs";
import { isLong, unlessLong } from "./support/long.mjs";
import { load } from "./support/paths.mjs";
import { built, checkout, formatted, noCargo, noRustfmt } from "./support/rust-examples.mjs";

const COUNT = 64;
const STEPS = 10;
const ONE_BATCH = `data=digits&subset=${COUNT}&batch=${COUNT}&steps=${STEPS}&shards=1`;
const EXAMPLES = [
  { example: "as_code_lenet5", link: `model=lenet5&${ONE_BATCH}` },
  { example: "as_code_lenet5_1998", link: `model=lenet5-1998&${ONE_BATCH}` },
  { example: "as_code_resnet8", link: `model=resnet-8&aug=&${ONE_BATCH}` },
  // Plain steps, so that clipping is seen: Adam's are as long whatever the gradient's length.
  { example: "as_code_vit", link: `model=vit&opt=sgd&lr=1&momentum=0&clip=0.1&warmup=0&aug=&${ONE_BATCH}` },
  // Its first layers stay as they are, batch normalization among them.
  { example: "as_code_googlenet", link: `model=googlenet&aux=on&dropout=0&freeze=6&aug=&${ONE_BATCH}` },
  // Its images are changed by random numbers of its own.
  {
    example: "as_code_mlp",
    link: `model=mlp&aug=shift,rotate,elastic,crop,flip,cutout&pad=reflect&beta1=0.8&beta2=0.99&eps=0.00001&clip=1&tta=flip&${ONE_BATCH}`,
    random: true,
  },
];

/** Those that are compiled and run: a program takes half a minute of a processor. LeNet-5 is also rust-own-code.test.mjs's. */
const RUN = isLong ? EXAMPLES : EXAMPLES.filter(({ example }) => /vit$/.test(example));

const folder = mkdtempSync(join(tmpdir(), "bunsen-rust-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("the Rust programs", () => {
  for (const { example, link, random = false } of EXAMPLES) {
    test(`${example} is what is written now`, { skip: noRustfmt }, async () => {
      const { openLab } = await load("index.js");
      const lab = await openLab({ engine: "cpu", workers: 1 });
      const [, main] = await lab.asCode(link, "rust");
      lab.close();
      const kept = readFileSync(join(checkout, "crate", "examples", `${example}.rs`), "utf8");
      const now = formatted(main.text);
      assert.equal(
        kept,
        now,
        `write it anew: crate/examples/${example}.rs is the second file of lab.asCode("${link}", "rust")`,
      );
    });

    const left = !RUN.some((program) => program.example === example) && unlessLong("it takes long to compile");
    test(`${example} trains from Bunsen's first loss`, { skip: noCargo || left, timeout: 600_000 }, async () => {
      const { openLab } = await load("index.js");
      const lab = await openLab({ engine: "cpu", workers: 1 });
      const run = await lab.start(link);
      writeIdx(folder, "train", run.examples("train", 0, COUNT));
      writeIdx(folder, "t10k", run.examples("test", 0, 32));
      const weights = join(folder, "weights.safetensors");
      writeFileSync(weights, await run.weights());
      const ours = (await run.step(STEPS)).map((/** @type {{ loss: number }} */ { loss }) => loss);
      lab.close();
      const output = execFileSync(join(built(RUN.map(({ example }) => example)), example), [folder, weights], {
        encoding: "utf8",
      });
      const theirs = [...output.matchAll(/loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
      assert.equal(theirs.length, STEPS);
      const [first = NaN, second = NaN] = theirs;
      assert.ok(
        Math.abs(first - ours[0]) <= (random ? 0.2 : 1e-4) * Math.max(1, ours[0]),
        `${first} against ${ours[0]}`,
      );
      assert.ok(
        Math.abs(second - ours[1]) <= (random ? 0.3 : 5e-3) * ours[1],
        `second step: ${second} against ${ours[1]}`,
      );
      assert.ok(Math.min(...theirs.slice(1)) < first, theirs.join());
      assert.match(output, /of 32 test images are right(, each with its mirror image)?: /);
    });
  }

  test("says every network, and no other language", async () => {
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu", workers: 1 });
    const why = async (/** @type {string} */ link) =>
      lab.asCode(link, "rust").then(
        () => "said",
        (/** @type {Error} */ error) => error.message,
      );
    for (const link of [
      "model=vgg-11",
      "model=alexnet&lrn=on",
      "model=resnet-20",
      "model=resnet-50",
      "model=densenet",
      "model=stack",
      "model=vit&pool=token",
      "model=vit&pool=mean&stem=patch",
    ])
      assert.equal(await why(link), "said", link);
    const init = "init=0123456789abcdef";
    for (const [language, label] of [
      ["rust", "Rust"],
      ["pytorch", "PyTorch"],
    ]) {
      for (const [link, model, reason] of [
        [`model=lenet5-1998&${init}`, "lenet5-1998", "its program would not start from the weights of a file"],
        ["model=lenet5-1998&freeze=2", "lenet5-1998", "its program would freeze no layers"],
        [`model=airbench&${init}`, "airbench", "its program would whiten no patches where it starts from weights"],
      ])
        await assert.rejects(lab.asCode(link, language), {
          kind: "recipe",
          message: `${model} cannot be shown as ${label} code yet: ${reason}.`,
        });
    }
    assert.equal(
      await why("model=airbench&bias_lr=1&average=off"),
      "airbench cannot be shown as Rust code yet: filters that whiten patches are not written there yet.",
    );
    await assert.rejects(lab.asCode("model=lenet5", "cobol"), {
      kind: "recipe",
      message: 'There is no language "cobol": choose "pytorch", "pytorch-distributed" or "rust".',
    });
    lab.close();
  });
});
