import { expect, test, vi } from "vitest";

import { writeTensors } from "../../../../../crate/js/safetensors.js";
import type { Lab } from "../../../module.js";
import { KeptModels } from "./kept-models.js";

const CHECKPOINT = Uint8Array.of(1, 2, 3);

function asked(key: string, checkpoint: Uint8Array | null = CHECKPOINT) {
  return { key, link: `model=${key}`, pixels: new Float32Array(4), checkpoint, normalization: null };
}

function labOf() {
  const models: { free: () => void; predict: () => Promise<Float32Array> }[] = [];
  const load = vi.fn((_link: string, _weights: Uint8Array) => {
    const model = { free: vi.fn(), predict: () => Promise.resolve(Float32Array.of(0.25, 0.75)) };
    models.push(model);
    return Promise.resolve(model);
  });
  return { lab: { load } as unknown as Lab, load, models };
}

test("a network is loaded from its checkpoint once", async () => {
  const { lab, load } = labOf();
  const kept = new KeptModels();
  expect(await kept.answer(lab, asked("a", null))).toEqual({ type: "unknown" });
  const answer = { type: "answer", probabilities: Float32Array.of(0.25, 0.75), rounded: null };
  expect(await kept.answer(lab, asked("a"))).toEqual(answer);
  expect(await kept.answer(lab, asked("a", null))).toEqual(answer);
  expect(load).toHaveBeenCalledTimes(1);
  expect(load.mock.calls[0]!.slice(0, 2)).toEqual(["model=a", CHECKPOINT]);
});

test("a network whose weights were rounded answers with that", async () => {
  const checkpoint = writeTensors(new Map(), new URLSearchParams({ rounded: "16" }));
  const kept = new KeptModels();
  const { lab } = labOf();
  expect(await kept.answer(lab, asked("a", checkpoint))).toMatchObject({ rounded: 16 });
  expect(await kept.answer(lab, asked("a", null)), "also when it is asked again").toMatchObject({ rounded: 16 });
});

test("the network that was asked longest ago goes, and all of them when nobody asks any more", async () => {
  const { lab, load, models } = labOf();
  const kept = new KeptModels();
  for (const key of ["a", "b", "c", "d", "e", "f", "a", "g"]) await kept.answer(lab, asked(key));
  expect(models.map(({ free }) => vi.mocked(free).mock.calls.length)).toEqual([0, 1, 0, 0, 0, 0, 0]);
  kept.forget();
  expect(models.every(({ free }) => vi.mocked(free).mock.calls.length === 1)).toBe(true);
  await kept.answer(lab, asked("a"));
  expect(load).toHaveBeenCalledTimes(8);
});

test("a network of another lab is none of this one's", async () => {
  const kept = new KeptModels();
  await kept.answer(labOf().lab, asked("a"));
  expect(await kept.answer(labOf().lab, asked("a", null))).toEqual({ type: "unknown" });
});

test("what cannot be loaded says why, and what ends an engine is thrown", async () => {
  const { lab, load } = labOf();
  const kept = new KeptModels();
  load.mockRejectedValueOnce(Object.assign(new Error("fc.weight has another shape."), { kind: "file" }));
  expect(await kept.answer(lab, asked("a"))).toEqual({ type: "refused", message: "fc.weight has another shape" });
  load.mockRejectedValueOnce(Object.assign(new Error("It is gone."), { kind: "gpu" }));
  await expect(kept.answer(lab, asked("a"))).rejects.toThrow("It is gone.");
});
