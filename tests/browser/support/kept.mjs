// @ts-check
// Runs that are cut short, and what the browser's storage has of them.

import assert from "node:assert/strict";
import { load } from "./paths.mjs";
import { until } from "./until.mjs";

/** @typedef {import("./page.mjs").Bench} Bench */
/** @typedef {import("playwright-core").Page} Page */

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
        self.workers.push(this);
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

/** The check of the finished run. @param {Bench} bench */
export async function check(bench) {
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
  await offer(bench).getByRole("button", { name: "Go on from there" }).click();
  return step;
}

/** The checkpoints in the storage, those apart that are being written: name and bytes. @param {Page} page @returns {Promise<{ name: string, bytes: number }[]>} */
export function files(page) {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("bunsen-checkpoints-v1", { create: true });
    const found = [];
    for await (const [name, handle] of /** @type {any} */ (folder)) {
      if (!name.endsWith(".safetensors")) continue;
      // The page may have removed it since it was listed.
      const file = await handle.getFile().catch((/** @type {DOMException} */ error) => {
        if (error.name !== "NotFoundError") throw error;
      });
      if (file) found.push({ name, bytes: file.size });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** Waits until the storage is as it should be. @param {Page} page @param {(files: { name: string, bytes: number }[]) => boolean} wanted */
export async function filesUntil(page, wanted) {
  return until(() => files(page), wanted, { what: "the files that the storage should have" });
}

/** Of a file's name. @param {{ name: string }} file */
export const stepOf = ({ name }) => Number(name.split(".")[2]);

/**
 * Spoils files in the storage.
 * @param {Page} page @param {string} name @param {"half" | "bit" | "remove"} how
 */
export function spoil(page, name, how) {
  return page.evaluate(async ([name, how]) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("bunsen-checkpoints-v1");
    if (how === "remove") return folder.removeEntry(name);
    const handle = await folder.getFileHandle(name);
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    bytes[bytes.length >> 1] ^= 1;
    const writable = await handle.createWritable();
    await writable.write(how === "half" ? bytes.slice(0, bytes.length >> 1) : bytes);
    await writable.close();
  }, /** @type {const} */ ([name, how]));
}

/** How long the run is that is cut short. */
export const STEPS = 500;
export const LINK = `model=lenet5&data=digits&subset=1000&batch=32&seed=3&steps=${STEPS}`;
/** So long that it is always cut short. */
export const LONG = "model=lenet5&data=digits&subset=1000&batch=32&seed=4&steps=20000";

/** Check and losses of the run that nothing cuts short. @returns {Promise<{ check: string, losses: Float32Array }>} */
export async function whole() {
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu" });
  const run = await lab.start(LINK);
  await run.step(STEPS);
  const found = { check: run.check(), losses: run.losses() };
  lab.close();
  return found;
}

/**
 * Trains up to a step at least, and until the storage has something.
 * @param {Bench} bench @param {number} step @param {string} [link]
 */
export async function trainTo(bench, step, link = LINK) {
  await bench.open(link);
  await bench.button("Train").click();
  await bench.reach(step);
  return filesUntil(bench.page, (all) => all.some((file) => stepOf(file) >= 1));
}

/**
 * Trains to the end of the run: it is the whole one, and nothing of it is left.
 * @param {Bench} bench @param {{ check: string }} wanted
 */
export async function assertSame(bench, wanted) {
  await bench.finalAccuracy(STEPS);
  assert.equal(await check(bench), wanted.check);
  assert.deepEqual(await filesUntil(bench.page, (all) => all.length === 0), []);
  assert.deepEqual(bench.complaints, []);
}
