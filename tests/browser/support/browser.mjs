// @ts-check
// Chromium, cut off from the outside world.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

export const QUIET = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
  "--disable-sync",
];

/** WebGPU without a graphics card: slow, and right. */
const SOFTWARE_GPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];

/** What Playwright adds so that pages which nobody sees run like others. */
const NEVER_HIDDEN = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/**
 * @param {{ gpu?: boolean, throttles?: boolean, whole?: boolean, args?: string[] }} [options] `throttles`: it treats hidden pages as
 * any visitor's does; `whole`: with what its headless shell lacks, such as questions for permission; `args`: more of what Chromium is told
 */
export function launch({ gpu = false, throttles = false, whole = throttles, args = [] } = {}) {
  const executablePath = (whole ? undefined : headlessShell()) ?? executable();
  const ignoreDefaultArgs = throttles ? NEVER_HIDDEN : [];
  return chromium.launch({
    executablePath,
    ignoreDefaultArgs,
    // The page speaks the language that the browser prefers, and a browser that of its machine.
    env: { ...process.env, LANGUAGE: "en_US" },
    args: [...QUIET, ...(gpu ? SOFTWARE_GPU : []), ...args],
  });
}

/** The browser's program. */
export function executable() {
  const path = process.env.BUNSEN_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(path))
    throw new Error(`There is no Chromium at ${path}: install one, or name it in BUNSEN_CHROMIUM.`);
  return path;
}

/**
 * Chromium without its windows, tabs and menus, where there is one: a page opens there for half of the processor's time. Not where another
 * browser was asked for.
 */
export function headlessShell() {
  const named = process.env.BUNSEN_HEADLESS_SHELL;
  if (named || process.env.BUNSEN_CHROMIUM) return named;
  return ["/usr/bin/chromium-headless-shell"].find((path) => existsSync(path));
}

/**
 * A visitor of their own: empty storage, and no way to any other host. What was asked of other hosts is listed.
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext(options);
  // As the whole browser does, unasked, for a page that somebody presses a button of.
  await context.grantPermissions(["clipboard-write"]);
  /** @type {string[]} */
  const outside = [];
  await context.route(
    (url) => url.hostname !== "localhost" && /^https?:$/.test(url.protocol),
    (route) => {
      outside.push(route.request().url());
      return route.abort();
    },
  );
  return { context, outside };
}
