// Chromium, with WebGPU on its software adapter where BUNSEN_GPU does not say otherwise.
import { existsSync } from "node:fs";
import { chromium as playwright } from "playwright-core";
import { chromium } from "./paths.mjs";

const QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"];
const SOFTWARE = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];
const HARDWARE = ["--enable-unsafe-webgpu", "--enable-features=Vulkan", "--ignore-gpu-blocklist"];

/** `adapter`: "software" (the default: the same on every machine) or "hardware"; `flags`: more of Chromium's own. */
export async function launch({ adapter = "software", flags = [] } = {}) {
  if (!existsSync(chromium)) {
    throw new Error(`No browser is at ${chromium}. Install Chromium, or name one in the variable BUNSEN_CHROMIUM.`);
  }
  const gpu = adapter === "hardware" ? HARDWARE : SOFTWARE;
  return playwright.launch({ executablePath: chromium, args: [...QUIET, ...gpu, ...flags] });
}

/** Opens the benchmark's page and gives a short way to talk to its workers. */
export async function openBench(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.setDefaultTimeout(0);
  await page.goto(`${url}/bench/index.html`);
  await page.waitForFunction(() => "bench" in globalThis);
  const ask = async (method, ...args) => {
    try {
      return await page.evaluate(([method, args]) => globalThis.bench[method](...args), [method, args]);
    } catch (error) {
      error.message = error.message.replace(/^page\.evaluate: (Error: )?/, "");
      throw error;
    }
  };
  return {
    page,
    complaints,
    facts: () => ask("facts"),
    open: (name, script) => ask("open", name, script),
    call: (name, method, ...args) => ask("call", name, method, ...args),
    close: (name) => ask("close", name),
  };
}
