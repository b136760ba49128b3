// @ts-check
// Every view of the pages, and how to come to it. What is listed here is photographed, checked for faults of the layout and
// held to the rules of accessibility. A new view is a line of SHOWN. A panel that is closed at first needs none: the
// registry of panels names it, and it is opened before a short run. A line with its tag takes the place of that view.

import { fileURLToPath } from "node:url";
import { asRead } from "../browser/support/as-read.mjs";
import { source } from "../bench/source.mjs";
import { BenchmarkPage } from "../browser/support/benchmark.mjs";
import { visitor } from "../browser/support/browser.mjs";
import { status } from "../browser/support/faults.mjs";
import { images } from "../browser/support/own-images.mjs";
import { Bench } from "../browser/support/page.mjs";
import { policyViolations } from "../browser/support/policy.mjs";
import { countTimers, quiet } from "../browser/support/quiet.mjs";
import { storedUntil } from "../browser/support/storage.mjs";

/** @typedef {import("playwright-core").Page} Page */
/**
 * @typedef {{
 *   page: Page,
 *   bench: Bench,
 *   benchmark: BenchmarkPage,
 *   server: import("../browser/support/server.mjs").Server,
 *   outside: readonly string[],
 *   blocked: ReadonlySet<string>,
 * }} Visit `outside`: what was asked of other hosts; `blocked`: what the page's policy kept from happening
 */
/**
 * @typedef {{
 *   name: string,
 *   panel?: string,
 *   isMoment?: true,
 *   notYet?: string,
 *   show: (visit: Visit) => Promise<unknown>,
 * }} View `panel`: the tag of the panel it shows; `isMoment`: it passes, so that it is come to anew for each picture, and has no faults of its own;
 *   `notYet`: why it cannot be shown so far, which the pictures and the tests say as they skip it
 */
/** @typedef {{ tag: string, title?: string, collapsible?: true }} Panel */

/** @type {{ PANELS: Panel[] }} */
const registry = await source("panels/registry.ts");
/** @type {{ storyLink: (story: object) => string }} */
const { storyLink } = await source("stories/link/write.ts");
const closedPanels = registry.PANELS.filter(({ collapsible }) => collapsible);

/** The panels of the bench that are closed at first, by their summaries. */
export const PANELS = closedPanels.map(({ title }) => title ?? "");

const SHAPES = fileURLToPath(new URL("../../images/tests/shapes.zip", import.meta.url));
const SHORT = "model=lenet5&data=digits&subset=2000&batch=50&epochs=2&seed=3";
const LONG = "model=lenet5&data=digits&subset=4000&epochs=400";
const PART = "?seconds=1&rounds=1&time=&networks=lenet5&engines=bunsen-cpu";

/** @type {View[]} */
const SHOWN = [
  {
    name: "first-second",
    isMoment: true,
    show: ({ bench, page }) => bench.visit().then(() => page.waitForTimeout(1_000)),
  },
  { name: "start", show: ({ bench }) => start(bench) },
  {
    name: "recipe",
    show: ({ bench }) => start(bench, "model=vit&aug=shift,cutout").then(() => open(bench, "All settings")),
  },
  { name: "training", show: ({ bench }) => train(bench, LONG, 200) },
  {
    name: "finished",
    show: ({ bench }) =>
      finish(bench)
        .then(() => bench.draw())
        .then(() => open(bench, "The test points as numbers")),
  },
  {
    name: "saving-a-figure",
    show: ({ bench, page }) =>
      finish(bench)
        .then(() => page.getByRole("button", { name: "Save accuracy", exact: true }).click())
        .then(() => page.getByRole("menu").waitFor()),
  },
  {
    name: "shared",
    show: ({ bench }) =>
      finish(bench)
        .then(() => bench.button("Share").click())
        .then(() =>
          bench
            .status("Link")
            .filter({ hasText: asRead(/\S/) })
            .waitFor(),
        ),
  },
  { name: "more", show: ({ bench }) => start(bench).then(() => bench.openMore()) },
  {
    name: "projector",
    show: ({ bench, page }) => finish(bench).then(() => page.keyboard.press("p")),
  },
  { name: "report", show: ({ bench }) => report(bench) },
  { name: "embed", show: ({ bench }) => dialog(bench, "Embed", "Embed in another page") },
  { name: "embedded", show: ({ page, server }) => compare(page, server) },
  { name: "story", show: ({ bench }) => trainStory(bench) },
  { name: "story-editor", show: ({ bench }) => start(bench).then(() => openStory(bench, "Yours")) },
  { name: "networks", show: ({ bench }) => dialog(bench, "Browse networks", "Networks") },
  {
    name: "stack",
    show: ({ bench }) => start(bench, "model=stack&layers=conv6x5p2,relu,res(conv6x3p1,norm,relu),max2,fc84,relu"),
  },
  { name: "stack-wrong", show: ({ bench }) => refuse(bench, "model=stack&layers=conv6x5p2,relu,max2,conv16x15,fc84") },
  { name: "compare", panel: "curves-panel", show: ({ bench }) => twoRuns(bench) },
  {
    name: "mistakes",
    panel: "mistakes-panel",
    show: ({ bench }) =>
      finish(bench, ["What it gets wrong"]).then(() =>
        bench.page
          .getByRole("button", { name: /^3 taken for \d: [1-9]/ })
          .first()
          .click(),
      ),
  },
  {
    name: "training-itself",
    panel: "training-panel",
    show: ({ bench }) => finish(bench, ["Learning rate, gradients, speed", "See the batch"]),
  },
  {
    name: "inside",
    panel: "inside-panel",
    show: ({ bench }) =>
      finish(bench)
        .then(() => bench.openLayer())
        .then((layer) => layer.getByRole("img", { name: /^Weight norm against/ }).waitFor()),
  },
  { name: "attention", show: ({ bench }) => lookAtAttention(bench) },
  { name: "code", show: ({ bench }) => dialog(bench, "Show as code", "As code", "model=resnet-8&data=digits") },
  { name: "own-asked", show: ({ bench }) => start(bench, "model=lenet5&data=own") },
  { name: "own-photos", show: ({ bench }) => collectPhotos(bench) },
  { name: "own", show: ({ bench }) => giveOwn(bench) },
  { name: "refused", show: ({ bench }) => refuse(bench, "model=lenet5&batch=1000000000&flavour=mint") },
  { name: "failed", show: ({ bench, server }) => fail(bench, server) },
  { name: "lessons", show: ({ page, server }) => page.goto(`${server.url}learn/`) },
  { name: "lesson", show: ({ page, server }) => page.goto(`${server.url}learn/alexnet/`) },
  { name: "lesson-prediction", show: ({ page, server }) => predict(page, server) },
  {
    name: "lesson-result",
    show: ({ page, server }) =>
      predict(page, server).then((block) => block.getByRole("button", { name: "Lock my prediction" }).click()),
  },
  { name: "worksheet", show: ({ page, server }) => page.goto(`${server.url}learn/resnet/worksheet/`) },
  { name: "benchmark", show: ({ benchmark }) => benchmark.open() },
  { name: "benchmark-measured", show: ({ benchmark }) => measure(benchmark) },
];

/** @type {View[]} */
export const VIEWS = [
  ...SHOWN,
  ...closedPanels
    .filter(({ tag }) => !SHOWN.some(({ panel }) => panel === tag))
    .map(({ tag, title = "" }) => ({
      name: tag.replace(/-panel$/, ""),
      panel: tag,
      show: (/** @type {Visit} */ { bench }) => finish(bench, [title]),
    })),
];

/**
 * Comes to a view as a new visitor, and hands it over.
 * @param {import("playwright-core").Browser} browser
 * @param {import("../browser/support/server.mjs").Server} server
 * @param {View} view
 * @param {(visit: Visit) => Promise<void>} use
 * @param {{ width?: number, theme?: "light" | "dark" }} [size] of the window, and the theme, in which it is come to
 */
export async function visit(browser, server, { show }, use, { width = 1440, theme = "light" } = {}) {
  const { context, outside } = await visitor(browser, {
    viewport: viewportOf(width),
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  try {
    const blocked = await policyViolations(context);
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(server.url).origin });
    await countTimers(context);
    const page = await context.newPage();
    const bench = new Bench(page, server.url);
    const benchmark = new BenchmarkPage(page, server.url);
    const parts = { page, bench, benchmark, server, outside, blocked };
    await show(parts);
    await layOutAll(page);
    await use(parts);
  } finally {
    await context.close();
    server.reset();
  }
}

/** Has panels out of view laid out and painted, too, which a picture of the whole page shows and axe looks at. @param {Page} page */
async function layOutAll(page) {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".below { content-visibility: visible !important; }");
    document.querySelector("bench-app")?.shadowRoot?.adoptedStyleSheets.push(sheet);
  });
}

/**
 * Sets the width and the theme, and waits until the charts are drawn in them.
 * @param {Page} page
 * @param {number} width
 * @param {"light" | "dark"} colorScheme
 */
export async function dress(page, width, colorScheme) {
  await page.setViewportSize(viewportOf(width));
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await quiet(page);
}

/** As devices of that width are. @param {number} width */
function viewportOf(width) {
  return { width, height: width < 500 ? 780 : width < 1_400 ? 900 : 1_080 };
}

/** Opens the bench, and waits until examples and the speed are there, where there will be any. @param {Bench} bench */
async function start(bench, link = "") {
  await bench.open(link);
  if (link.includes("data=own")) return;
  await bench
    .status("Before training")
    .filter({ hasText: asRead(/On this computer|known once it trains/) })
    .waitFor({ timeout: 60_000 });
  await bench.page
    .getByRole("img", { name: /^Example of/ })
    .first()
    .waitFor();
}

/** @param {Bench} bench @param {string} link @param {number} steps @param {string[]} [panels] opened before */
async function train(bench, link, steps, panels = []) {
  await bench.open(link);
  for (const panel of panels) await open(bench, panel);
  await bench.button("Train").click();
  await bench.reach(steps, { timeout: 120_000 });
}

/** @param {Bench} bench @param {string[]} [panels] */
async function finish(bench, panels = [], link = SHORT) {
  await train(bench, link, 80, panels);
  await bench.finished();
  await bench.accuracy();
}

/** @param {Bench} bench @param {string} summary */
function open(bench, summary) {
  return bench.page.getByText(summary, { exact: true }).click();
}

/** @param {Bench} bench @param {string} button @param {string} name @param {string} [link] */
async function dialog(bench, button, name, link) {
  await start(bench, link);
  await (button === "Embed" ? bench.pressMore(button) : bench.button(button).click());
  const opened = bench.page.getByRole("dialog", { name, exact: true });
  await opened.getByRole("button", { name: "Close" }).waitFor();
  await opened.getByText("One moment …").waitFor({ state: "detached" });
}

/** @param {Bench} bench */
async function report(bench) {
  await finish(bench);
  await bench.pressMore("Report");
  await bench.page
    .getByRole("img", { name: /^Test image \d/ })
    .first()
    .waitFor();
}

/** An embed that has trained both of its runs. @param {Page} page @param {Visit["server"]} server */
async function compare(page, server) {
  await page.goto(`${server.url}embed.html?compare=lr:0.01&edit=lr,seed#${SHORT}`);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByRole("button", { name: "Train again" }).waitFor({ timeout: 120_000 });
  await page
    .getByRole("listitem")
    .filter({ hasText: asRead(/0\.01.* %/) })
    .waitFor();
}

/** A lesson in which a curve is drawn. @param {Page} page @param {Visit["server"]} server */
async function predict(page, server) {
  await page.goto(`${server.url}learn/resnet/`);
  const block = page.locator(".prediction[data-draw]").first();
  const plot = block.locator("svg.canvas");
  await plot.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(x + 0.1 * width, y + 0.2 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.95 * width, y + 0.8 * height, { steps: 5 });
  await page.mouse.up();
  return block;
}

/** @param {Bench} bench @param {string} title */
async function openStory(bench, title) {
  await bench.button(title).click();
  const story = bench.page.getByRole("region", { name: title, exact: true });
  await story.getByRole("button", { name: /^Train all .+ here/ }).waitFor();
  return story;
}

/** A story of which both recipes are trained. @param {Bench} bench */
async function trainStory(bench) {
  const recipes = [4, 40].map((steps) => ({
    id: `s${steps}`,
    name: `${steps} steps`,
    link: `${SHORT}&steps=${steps}`,
  }));
  const about = "Watch the loss, and the test accuracy at the end.";
  const texts = { title: "Longer", question: "Does it learn more in more time?", about };
  const closing = ["After 4 steps {test s4} of the test images are right, after 40 steps {test s40}."];
  await start(bench, storyLink({ id: "own", ...texts, recipes, seeds: [1, 2], closing }));
  await bench.page.getByRole("button", { name: /^Train all/ }).click();
  await bench.page.getByRole("button", { name: /^Train all again/ }).waitFor({ timeout: 120_000 });
}

/** @param {Bench} bench */
async function twoRuns(bench) {
  await finish(bench);
  // A page that is left at once has no time to keep its run.
  await storedUntil(bench.page, "bunsen-runs-v1", (files) => files.some(({ bytes }) => bytes > 0));
  await finish(bench, [], `${SHORT}&lr=0.002`);
  const panel = await bench.compare();
  await panel.getByRole("img", { name: /^Accuracy of 2 runs/ }).waitFor();
  await (await bench.more("A")).getByRole("button", { name: "Train again with one change" }).click();
}

/** Two classes of photos, of which one has some. @param {Bench} bench */
async function collectPhotos(bench) {
  await bench.open("model=lenet5&data=own");
  await bench.button("Collect photos, class by class").click();
  for (const name of ["circle", "square"]) {
    await bench.page.getByLabel("Name of the class").fill(name);
    await bench.page.keyboard.press("Enter");
  }
  const photos = images
    .slice(0, 4)
    .map(({ bytes }, at) => ({ name: `${at}`, mimeType: "", buffer: Buffer.from(bytes) }));
  await bench.page.getByLabel("Photos of circle", { exact: true }).setInputFiles(photos);
  await bench.page.getByRole("img", { name: "circle, photo 4" }).waitFor();
}

/** @param {Bench} bench */
async function giveOwn(bench) {
  await bench.open("model=lenet5&data=own&steps=60");
  const [chooser] = await Promise.all([bench.page.waitForEvent("filechooser"), bench.button("Choose files").click()]);
  await chooser.setFiles(SHAPES);
  await bench.status("Your images").filter({ hasText: "3 classes, 60 images" }).waitFor({ timeout: 30_000 });
  await bench.button("Train").click();
  await bench.reach(60);
  await bench.finished();
}

/** @param {Bench} bench @param {string} link */
async function refuse(bench, link) {
  await bench.visit(link);
  await bench.alertText();
}

/** @param {Bench} bench @param {Visit["server"]} server */
async function fail(bench, server) {
  server.break("/pkg/cpu/bunsen_bg.wasm", status(404));
  await bench.visit();
  await bench.alertText();
}

/** @param {BenchmarkPage} benchmark */
async function measure(benchmark) {
  await benchmark.open(PART);
  await benchmark.button("Run").click();
  await benchmark.reach(/^finished$/);
}

/** A transformer before training, open at its first attention. @param {Bench} bench */
async function lookAtAttention(bench) {
  await start(bench, "model=vit&data=digits&subset=200&batch=16&steps=3");
  await bench.openLayer();
  await bench.page.getByRole("radio", { name: /^Attention of block 1/ }).click();
  await bench.page.getByRole("img", { name: /^Attention: what all tokens/ }).waitFor();
}
