import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { markdown } = await source("benchmark/export.ts");
const { nextScore } = await source("benchmark/accuracy.ts");
const { ours } = await source("benchmark/candidates.ts");
const { networks } = await source("benchmark/networks.ts");
const { describe } = await source("benchmark/machine.ts");

const machine = {
  browser: "Browser 1",
  platform: "Linux",
  cores: 2,
  adapter: "google swiftshader",
  software: true,
  noWebGpu: null,
  isolated: true,
};
const settings = { seconds: 4, rounds: 2, every: 1, recipe: "model=lenet5&data=mnist" };
const measured = { label: null, failed: null, webgpu: false, firstMs: 50, rounds: 2, differs: 0.0001 };
const bunsen = { ...measured, name: "Bunsen CPU", library: "Bunsen", label: "CPU, SIMD, 1 thread" };
const peer = { ...measured, name: "jax-js, wasm", library: "jax-js" };
const [lenet5] = networks(64, { networks: [] });

const report = (more) => ({
  about: "Bunsen's benchmark",
  date: "2026-01-01",
  machine,
  versions: { Bunsen: "0.1.0" },
  settings,
  recipe: { values: { data: "mnist" } },
  steps: [],
  time: [],
  outcome: "finished",
  ...more,
});
const line = (text, name) => {
  const found = text.split("\n").find((each) => each.startsWith(`| ${name}`)) ?? "";
  return found
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim());
};

test("steps are stated as median, quartiles, images per second and the ratio to the fastest peer", () => {
  const rows = [
    { ...bunsen, milliseconds: [10, 20, 30], steps: 3 },
    { ...peer, milliseconds: [200, 100], steps: 2 },
    { ...peer, name: "slow peer", milliseconds: [600], steps: 1 },
  ];
  const text = markdown(report({ steps: [{ network: lenet5, rows, judged: true }] }));
  assert.deepEqual(line(text, "Bunsen CPU (SIMD)"), ["20.0", "15.0–25.0", "3,200", "7.50", "50.0", "2", "3", "0.01 %"]);
  assert.deepEqual(line(text, "slow peer").slice(3, 4), ["0.250"]);
  assert.match(text, /how many times as fast as jax-js, wasm\./);
});

test("what failed or is missing is never a number", () => {
  const rows = [
    { ...bunsen, milliseconds: [], steps: 0, rounds: 0, firstMs: null, differs: null },
    { ...peer, failed: "It differs.", milliseconds: [1, 2], steps: 2 },
  ];
  const text = markdown(report({ steps: [{ network: lenet5, rows, judged: false }] }));
  assert.ok(
    line(text, "Bunsen CPU").every((cell) => cell === "–"),
    line(text, "Bunsen CPU").join(),
  );
  assert.deepEqual(new Set(line(text, "jax-js, wasm")), new Set(["failed", "–"]));
  assert.match(text, /\*\*jax-js, wasm failed\*\*: It differs\./);
});

test("a failed peer is not the fastest", () => {
  const rows = [
    { ...bunsen, milliseconds: [10], steps: 1 },
    { ...peer, failed: "It does not learn.", milliseconds: [1], steps: 1 },
    { ...peer, name: "sound peer", milliseconds: [40], steps: 1 },
  ];
  const text = markdown(report({ steps: [{ network: lenet5, rows, judged: true }] }));
  assert.equal(line(text, "Bunsen CPU")[3], "4.00");
});

test("goals are stated with both clocks and the step, and one that was not reached is said to be", () => {
  const row = { ...bunsen, planned: 400, step: 400, openSeconds: 1.04 };
  const scores = [{ accuracy: 0.9812, step: 400, seconds: 12.34, trainSeconds: 9.87 }];
  const time = [{ ...row, scores, goals: [{ ...scores[0], accuracy: 0.98 }] }];
  const cells = line(markdown(report({ time })), "Bunsen CPU");
  assert.deepEqual(cells, ["1.04", "12.3", "9.87", "400", "not reached", "–", "–", "98.12 %", "400 of 400"]);
  const stopped = [{ ...row, step: 300, openSeconds: null, scores: [], goals: [] }];
  assert.deepEqual(line(markdown(report({ time: stopped })), "Bunsen CPU").slice(0, 5), ["–", "–", "–", "–", "–"]);
});

test("scores are taken at step 200, then every 100, and at the end", () => {
  const taken = [];
  for (let step = 0; step < 450;) taken.push((step = nextScore(step, 450)));
  assert.deepEqual(taken, [200, 300, 400, 450]);
  assert.equal(nextScore(0, 50), 50);
});

test("one worker is a row of its own where several share a step", () => {
  const names = (workers) => ours({ workers }).map(({ name }) => name);
  assert.deepEqual(names(null), ["Bunsen CPU", "Bunsen GPU"]);
  assert.deepEqual(names(1), ["Bunsen CPU", "Bunsen GPU"]);
  assert.deepEqual(names(4), ["Bunsen CPU, 1 worker", "Bunsen CPU, 4 workers", "Bunsen GPU"]);
});

test("ResNet-8 is measured where the module knows it, on one batch without augmentation for all", () => {
  const known = [{ value: "resnet-8", label: "ResNet-8", data: "cifar-10" }];
  const [, resnet] = networks(64, { networks: known });
  assert.deepEqual([resnet.title, resnet.batch, resnet.fetches], ["ResNet-8", 32, "cifar-10"]);
  assert.match(resnet.compared, /^model=resnet-8&data=cifar-10&seed=1&aug=&.*&batch=32&subset=32&steps=10&shards=1$/);
  assert.match(resnet.link, /&aug=&.*&steps=1000000$/);
  assert.equal(networks(64, { networks: [] }).length, 1);
});

test("the machine is one line, and an adapter in software is called one", () => {
  assert.equal(
    describe(machine),
    "Browser 1 on Linux; 2 logical cores; GPU adapter: google swiftshader, in software; cross-origin isolated",
  );
  assert.match(describe({ ...machine, adapter: null, noWebGpu: "no WebGPU here" }), /; no GPU \(no WebGPU here\);/);
});
