// @ts-check
// Browsers that can open an address by themselves. What they find there they tell the server that it is of, so nothing
// has to drive them.

import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { launch } from "../browser/support/browser.mjs";

/**
 * @typedef {{
 *   name: string,
 *   missing: () => string | undefined,
 *   open: (address: string) => Promise<() => Promise<void>>,
 * }} Browser `missing`: what is not there, and how to bring it; `open` gives what closes it again
 */

/** @type {Browser} */
export const chromium = {
  name: "Chromium",
  missing: () => undefined, // The tests need it anyway: where it is not there, they fail.
  open: async (address) => {
    const browser = await launch();
    await (await browser.newPage()).goto(address);
    return () => browser.close();
  },
};

/** @type {Browser} */
export const firefox = {
  name: "Firefox",
  missing: () => (program("firefox-esr", "firefox") ? undefined : "Firefox is not installed (Debian: firefox-esr)"),
  open: async (address) => {
    const profile = mkdtempSync(join(tmpdir(), "bunsen-firefox-"));
    // No first pages, no updates, no questions.
    const settings = {
      "browser.shell.checkDefaultBrowser": false,
      "browser.startup.homepage_override.mstone": "ignore",
      "datareporting.policy.dataSubmissionEnabled": false,
      "app.update.enabled": false,
      "browser.aboutwelcome.enabled": false,
    };
    const lines = Object.entries(settings).map(
      ([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});`,
    );
    writeFileSync(join(profile, "user.js"), `${lines.join("\n")}\n`);
    const named = program("firefox-esr", "firefox") ?? "firefox";
    return start(named, ["--headless", "--no-remote", "--profile", profile, address], {}, profile);
  },
};

/** @type {Browser} */
export const webkit = {
  name: "WebKitGTK",
  missing: () => {
    if (!miniBrowser()) return "WebKitGTK's MiniBrowser is not installed (Debian: webkit2gtk-driver)";
    if (!program("xvfb-run")) return "there is no display for WebKitGTK (Debian: xvfb, xauth)";
    return undefined;
  },
  open: async (address) => {
    const home = mkdtempSync(join(tmpdir(), "bunsen-webkit-"));
    const mine = {
      HOME: home,
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_RUNTIME_DIR: home,
    };
    // Its own sandbox does not start for root, and what it opens here is ours.
    const sandbox = { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" };
    const words = ["--auto-servernum", miniBrowser() ?? "MiniBrowser", "--private", address];
    return start("xvfb-run", words, { ...mine, ...sandbox }, home);
  },
};

/** All of them. */
export const browsers = [chromium, firefox, webkit];

function miniBrowser() {
  const folders = ["/usr/libexec", "/usr/lib", ...below("/usr/lib")].flatMap(below);
  const found = folders.filter((folder) => /\/webkit2gtk-4\.\d+$/.test(folder));
  return found
    .map((folder) => join(folder, "MiniBrowser"))
    .sort()
    .filter(runs)
    .at(-1);
}

/** What a folder holds, if it is there. @param {string} folder */
function below(folder) {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The first of these programs that is on PATH. @param {string[]} names */
function program(...names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(runs);
}

/** @param {string} path */
function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} command @param {string[]} words @param {Record<string, string>} env @param {string} folder its own, which goes with it */
function start(command, words, env, folder) {
  // A group of its own, since browsers are many processes.
  const child = spawn(command, words, { env: { ...process.env, ...env }, stdio: "ignore", detached: true });
  const ended = new Promise((done) => child.once("exit", done).once("error", done));
  /** @param {NodeJS.Signals} signal */
  const send = (signal) => {
    try {
      if (child.pid) process.kill(-child.pid, signal);
    } catch {
      // All of them are gone already.
    }
  };
  return async () => {
    send("SIGTERM");
    const timer = setTimeout(() => send("SIGKILL"), 5_000);
    await ended;
    clearTimeout(timer);
    send("SIGKILL"); // What outlived the first of them.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}
