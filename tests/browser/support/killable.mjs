// @ts-check
// A Chromium with a profile of its own on disk, which can be killed as a crash or the system would kill it.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { executable, headlessShell, QUIET } from "./browser.mjs";

export class Killable {
  /** @type {import("node:child_process").ChildProcess | undefined} */ #process;
  /** @type {import("playwright-core").Browser | undefined} */ #browser;
  /** @type {string} */ #profile;

  /** @param {string} profile */
  constructor(profile) {
    this.#profile = profile;
  }

  static async create() {
    return new Killable(await mkdtemp(join(tmpdir(), "bunsen-profile-")));
  }

  /** Starts it with what its profile has, and gives its own context. */
  async start() {
    const flags = [...QUIET, "--headless", "--remote-debugging-port=0", `--user-data-dir=${this.#profile}`];
    // A group of its own, so that none of its processes is left.
    const child = spawn(headlessShell() ?? executable(), [...flags, "about:blank"], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = child;
    this.#browser = await chromium.connectOverCDP(await address(child));
    const [context] = this.#browser.contexts();
    if (!context) throw new Error("the browser has no context");
    return context;
  }

  /** Its version. */
  get browser() {
    return this.#browser;
  }

  /** Kills it, with all its processes, at once. */
  async kill() {
    const child = this.#process;
    this.#process = undefined;
    if (!child?.pid || child.exitCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    process.kill(-child.pid, "SIGKILL");
    await gone;
    await this.#browser?.close().catch(() => {});
  }

  /** Ends it, and removes its profile. */
  async close() {
    await this.kill();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** What the browser says of where it can be reached. @param {import("node:child_process").ChildProcess} child @returns {Promise<string>} */
function address(child) {
  return new Promise((give, fail) => {
    let output = "";
    child.stderr?.on("data", (chunk) => {
      output += chunk;
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(output)?.[1];
      if (found) give(found);
    });
    child.once("exit", (code) => fail(new Error(`Chromium ended with ${code} at its start: ${output}`)));
    child.once("error", fail);
  });
}
