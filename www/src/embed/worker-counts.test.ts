import { describe, expect, it } from "vitest";

import { usualSpeed, WorkerCounts } from "./worker-counts.js";

const run = (imagesPerSecond: number, check = "a") => ({ imagesPerSecond, atWork: 1, check });

describe("worker counts", () => {
  it("compare nothing before there are two runs", () => {
    const counts = new WorkerCounts();
    counts.choose("model=lenet5");
    expect([counts.areSame, counts.gain]).toEqual([null, null]);
    counts.add(2, run(1_500));
    expect([counts.areSame, counts.gain]).toEqual([null, null]);
  });

  it("name the fastest against one worker, be it slower", () => {
    const counts = new WorkerCounts();
    counts.add(1, run(1_000));
    counts.add(2, run(1_500));
    counts.add(4, run(1_400));
    expect([counts.areSame, counts.gain]).toEqual([true, { count: 2, times: 1.5 }]);
    counts.add(2, run(800));
    counts.add(4, run(700));
    expect(counts.gain).toEqual({ count: 2, times: 0.8 });
  });

  it("tell where checks differ", () => {
    const counts = new WorkerCounts();
    counts.add(1, run(1_000));
    counts.add(3, run(1_500, "b"));
    expect(counts.areSame).toBe(false);
  });

  it("know nothing of another recipe", () => {
    const counts = new WorkerCounts();
    counts.choose("model=lenet5");
    counts.add(1, run(1_000));
    counts.choose("model=lenet5");
    expect(counts.of(1)).toEqual(run(1_000));
    counts.choose("model=lenet5&lr=0.1");
    expect(counts.of(1)).toBeUndefined();
  });
});

describe("the usual speed", () => {
  it("is that of the steps after the first ones", () => {
    expect(usualSpeed([10, 100, 300, 200])).toBe(200);
  });

  it("leaves out what nobody measured", () => {
    expect(usualSpeed([1, NaN, 0, Infinity, 50])).toBe(50);
    expect(usualSpeed([])).toBe(0);
  });
});
