// Chromium, with WebGPU on its software adapter where BUNSEN_GPU does not say otherwise.
import { existsSync } from "node:fs";
import { chromium as playwright } from "playwright-core";
import { chromium } from "./paths.mjs";

const QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"];
const SOFTWARE = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];
const HARDWARE = ["--enable-unsafe-webgpu", "--enable-features=Vulkan", "--ignore-gpu-blocklist"];
// Without a display, a card is reached through Vulkan alone.
const HEADLESS = process.platform === "linux" ? ["--use-angle=vulkan", "--disable-vulkan-surface"] : [];

/** `adapter`: "software" (the default: the same on every machine) or "hardware"; `flags`: more of Chromium's own. */
export async function launch({ adapter = "software", flags = [] } = {}) {
  if (!existsSync(chromium)) {
    throw new Error(`No browser is at ${chromium}. Install Chromium, or name one in the variable BUNSEN_CHROMIUM.`);
  }
  const gpu = adapter === "hardware" ? [...HARDWARE, ...HEADLESS] : SOFTWARE;
  return playwright.launch({ executablePath: chromium, args: [...QUIET, ...gpu, ...flags] });
}

/** Opens a page without anything, and gives a short way to talk to workers on it. */
export async function openBench(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  await page.goto(`${url}/bench/index.html`);
  const workers = new Map();

  const open = async (name) => {
    const [worker] = await Promise.all([
      page.waitForEvent("worker"),
      page.evaluate((name) => {
        globalThis.workers ??= {};
        globalThis.workers[name] = new Worker("./bunsen.mjs", { type: "module", name });
      }, name),
    ]);
    while (!(await worker.evaluate(() => "methods" in globalThis))) await page.waitForTimeout(20);
    workers.set(name, worker);
  };
  const call = async (name, method, ...args) => {
    try {
      return await workers.get(name).evaluate(([method, args]) => globalThis.methods[method](...args), [method, args]);
    } catch (error) {
      error.message = error.message.replace(/^worker\.evaluate: (\w*Error: )?/, "");
      throw error;
    }
  };
  const close = async (name) => {
    workers.delete(name);
    await page.evaluate((name) => globalThis.workers?.[name]?.terminate(), name);
  };
  return { facts: () => facts(page), open, call, close, links: (networks, more) => links(page, networks, more) };
}

/** Recipes of networks on synthetic digits; "all" names every network of the zoo. */
async function links(page, networks, more) {
  const zoo = () =>
    page.evaluate(async () => {
      const { openLab } = await import("/pkg/index.js");
      const lab = await openLab({ engine: "cpu", workers: 1 });
      const { kind } = lab.fields().find(({ key }) => key === "model");
      lab.close();
      return kind.choices.map(({ value }) => value);
    });
  const names = networks === "all" ? await zoo() : networks.split(",");
  return names.map((name) => `model=${name}&data=digits&subset=1000&epochs=1000&${more}`);
}

/** What every engine on the page gets. */
function facts(page) {
  return page.evaluate(async () => {
    // A browser that has just started may have no adapter for a moment.
    let found = await navigator.gpu?.requestAdapter();
    for (const until = performance.now() + 3000; navigator.gpu && !found && performance.now() < until;) {
      await new Promise((turn) => setTimeout(turn, 200));
      found = await navigator.gpu.requestAdapter();
    }
    const { vendor, architecture, device, description } = found?.info ?? {};
    const adapter = [vendor, architecture, device, description].filter(Boolean).join(" ");
    return { adapter: found ? adapter : "none", isolated: globalThis.crossOriginIsolated };
  });
}
