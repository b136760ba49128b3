// @ts-check
// An experiment in somebody else's page: what a reader does with it, and what its host does over a port.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch } from "./support/browser.mjs";
import { hello, isComplete, send, told } from "./support/embed.mjs";
import { load } from "./support/paths.mjs";
import { Server } from "./support/server.mjs";

const LINK = "model=lenet5-1998&data=digits&subset=200&batch=10&steps=20&seed=7";
/** One that nobody waits to the end of. */
const LONG = "model=lenet5&data=digits&subset=2000&batch=32&epochs=900&seed=7";

/** @type {Server} */ let server;
/** @type {import("playwright-core").Browser} */ let browser;
/** @type {import("playwright-core").Page} */ let page;
/** Of the run of that link, computed in Node. @type {string} */ let check;

before(async () => {
  server = await Server.start();
  browser = await launch();
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu" });
  const run = await lab.start(LINK);
  await run.step(20);
  check = await run.check();
  lab.close();
});
after(async () => {
  await browser?.close();
  await server?.close();
});
beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
});
afterEach(async () => {
  await page.context().close();
  server.reset();
});

/** A page with these frames, and a function `talk` for their hosts. @param {string[]} addresses */
async function host(...addresses) {
  const frames = addresses.map((address) => `<iframe width="525" height="450" src="${address}"></iframe>`).join("");
  server.break("/host.html", (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>A course</title>${frames}`);
  });
  await page.goto(`${server.url}host.html`);
  return page.frames().slice(1);
}

describe("an embed", () => {
  for (const [width, height] of [
    [350, 210],
    [525, 450],
  ]) {
    test(`is complete at ${width} × ${height}, and says that the run is the same`, async () => {
      await page.setViewportSize({ width, height });
      await page.goto(`${server.url}embed.html#${LINK}&check=${check}`);
      const train = page.getByRole("button", { name: "Train", exact: true });
      await train.click();
      await page.getByRole("button", { name: "Train again" }).waitFor();
      await page
        .getByRole("status", { name: "Verification" })
        .filter({ hasText: /the same run/i })
        .waitFor();
      await page.getByRole("img", { name: /^Loss against the step. It began at/ }).waitFor();
      await page.getByText(/\d %/).waitFor();
      assert.ok(await isComplete(page), "nothing is scrolled");
      const out = await page.getByRole("link", { name: "Open in Bunsen" }).getAttribute("href");
      assert.equal(out?.split("#")[0], server.url);
      assert.match(String(out), /#model=lenet5-1998&/);
    });
  }

  test("warns once of what it does not understand, and trains", async () => {
    const warnings = /** @type {string[]} */ ([]);
    page.on("console", (message) => {
      if (message.type() === "warning" && message.text().startsWith("Bunsen")) warnings.push(message.text());
    });
    await page.goto(`${server.url}embed.html?shwo=curve&until=many#${LINK}`);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("button", { name: "Train again" }).waitFor();
    assert.deepEqual(warnings, ["Bunsen: not understood in this address: shwo=curve, until=many."]);
  });

  test("says why a recipe is refused, and has the way out", async () => {
    await page.goto(`${server.url}embed.html#model=lenet5&lr=much`);
    await page.getByRole("alert").filter({ hasText: "Learning rate" }).waitFor();
    await page.getByRole("link", { name: "Open in Bunsen" }).waitFor();
  });

  test("is dark where the host says so", async () => {
    await page.emulateMedia({ colorScheme: "light" });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.goto(`${server.url}embed.html#${LINK}`);
    const light = await paper();
    await page.goto(`${server.url}embed.html?theme=dark#${LINK}`);
    await page.getByRole("button", { name: "Train", exact: true }).waitFor();
    assert.notEqual(await paper(), light);
  });

  test("speaks the language that the host says", async () => {
    await page.goto(`${server.url}embed.html?lang=de#${LINK}`);
    await page.getByRole("button", { name: "Trainieren", exact: true }).click();
    await page.getByText(/^\d+,\d %$/).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  });

  test("has English texts, and says so, where the host's language is none of the page's", async () => {
    await page.goto(`${server.url}embed.html?lang=fr#${LINK}`);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByText(/^\d+,\d %$/).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  });

  test("shows the controls of the recipe, with which all of it may be changed", async () => {
    await page.goto(`${server.url}embed.html?show=curve,controls#${LINK}`);
    const rate = page
      .getByRole("region", { name: "Settings" })
      .getByRole("textbox", { name: "Learning rate", exact: true });
    await rate.fill("0.002");
    await rate.press("Enter");
    const out = page.getByRole("link", { name: "Open in Bunsen" });
    await page.waitForFunction(
      (link) => String(/** @type {HTMLAnchorElement} */ (link).href).includes("lr=0.002"),
      await out.elementHandle(),
    );
  });

  test("says what a sandbox keeps from it, and has it as a title where there is no room", async () => {
    const note = "This frame has no storage: experiments in it do not wait for each other.";
    for (const height of [450, 210]) {
      server.headers = { "access-control-allow-origin": "*" };
      server.break("/host.html", (_, response) => {
        response
          .writeHead(200, { "content-type": "text/html" })
          .end(
            `<!doctype html><title>A course</title><iframe sandbox="allow-scripts" width="525" height="${height}" src="embed.html#${LINK}"></iframe>`,
          );
      });
      await page.goto(`${server.url}host.html`);
      const embed = page.frameLocator("iframe");
      const said = embed.getByRole("note", { name: "This place" });
      await said.filter({ hasText: note }).waitFor({ state: "attached" });
      const { height: shown = 0 } = (await said.boundingBox()) ?? {};
      assert.equal(shown > 5, height === 450);
      const progress = embed.getByRole("status", { name: "Progress" });
      assert.equal(await progress.getAttribute("title"), note);
    }
    server.headers = {};
  });

  test("lets a reader change what may be changed", async () => {
    await page.goto(`${server.url}embed.html?edit=lr#${LINK}`);
    const rate = page.getByLabel("Learning rate");
    await rate.fill("0.002");
    await rate.press("Enter");
    const out = page.getByRole("link", { name: "Open in Bunsen" });
    await page.waitForFunction(
      (link) => String(/** @type {HTMLAnchorElement} */ (link).href).includes("lr=0.002"),
      await out.elementHandle(),
    );
  });

  test("offers no field that the network lacks, until another network has it", async () => {
    await page.goto(`${server.url}embed.html?edit=widths,patch,lr,model,nosuch#${LINK}`);
    await page.getByLabel("Learning rate").waitFor();
    assert.deepEqual(await page.locator(".edit label").allInnerTexts(), ["Learning rate", "Network"]);
    await page.getByLabel("Network").selectOption("mlp");
    await page.locator(".edit label[for=widths]").waitFor();
    assert.equal(await page.locator(".edit label[for=patch]").count(), 0);
    assert.notEqual(await page.locator(".edit #widths").inputValue(), "");
  });

  test("trains by itself once it is in view, where it is told to", async () => {
    await page.setViewportSize({ width: 525, height: 450 });
    server.break("/host.html", (_, response) => {
      response
        .writeHead(200, { "content-type": "text/html" })
        .end(
          `<!doctype html><p style="height:3000px">Text</p><iframe src="embed.html?start=visible#${LINK}"></iframe>`,
        );
    });
    await page.goto(`${server.url}host.html`);
    const embed = page.frameLocator("iframe");
    await embed.getByRole("button", { name: "Train", exact: true }).waitFor({ state: "attached" });
    await page.locator("iframe").scrollIntoViewIfNeeded();
    await embed.getByRole("button", { name: "Train again" }).waitFor();
  });

  test("is loaded on a press, where it is told to", async () => {
    await page.goto(`${server.url}embed.html?load=click#${LINK}`);
    await page.getByRole("button", { name: "Load the experiment" }).click();
    await page.getByRole("button", { name: "Train", exact: true }).waitFor();
  });

  test("keeps nothing in the browser", async () => {
    await page.goto(`${server.url}embed.html#${LINK}`);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("button", { name: "Train again" }).waitFor();
    const kept = await page.evaluate(async () => {
      const names = [];
      for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
      return [...names, ...Object.keys(localStorage), ...(await caches.keys())];
    });
    assert.deepEqual(kept, []);
  });

  test("stops first where it is told to, and goes on to the end", async () => {
    await page.goto(`${server.url}embed.html?until=5#${LINK}`);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("button", { name: "Go on" }).waitFor();
    await page.getByRole("status", { name: "Progress" }).filter({ hasText: "Step 5 of 20 steps" }).waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Train again" }).waitFor();
  });
});

describe("an embed that compares", () => {
  const runs = () => page.getByRole("list", { name: "Runs, with their test accuracy" }).getByRole("listitem");

  test("trains the second run after the first, and draws both", async () => {
    await page.setViewportSize({ width: 350, height: 210 });
    await page.goto(`${server.url}embed.html?compare=lr:0.01,seed:8#${LINK}&check=${check}`);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByRole("button", { name: "Train again" }).waitFor();
    await page
      .getByRole("img", {
        name: /^Loss against the step. .* Beside it the Learning rate 0\.01, Seed 8, from .* in 20 steps/,
      })
      .waitFor();
    const names = await runs().evaluateAll((items) => items.map((item) => item.getAttribute("title")));
    assert.deepEqual(names, ["Learning rate 0.005, Seed 7", "Learning rate 0.01, Seed 8"]);
    await runs().nth(1).filter({ hasText: /\d %/ }).waitFor();
    assert.ok(await isComplete(page), "nothing is scrolled");
    // The first is the run of its link, and the second's recipe is nowhere but in the picture.
    await page
      .getByRole("status", { name: "Verification" })
      .filter({ hasText: /the same run/i })
      .waitFor();
    assert.equal(new URL(page.url()).hash, `#${LINK}&check=${check}`);
    const out = await page.getByRole("link", { name: "Open in Bunsen" }).getAttribute("href");
    assert.doesNotMatch(String(out), /lr=|seed=8/);
  });

  test("pauses in the second run, and goes on there", async () => {
    await page.goto(`${server.url}embed.html?compare=steps:50000#${LINK}`);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    const progress = page.getByRole("status", { name: "Progress" });
    await progress.filter({ hasText: "Second run: " }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await progress.filter({ hasText: "Second run: " }).waitFor();
  });

  for (const [compare, sentence] of [
    ["lr:much", "Not compared. Learning rate: “much” is not allowed. It has to be a number from"],
    ["flavour:mint", "Not compared. “flavour” is no value of this recipe."],
    ["seed:7", "Not compared. The second run would be the first one again."],
  ]) {
    test(`says why ${compare} is refused, and trains the first run`, async () => {
      await page.setViewportSize({ width: 350, height: 210 });
      await page.goto(`${server.url}embed.html?compare=${compare}#${LINK}`);
      await page.getByRole("alert").filter({ hasText: sentence }).waitFor();
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByRole("button", { name: "Train again" }).waitFor();
      await page.getByRole("status", { name: "Progress" }).filter({ hasText: "Done: 20 steps" }).waitFor();
      assert.ok(await isComplete(page), "nothing is scrolled");
    });
  }
});

describe("a host", () => {
  test("starts a run and hears of it to the end", async () => {
    await host(`embed.html#${LINK}`);
    await hello(page);
    await send(page, { type: "start", id: 1 });
    await told(page, "answer", 1);
    const { state } = await told(page, "finish");
    assert.equal(state.check, check);
    assert.equal(state.step, 20);
    assert.match(state.link, new RegExp(`^${server.url}#.*check=`));
    await send(page, { type: "snapshot", id: 2 });
    assert.match((await told(page, "answer", 2)).result, /^data:image\/png/);
    await send(page, { type: "losses", id: 3 });
    const losses = Object.values((await told(page, "answer", 3)).result);
    assert.equal(losses.length, 20);
    assert.equal(losses.at(-1), state.loss);
  });

  test("that says hello late is told why the recipe was refused", async () => {
    await host("embed.html#model=lenet5&lr=much");
    await page.frameLocator("iframe").getByRole("alert").filter({ hasText: "Learning rate" }).waitFor();
    await hello(page);
    assert.match((await told(page, "error")).message, /lr=much is not allowed: lr is a number/);
  });

  test("is told what is wrong with its messages", async () => {
    await host(`embed.html?edit=lr#${LINK}`);
    await hello(page);
    const wrong = /** @type {const} */ ([
      [{ type: "explode", id: 1 }, /There is no command "explode"/],
      [{ id: 2 }, /There is no command/],
      [{ type: "set", id: 3, key: "seed", value: 8 }, /“seed” may not be changed in this embed \(these may: lr\)/],
      [{ type: "set", id: 4, key: "lr" }, /takes a key and a value/],
      [{ type: "set", id: 5, key: "lr", value: "1".repeat(1_000_000) }, /too long/],
    ]);
    for (const [message, sentence] of wrong) {
      await send(page, message);
      assert.match((await told(page, "error", message.id)).message, sentence);
    }
    await send(page, ...Array.from({ length: 10_000 }, () => ({ type: "state" })));
    await page.waitForFunction(() =>
      /** @type {any} */ (window).told.some((/** @type {any} */ { message }) => /More than 50 commands/.test(message)),
    );
    // It is as it was.
    await page.frameLocator("iframe").getByRole("button", { name: "Train", exact: true }).click();
    await told(page, "finish");
  });

  test("is told that a value was refused, and what the run is when one was taken", async () => {
    await host(`embed.html?edit=lr,seed#${LINK}`);
    await hello(page);
    await send(page, { type: "set", id: 1, key: "lr", value: "abc" });
    assert.match((await told(page, "error", 1)).message, /^lr=abc is not allowed: lr is a number from/);
    // Nothing of a value is taken for damage of a link, so that it changes no other one.
    await send(page, { type: "set", id: 2, key: "lr", value: "0.1?x" });
    assert.match((await told(page, "error", 2)).message, /^lr=0\.1\?x is not allowed/);
    await send(page, { type: "set", id: 3, key: "lr", value: "0.002" });
    const { recipe } = (await told(page, "answer", 3)).result;
    assert.match(recipe, /lr=0\.002/);
    assert.match(recipe, /steps=20&.*seed=7|seed=7&.*steps=20/);
  });

  test("is the parent alone", async () => {
    const [frame] = await host(`embed.html#${LINK}`);
    await hello(page);
    await frame?.evaluate(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => Object.assign(window, { heard: true });
      window.postMessage({ bunsen: 1, type: "hello" }, "*", [port2]);
    });
    // What came before it was heard by the parent's own port.
    await send(page, { type: "state", id: 1 });
    await told(page, "answer", 1);
    assert.equal(await frame?.evaluate(() => "heard" in window), false);
  });

  test("pauses it with its slide", async () => {
    await host(`embed.html#${LONG}`);
    const slide = (/** @type {string} */ what) =>
      page.evaluate((what) => document.querySelector("iframe")?.contentWindow?.postMessage(what, "*"), what);
    const embed = page.frameLocator("iframe");
    await embed.getByRole("button", { name: "Train", exact: true }).click();
    await embed.getByRole("status", { name: "Progress" }).filter({ hasText: "Step" }).waitFor();
    await slide("slide:stop");
    await embed.getByRole("button", { name: "Go on" }).waitFor();
    await slide("slide:start");
    await embed.getByRole("button", { name: "Pause" }).waitFor();
  });
});

test("of two embeds on a page one trains at a time", async () => {
  await host(`embed.html#${LONG}`, `embed.html#${LINK}`);
  const [first, second] = [page.frameLocator("iframe").nth(0), page.frameLocator("iframe").nth(1)];
  const train = { name: "Train", exact: true };
  await first.getByRole("button", train).click();
  await first.getByRole("status", { name: "Progress" }).filter({ hasText: "Step" }).waitFor();
  await second.getByRole("button", train).click();
  await second.getByText("Waits for the other experiment").waitFor();
  await first.getByRole("button", { name: "Pause" }).click();
  await second.getByRole("button", { name: "Train again" }).waitFor();
  await first.getByRole("button", { name: "Go on" }).waitFor();
});
