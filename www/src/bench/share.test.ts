import { expect, test } from "vitest";

import type { Verdict } from "../module.js";
import { shareOf, type Shared } from "./share.js";

const LINK = "model=lenet5&data=digits&v=1";
const THEIRS = `${LINK}&check=aaaa&marks=bbbb`;
const OWN = `${LINK}&check=cccc&marks=dddd`;

const RUN: Shared = {
  link: LINK,
  recipe: { link: LINK, isChecked: false, isCustom: false, startsFromFile: false },
  engine: "cpu",
  step: 0,
  isFinished: false,
  checkedLink: null,
  handedOver: null,
  computedFrom: 0,
  verdict: null,
  next: null,
  isPartRefused: false,
};
const TRAINED: Shared = { ...RUN, step: 60, isFinished: true };
const verdict = (kind: Verdict["kind"]): Verdict => ({ kind, text: "" }) as Verdict;

test("a finished run on the CPU engine is shared with its own check", () => {
  const { link, text } = shareOf({ ...TRAINED, checkedLink: OWN });
  expect(link).toBe(OWN);
  expect(text).toMatch(/with the check of this run: whoever trains it/);
});

test("before training, and before the end, the link has no check and says so", () => {
  expect(shareOf(RUN)).toEqual({
    link: LINK,
    text: expect.stringMatching(/^The link is copied: .+ trains this recipe/),
  });
  expect(shareOf({ ...RUN, step: 7 }).text).toMatch(/not finished, so the link has no check of it/);
  for (const run of [RUN, { ...RUN, step: 7 }]) expect(shareOf(run).text).not.toMatch(/the same run/);
});

test("of a run on a GPU, or of two engines, the link promises a start and a band", () => {
  for (const part of [{ engine: "gpu" }, { handedOver: 30 }] as const) {
    const { link, text } = shareOf({ ...TRAINED, ...part });
    expect(link).toBe(LINK);
    expect(text).toMatch(/starts the same, and stays within a band/);
  }
  expect(shareOf({ ...TRAINED, handedOver: 30 }).text).toMatch(/engine to another/);
});

test("a run whose first steps come from a file has no check of its own, and says why", () => {
  const { link, text } = shareOf({ ...TRAINED, computedFrom: 20 });
  expect(link).toBe(LINK);
  expect(text).toMatch(/The first 20 steps come from a file, so the link has no check of this run/);
});

test("somebody else's check is passed on as what it is, unless this run did not meet it", () => {
  const opened = { link: THEIRS, recipe: { ...RUN.recipe!, isChecked: true } };
  for (const run of [RUN, TRAINED]) {
    const { link, text } = shareOf({ ...run, ...opened });
    expect(link).toBe(THEIRS);
    expect(text).toMatch(/with the check that it came with, which is not of this run/);
  }
  const within = shareOf({ ...TRAINED, ...opened, engine: "gpu", verdict: verdict("within") });
  expect(within.link).toBe(THEIRS);
  for (const kind of ["differs", "outside"] as const) {
    const { link, text } = shareOf({ ...TRAINED, ...opened, verdict: verdict(kind) });
    expect(link).toBe(LINK);
    expect(text).toMatch(/without the check that it came with: this run did not meet it/);
  }
});

test("a run on a person's own images needs them, and a link that was refused is told to be", () => {
  const own = shareOf({ ...TRAINED, checkedLink: OWN, recipe: { ...RUN.recipe!, isCustom: true } });
  expect(own.text).toMatch(/needs the same images, which are not in the link/);
  expect(shareOf({ ...RUN, link: "lr=x", recipe: null })).toEqual({
    link: "lr=x",
    text: "The link is copied as it is. It has a value that is not allowed.",
  });
});

test("settings that were changed beside a trained network are shared, and not its check", () => {
  const link = `${LINK}&lr=0.01`;
  const shared = shareOf({ ...TRAINED, checkedLink: OWN, next: { link, isCustom: false, startsFromFile: false } });
  expect(shared).toEqual({
    link,
    text: "The link is copied, with the changed settings: whoever opens it trains them. They are not trained here yet, so it has no check.",
  });
  expect(shareOf({ ...TRAINED, next: { link, isCustom: true, startsFromFile: false } }).text).toMatch(
    /It needs the same images/,
  );
  const { link: own, text } = shareOf({ ...TRAINED, checkedLink: OWN, isPartRefused: true });
  expect(own).toBe(OWN);
  expect(text).toMatch(/The value that is not allowed is not in it\.$/);
});

test("a link whose run starts from a file of weights says that the file goes with it", () => {
  const recipe = { ...RUN.recipe!, startsFromFile: true };
  for (const run of [RUN, TRAINED, { ...TRAINED, checkedLink: OWN }]) {
    expect(shareOf(run).text).not.toMatch(/weights in a file/);
    expect(shareOf({ ...run, recipe }).text).toMatch(/starts from weights in a file, which is not in the link: give/);
  }
});
