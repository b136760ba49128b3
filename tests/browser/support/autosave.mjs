// @ts-check
// Runs that are cut short, and their checkpoints in the browser's storage.

import assert from "node:assert/strict";
import { load } from "./paths.mjs";
import { stored, storedUntil } from "./storage.mjs";

/** @typedef {import("./page.mjs").Bench} Bench */
/** @typedef {import("./storage.mjs").StoredFile} StoredFile */
/** @typedef {import("playwright-core").Page} Page */

/** Where the page stores checkpoints. */
const FOLDER = "bunsen-checkpoints-v1";

/**
 * Lets the page's worker be killed, and hears what Share copies.
 * @param {import("playwright-core").BrowserContext | Page} where
 */
export function prepare(where) {
  return where.addInitScript(() => {
    /** @type {any} */ const self = globalThis;
    self.workers = [];
    self.Worker = class extends Worker {
      /** @param {[string | URL, WorkerOptions?]} given */
      constructor(...given) {
        super(...given);
        // The list of runs has a worker, too.
        if (given[1]?.name === "bunsen") self.workers.push(this);
      }
    };
    if (navigator.clipboard) {
      navigator.clipboard.writeText = async (text) => {
        self.shared = text;
      };
    }
  });
}

/** Ends the page's worker at once, whatever it is at, as a crash does. @param {Page} page */
export function killWorker(page) {
  return page.evaluate(() => {
    const worker = /** @type {any} */ (globalThis).workers.at(-1);
    worker.terminate();
    worker.dispatchEvent(new ErrorEvent("error", { message: "it was killed", cancelable: true }));
  });
}

/** The check of the finished run, as its shared link has it. @param {Bench} bench */
export async function sharedCheck(bench) {
  await bench.button("Share").click();
  await bench.page.waitForFunction(() => "shared" in globalThis);
  const address = await bench.page.evaluate(() => /** @type {any} */ (globalThis).shared);
  return /check=([0-9a-f]{16})/.exec(address)?.[1];
}

/** The offer to go on with a run that stopped. @param {Bench} bench */
export function offer(bench) {
  return bench.page.getByRole("group", { name: "Stopped run" });
}

/** Takes it, and gives the step. @param {Bench} bench */
export async function takeOffer(bench) {
  await offer(bench).waitFor({ timeout: 15_000 });
  const text = await offer(bench).innerText();
  const step = Number(/stopped at step ([\d,]+), /.exec(text)?.[1]?.replaceAll(",", ""));
  await goOn(bench).click();
  return step;
}

/** The first button of the page, where a run that stopped is on offer. @param {Bench} bench */
export function goOn(bench) {
  return bench.button("Go on").filter({ hasText: /from step \d/ });
}

/** The checkpoints in the storage, without those that are being written. @param {Page} page */
export function checkpoints(page) {
  return stored(page, FOLDER);
}

/** Waits until the checkpoints are as they should be. @param {Page} page @param {(files: StoredFile[]) => boolean} are */
export function checkpointsUntil(page, are) {
  return storedUntil(page, FOLDER, are);
}

/** The step of a checkpoint, by its name. @param {{ name: string }} file */
export const stepOf = ({ name }) => Number(name.split(".")[2]);

/**
 * Damages a checkpoint in the storage.
 * @param {Page} page @param {string} name @param {"half" | "bit" | "remove"} how
 */
export function damage(page, name, how) {
  return page.evaluate(async ([folder, name, how]) => {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle(folder);
    if (how === "remove") return directory.removeEntry(name);
    const handle = await directory.getFileHandle(name);
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    bytes[bytes.length >> 1] ^= 1;
    const writable = await handle.createWritable();
    await writable.write(how === "half" ? bytes.slice(0, bytes.length >> 1) : bytes);
    await writable.close();
  }, /** @type {const} */ ([FOLDER, name, how]));
}

/**
 * Gives a checkpoint in the storage another seal, as one has that was put there.
 * @param {Page} page @param {string} name
 */
export function breakSeal(page, name) {
  const other = name.replace(/\.[0-9a-f]{32}\.safetensors$/, `.${"0".repeat(32)}.safetensors`);
  assert.notEqual(other, name, "the checkpoint was sealed");
  return page.evaluate(async ([folder, name, other]) => {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle(folder);
    await /** @type {any} */ (await directory.getFileHandle(name)).move(other);
  }, /** @type {const} */ ([FOLDER, name, other]));
}

/** How long the run is that is cut short. */
export const STEPS = 500;
export const LINK = `model=lenet5&data=digits&subset=1000&batch=32&seed=3&steps=${STEPS}`;
/** So long that it is always cut short. */
export const LONG = "model=lenet5&data=digits&subset=1000&batch=32&seed=4&steps=20000";

/**
 * Check, checked link and losses of a run that nothing cuts short, in this process.
 * @param {string} [link]
 * @returns {Promise<{ check: string, checkedLink: string, losses: Float32Array }>}
 */
export async function uninterrupted(link = LINK) {
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu" });
  try {
    const run = await lab.start(link);
    while ((await run.step(100)).length > 0);
    return { check: await run.check(), checkedLink: await run.checkedLink(), losses: run.losses() };
  } finally {
    lab.close();
  }
}

/**
 * Trains up to a step at least, and until the storage has something.
 * @param {Bench} bench @param {number} step @param {string} [link]
 */
export async function trainTo(bench, step, link = LINK) {
  await bench.open(link);
  await bench.button("Train").click();
  await bench.reach(step);
  return checkpointsUntil(bench.page, (all) => all.some((file) => stepOf(file) >= 1));
}

/**
 * Trains to the end of the run: it has the check of the one that nothing cut short, and no checkpoint is left.
 * @param {Bench} bench @param {{ check: string }} expected
 */
export async function assertSameCheck(bench, expected) {
  await bench.finalAccuracy(STEPS);
  assert.equal(await sharedCheck(bench), expected.check);
  assert.deepEqual(await checkpointsUntil(bench.page, (all) => all.length === 0), []);
  assert.deepEqual(bench.complaints, []);
}
