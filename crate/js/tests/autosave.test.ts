import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Autosave } from "../autosave.js";
import { FakeStorage } from "./fake-storage.js";

const FOLDER = "bunsen-checkpoints-v1";
const LINK = "model=lenet5";

let storage: FakeStorage;
let notices: (string | undefined)[];

beforeEach(() => {
  storage = new FakeStorage();
  storage.install();
  notices = [];
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const open = (): Autosave => new Autosave((notice) => notices.push(notice));
const stepOf = (name: string): number => Number(name.split(".")[2]);
const steps = (): number[] =>
  storage
    .names(FOLDER)
    .map(stepOf)
    .sort((a, b) => a - b);
const nameOf = (step: number): string => storage.names(FOLDER).find((name) => stepOf(name) === step)!;

/** A run of the link that is saved at these steps, and then stops. */
async function train(link: string, ...steps: number[]): Promise<void> {
  const autosave = open();
  autosave.begin(link);
  for (const step of steps) {
    storage.now += 1000;
    await autosave.save(step, new Uint8Array([step]));
  }
  autosave.stop();
  await autosave.find(link);
}

describe("a checkpoint that", () => {
  test("cannot be read stays, and the one before it is offered", async () => {
    await train(LINK, 10, 20);
    storage.readErrors.set(nameOf(20), "NotReadableError");
    expect(await open().find(LINK)).toMatchObject({ step: 10 });
    expect(steps()).toEqual([10, 20]);
    expect(notices.at(-1)).toBe("A checkpoint in the browser's storage cannot be read now. It is left there.");
    storage.readErrors.clear();
    expect(await open().find(LINK)).toMatchObject({ step: 20 });
  });

  test("is gone meanwhile is no matter", async () => {
    await train(LINK, 10, 20);
    storage.readErrors.set(nameOf(20), "NotFoundError");
    expect(await open().find(LINK)).toMatchObject({ step: 10 });
    expect(notices).toEqual([]);
  });

  test("was read whole and has another digest is damaged: it goes, and that is said", async () => {
    await train(LINK, 10, 20);
    storage.files(FOLDER).get(nameOf(20))!.bytes[0] = 99;
    expect(await open().find(LINK)).toMatchObject({ step: 10 });
    expect(steps()).toEqual([10]);
    expect(notices.at(-1)).toBe("A checkpoint in the browser's storage was damaged and is left out.");
  });

  test("cannot be read outlasts the run that goes on from the one before it", async () => {
    await train(LINK, 10, 20);
    const unreadable = nameOf(20);
    storage.readErrors.set(unreadable, "NotReadableError");
    const autosave = open();
    const stopped = (await autosave.find(LINK))!;
    autosave.begin(LINK, stopped.run);
    for (const step of [11, 12, 13]) await autosave.save(step, new Uint8Array([step]));
    expect(storage.names(FOLDER)).toContain(unreadable);
    expect(steps()).toEqual(expect.arrayContaining([12, 13, 20]));
  });
});

describe("where the clock goes back", () => {
  test("the checkpoints of the most steps stay and are offered", async () => {
    const autosave = open();
    autosave.begin(LINK);
    for (const step of [10, 20]) await autosave.save(step, new Uint8Array([step]));
    storage.now -= 86_400_000;
    for (const step of [30, 40]) {
      await autosave.save(step, new Uint8Array([step]));
      expect(steps()).toContain(step);
    }
    expect(steps()).toEqual([30, 40]);
    autosave.stop();
    expect(await open().find(LINK)).toMatchObject({ step: 40 });
  });

  test("no run goes for those that are dated after it", async () => {
    storage.now += 86_400_000;
    for (let run = 0; run < 7; run++) await train(`seed=${run}`, 1);
    storage.now -= 2 * 86_400_000;
    await train("seed=latest", 5);
    await train("seed=another", 6);
    await train("seed=last", 7);
    expect(await open().find("seed=latest")).toMatchObject({ step: 5 });
    expect(await open().find("seed=another")).toMatchObject({ step: 6 });
    expect(await open().find("seed=0")).toBeUndefined();
    expect(await open().find("seed=6")).toMatchObject({ step: 1 });
  });
});

test("a run has its name before anything of it is stored, and none where it is not saved", async () => {
  const autosave = open();
  autosave.begin(LINK);
  const name = autosave.run;
  expect(name).toMatch(/^[0-9a-f]{12}$/);
  await autosave.save(1, new Uint8Array([1]));
  expect(autosave.run).toBe(name);
  expect(storage.names(FOLDER).every((file) => file.split(".")[1] === name)).toBe(true);
  autosave.begin("model=other");
  expect(autosave.run).not.toBe(name);
  autosave.stop();
  expect(autosave.run).toBeUndefined();
  await autosave.find(LINK);
  vi.stubGlobal("navigator", {});
  autosave.begin(LINK);
  await autosave.find(LINK);
  expect(autosave.run).toBeUndefined();
});
