// @ts-check
// A network of one's own: its editor by mouse, finger and keyboard; and networks as they are picked from cards.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { focused } from "./support/focus.mjs";
import { Bench } from "./support/page.mjs";
import { startSite } from "./support/site.mjs";
import { record } from "./support/record.mjs";
import { until } from "./support/until.mjs";

/** @typedef {import("playwright-core").Locator} Locator */

const LENET5 = "conv6x5p2,relu,max2,conv16x5,relu,max2,fc120,relu,fc84,relu";
const STACK = "model=stack&subset=500";

/** The editor as a visitor meets it. */
class Editor {
  /** @param {Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.region = bench.page.getByRole("region", { name: "Layers of your network", exact: true });
  }

  /** @param {number} number */
  layer(number) {
    return this.region.getByRole("group", { name: new RegExp(`^Layer ${number}, `) });
  }

  /** @param {string} name */
  button(name) {
    return this.region.getByRole("button", { name, exact: true });
  }

  /** @param {string} name */
  number(name) {
    return this.region.getByRole("spinbutton", { name, exact: true });
  }

  get text() {
    return this.region.getByRole("textbox", { name: "Layers as text" });
  }

  /** Waits until the text is that, and the link with it. @param {string} text */
  async spells(text) {
    await until(
      () => this.text.inputValue(),
      (value) => value === text,
      { what: text },
    );
  }

  /** Waits until a layer that is dragged stands before or behind another one. @param {number} dragged @param {"before" | "behind"} where @param {number} other */
  async stands(dragged, where, other) {
    const order = async () => {
      const names = await this.region
        .getByRole("group", { name: /^Layer \d/ })
        .evaluateAll((layers) => layers.map((layer) => Number(/\d+/.exec(layer.getAttribute("aria-label") ?? ""))));
      // What follows the pointer is a copy, behind all others.
      return names.indexOf(dragged) - names.indexOf(other);
    };
    await until(order, (apart) => (where === "before" ? apart < 0 : apart > 0), {
      what: `layer ${dragged} ${where} ${other}`,
    });
  }

  /** What comes out of each layer, in order. */
  async shapes() {
    const layers = await this.region.getByRole("group", { name: /^Layer \d/ }).allInnerTexts();
    return layers.map((text) => /gives\s*(–|[\d× ]*\d)/.exec(text)?.[1]?.replaceAll(" ", ""));
  }
}

describe("a network of one's own", () => {
  const site = startSite();

  /**
   * @param {string} link
   * @param {(it: { bench: Bench, editor: Editor, page: import("playwright-core").Page }) => Promise<void>} act
   * @param {import("playwright-core").BrowserContextOptions} [options]
   */
  async function visit(link, act, options = {}) {
    const context = await site.browser.newContext(options);
    await record(context);
    const page = await context.newPage();
    const bench = new Bench(page, site.server.url);
    await bench.open(link);
    await act({ bench, editor: new Editor(bench), page });
    assert.deepEqual(bench.complaints, []);
    await context.close();
  }

  test("starts as LeNet-5, with the shape after every layer", () =>
    visit(STACK, async ({ editor, bench }) => {
      await editor.layer(10).waitFor();
      await editor.spells(LENET5);
      assert.deepEqual(await editor.shapes(), [
        "6×28×28",
        "6×28×28",
        "6×14×14",
        "16×10×10",
        "16×10×10",
        "16×5×5",
        "120",
        "120",
        "84",
        "84",
      ]);
      assert.equal(await bench.alert.count(), 0);
    }));

  test("layers are changed, added and removed, and the link and the shapes follow", () =>
    visit(STACK, async ({ editor, bench }) => {
      await editor.number("Filters of layer 4").fill("12");
      await editor.number("Filters of layer 4").press("Enter");
      await editor.spells(LENET5.replace("conv16x5", "conv12x5"));
      await editor.region.getByRole("combobox", { name: "Kind of layer 2", exact: true }).selectOption("Tanh");
      await editor.spells("conv6x5p2,tanh,max2,conv12x5,relu,max2,fc120,relu,fc84,relu");
      await editor.button("Remove layer 10").click();
      await editor.button("Remove layer 9").click();
      await editor.spells("conv6x5p2,tanh,max2,conv12x5,relu,max2,fc120,relu");
      await editor.region.getByRole("combobox", { name: "Layer to add" }).selectOption("Dropout");
      await editor.button("Add at the end").click();
      await editor.spells("conv6x5p2,tanh,max2,conv12x5,relu,max2,fc120,relu,drop0.5");
      await bench.page.waitForFunction(() => location.hash.includes("drop0.5"));
      assert.match(bench.link, /layers=conv6x5p2,tanh,max2,conv12x5,relu,max2,fc120,relu,drop0\.5/);
      assert.equal((await editor.shapes()).join(" "), "6×28×28 6×28×28 6×14×14 12×10×10 12×10×10 12×5×5 120 120 120");
    }));

  test("layers move by keyboard alone, into blocks and out of them, and the focus goes with them", () =>
    visit(`${STACK}&layers=conv4x3p1,res(relu),tanh`, async ({ editor, page }) => {
      await editor.layer(4).waitFor();
      await editor.button("Move layer 4 up").focus();
      await page.keyboard.press("Enter");
      await editor.spells("conv4x3p1,res(relu,tanh)");
      assert.equal(await focused(page), "Move layer 4 up");
      await page.keyboard.press("Space");
      await editor.spells("conv4x3p1,res(tanh,relu)");
      await page.keyboard.press("Enter");
      await editor.spells("conv4x3p1,tanh,res(relu)");
      assert.equal(await focused(page), "Move layer 2 up");
      assert.equal(
        await editor.region.getByRole("status", { name: "Layers" }).innerText(),
        "Moved: it is layer 2 now.",
      );
      await page.keyboard.press("Enter");
      await editor.spells("tanh,conv4x3p1,res(relu)");
      assert.equal(await editor.button("Move layer 1 up").getAttribute("aria-disabled"), "true");
    }));

  test("layers are dragged with the mouse, into a block too", () =>
    visit(`${STACK}&warmup=0&layers=conv4x3p1,relu,tanh,res(norm)`, async ({ editor, page }) => {
      await editor.layer(5).waitFor();
      const grip = await middle(editor.layer(3).getByTitle("Drag"));
      await page.mouse.move(...grip);
      await page.mouse.down();
      const above = await editor.layer(1).boundingBox();
      await page.mouse.move(grip[0], (above?.y ?? 0) + 4, { steps: 12 });
      await editor.stands(3, "before", 1);
      await page.mouse.up();
      await editor.spells("tanh,conv4x3p1,relu,res(norm)");

      // A mouse reaches what is in the window alone.
      await editor.layer(5).scrollIntoViewIfNeeded();
      await page.mouse.move(...(await middle(editor.layer(3).getByTitle("Drag"))));
      await page.mouse.down();
      await until(
        async () => {
          // What is above the editor may grow meanwhile, and move it.
          const [x, y] = await middle(editor.layer(5));
          await page.mouse.move(x - 100, y + 4, { steps: 15 });
          const block = editor.region.getByRole("list", { name: /^Inside block/ });
          return block.getByRole("group", { name: /^Layer 3, / }).count();
        },
        (count) => count > 0,
        { what: "layer 3 in the block" },
      );
      await page.mouse.up();
      await until(
        () => editor.text.inputValue(),
        (text) => /^tanh,conv4x3p1,res\((relu,norm|norm,relu)\)$/.test(text),
        { what: "the layer in the block" },
      );
    }));

  test("layers are dragged with a finger", () =>
    visit(
      `${STACK}&layers=conv4x3p1,relu,tanh`,
      async ({ editor, page }) => {
        await editor.layer(3).waitFor();
        await editor.layer(1).scrollIntoViewIfNeeded();
        const from = await middle(editor.layer(3).getByTitle("Drag"));
        const above = await editor.layer(1).boundingBox();
        const to = (above?.y ?? 0) + 4;
        const session = await page.context().newCDPSession(page);
        const touch = (/** @type {"touchStart" | "touchMove" | "touchEnd"} */ type, /** @type {number} */ y) =>
          session.send("Input.dispatchTouchEvent", {
            type,
            touchPoints: type === "touchEnd" ? [] : [{ x: from[0], y }],
          });
        await touch("touchStart", from[1]);
        for (let part = 1; part <= 12; part++) await touch("touchMove", from[1] + ((to - from[1]) * part) / 12);
        await editor.stands(3, "before", 1);
        await touch("touchEnd", to);
        await editor.spells("tanh,conv4x3p1,relu");
      },
      { hasTouch: true, viewport: { width: 400, height: 1400 } },
    ));

  test("an error stands at the layer that causes it, and nothing trains", () =>
    visit(STACK, async ({ editor, bench }) => {
      await editor.number("Kernel of layer 4").fill("15");
      await editor.number("Kernel of layer 4").press("Enter");
      const sentence = "Layer 4, conv16x15, needs at least 15×15 pixels, but gets 6×14×14.";
      await editor.region.getByText(sentence).waitFor();
      assert.equal(await described(editor.layer(4)), sentence);
      assert.equal(await described(editor.layer(3)), "");
      assert.equal(await editor.number("Kernel of layer 4").getAttribute("aria-invalid"), "true");
      assert.ok(
        (await bench.alertText()).startsWith(`The layers do not fit the images of Synthetic digits. ${sentence}`),
      );
      assert.deepEqual((await editor.shapes()).slice(0, 5), ["6×28×28", "6×28×28", "6×14×14", "–", "–"]);
      await bench.trainIfIdle();
      // A number that no layer may have.
      await editor.number("Kernel of layer 4").fill("0");
      await editor.number("Kernel of layer 4").press("Enter");
      const range = "Layer 4, conv16x0, has 0 for Kernel, which has to be a whole number from 1 to 64.";
      await editor.region.getByText(range).waitFor();
      assert.equal(await described(editor.layer(4)), range);
      await editor.number("Kernel of layer 4").fill("5");
      await editor.number("Kernel of layer 4").press("Enter");
      await bench.alert.first().waitFor({ state: "detached" });
      await editor.spells(LENET5);
      // The worker does one thing after another: had Train begun anything, its steps would have come before.
      assert.deepEqual(await bench.stepsShown(), [0]);
    }));

  test("a link that cannot be read is told by layer, and mended where it stands", () =>
    visit(`${STACK}&layers=conv6x5,res(relu`, async ({ editor, bench }) => {
      const sentence =
        'Layer 2, res(…), is a residual block that is not closed: a ")" is missing, so the stack ends inside it and gives no class scores.';
      assert.ok((await bench.alertText()).startsWith(`The layers cannot be read. ${sentence}`));
      await editor.region.getByText(sentence).waitFor();
      assert.equal(await editor.text.inputValue(), "conv6x5,res(relu");
      await editor.text.fill("conv6x5,res(relu)");
      await editor.text.blur();
      await editor.layer(3).waitFor();
      assert.equal(await bench.alert.count(), 0);
      assert.match(bench.link, /model=stack&layers=conv6x5,res\(relu\)/);
    }));

  test("a stack that no memory can hold is refused before anything is tried", () =>
    visit(`${STACK}&layers=fc30000,relu,fc30000`, async ({ bench, editor }) => {
      assert.match(
        await bench.alertText(),
        /^Stack of your own needs at least 59\.\d GB of memory to be trained with a batch of 128/,
      );
      assert.deepEqual(await editor.shapes(), ["30000", "30000", "30000"]);
    }));

  test("the size of a network too large to be measured twice is told without its time", () =>
    visit("model=stack&layers=fc20000,fc1000&subset=200&batch=8&steps=1", async ({ bench }) => {
      const told = bench.status("Before training").filter({ hasText: "known once it trains" });
      await told.waitFor({ timeout: 30_000 });
      assert.match(await told.innerText(), /^35,711,010 parameters\. /);
    }));

  test("LeNet-5 opens as a stack, and has LeNet-5's own losses, bit for bit", () =>
    visit("model=lenet5&subset=500&steps=12&seed=4&lr=0.003", async ({ editor, bench }) => {
      const share = async () => {
        await bench.button("Train").click();
        await bench.reach(12);
        await bench.finished();
        return marksOf(bench);
      };
      const marks = await share();
      await bench.button("Open as stack").click();
      await editor.spells(LENET5);
      assert.match(bench.link, /^model=stack&subset=500&lr=0\.003&steps=12&seed=4&v=1$/);
      assert.equal(await share(), marks);
      assert.equal(await bench.choice("Network").locator("option:checked").innerText(), "Stack of your own");
    }));

  test("a VGG opens as a stack, but for what a stack cannot say, trained as it was", () =>
    visit("model=vgg-11&subset=500&lr=0.004&head=gap", async ({ editor, bench, page }) => {
      const offer = page.getByText(
        /take them apart and change them\. Without biases before normalizations, which change nothing/,
      );
      await offer.waitFor();
      await bench.button("Open as stack").click();
      await editor.layer(1).waitFor();
      assert.match(await editor.text.inputValue(), /^conv8x3p1,norm,relu,max2,conv16x3p1,norm,relu,max2,.*,relu,gap$/);
      assert.match(bench.link, /^model=stack&layers=[^&]+&subset=500&lr=0\.004&/);
      assert.equal(await bench.alert.count(), 0);
    }));

  test("layers are fixed while a run goes on", () =>
    visit(`${STACK}&epochs=50`, async ({ editor, bench }) => {
      await editor.layer(1).waitFor();
      await bench.button("Train").click();
      await bench.reach(1);
      await editor.region.getByText("Your network, layer by layer").click();
      assert.equal(await editor.button("Remove layer 1").isDisabled(), true);
      await bench.button("Pause").click();
      await editor.button("Remove layer 10").click();
      await editor.spells(LENET5.replace(/,relu$/, ""));
    }));

  test("a network is picked from cards with their drawing, size, year and paper", () =>
    visit("model=lenet5&subset=500", async ({ bench, page }) => {
      await bench.button("Browse networks").click();
      const dialog = page.getByRole("dialog", { name: "Networks" });
      const card = dialog.getByRole("button", { name: "ResNet-8", exact: true });
      await card.waitFor();
      const drawing = dialog.getByRole("img", {
        name: "ResNet-8: from an image of 1×28×28 through 8 layers with weights to 10 classes, 3 connections leading past layers",
      });
      assert.equal(await drawing.locator("path").count(), 3);
      const chain = dialog.getByRole("img", {
        name: /^LeNet-5: from an image of 1×28×28 through 5 layers with weights to 10 classes$/,
      });
      assert.equal(await chain.locator("path").count(), 0);
      const text = await dialog
        .getByRole("listitem")
        .filter({ has: page.getByRole("button", { name: "ResNet-8", exact: true }) })
        .innerText();
      assert.match(text, /2015/);
      assert.match(text, /75,002 parameters, 9,145,216 multiply-adds an image of 1×28×28/);
      assert.match(text, /He, X\. Zhang/);
      const pressed = dialog.getByRole("button", { pressed: true });
      assert.equal(await pressed.innerText(), "LeNet-5");
      await card.press("Enter");
      await dialog.waitFor({ state: "hidden" });
      assert.equal(await bench.choice("Network").inputValue(), "resnet-8");
      await bench.button("Browse networks").click();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      assert.equal(await focused(page), "Browse networks");
    }));

  test("size and time of a run are told before it trains, as measured", () =>
    visit("model=lenet5&subset=1000&batch=50&epochs=3", async ({ bench }) => {
      const told = bench.status("Before training").filter({ hasText: "On this computer" });
      await told.waitFor({ timeout: 20_000 });
      const text = await told.innerText();
      assert.match(text, /^61,706 parameters\. On this computer: .*\d.+, scoring included\.$/);
      await bench.button("Train").click();
      await bench.reach(1);
      assert.equal(await bench.status("Before training").count(), 0);
    }));
});

/** @param {Locator} of @returns {Promise<[number, number]>} */
async function middle(of) {
  const box = await of.boundingBox();
  if (!box) throw new Error("it is not to be seen");
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** What describes an element, in words. @param {Locator} of */
function described(of) {
  return of.evaluate((element) => {
    const root = /** @type {ShadowRoot} */ (element.getRootNode());
    return root.getElementById(element.getAttribute("aria-describedby") ?? "")?.textContent?.trim() ?? "";
  });
}

/** The losses of the finished run as its shared link has them: of so short a run, all. @param {Bench} bench */
async function marksOf(bench) {
  await bench.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await bench.button("Share").click();
  await bench.status("Link").filter({ hasText: "copied" }).waitFor();
  const address = await bench.page.evaluate(() => navigator.clipboard.readText());
  return /marks=(\w{64,})/.exec(address)?.[1] ?? assert.fail(address);
}
