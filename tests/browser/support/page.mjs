// @ts-check
// The bench as a visitor meets it: by role and name.

import assert from "node:assert/strict";
import { asRead } from "./as-read.mjs";
import { shown } from "./record.mjs";
import { SitePage } from "./site-page.mjs";
import { until } from "./until.mjs";

/** @typedef {{ timeout?: number }} Patience */

export class Bench extends SitePage {
  /**
   * Opens the page at a link, and waits until the module is there.
   * @param {string} [link]
   * @param {Patience} [patience]
   */
  async open(link = "", { timeout = 20_000 } = {}) {
    await this.visit(link);
    await this.status("Engine")
      .filter({ hasText: asRead(/CPU|GPU/) })
      .waitFor({ timeout });
  }

  /** Opens the page at a link. @param {string} [link] */
  async visit(link = "") {
    await this.page.goto("about:blank");
    await this.page.goto(this.url + (link && `#${link}`));
  }

  /** The link in the address bar, without "#". */
  get link() {
    return new URL(this.page.url()).hash.slice(1);
  }

  /** @param {string} name */
  choice(name) {
    return this.page.getByRole("combobox", { name, exact: true });
  }

  get alert() {
    return this.page.getByRole("alert").filter({ hasText: asRead(/\S/) });
  }

  /** The sentence of the alert. @param {Patience} [patience] */
  async alertText({ timeout = 30_000 } = {}) {
    await this.alert.first().waitFor({ timeout });
    return (await this.alert.first().innerText()).trim();
  }

  /** The text of the alert that matches, once it is there: another one may stand there before. @param {RegExp} text */
  async alertThatMatches(text) {
    const alert = this.alert.filter({ hasText: asRead(text) });
    await alert.waitFor({ timeout: 120_000 });
    const found = (await alert.innerText()).trim();
    assert.match(found, text);
    return found;
  }

  /** Steps of a whole epoch: the last one may be shorter. */
  #perEpoch = 0;

  /** Where the run is; `done` counts steps from the start. */
  async progress() {
    return this.#progressIn(await this.status("Progress").innerText());
  }

  /**
   * The steps at which the run was shown, each once for as long as it stood there: of a page that is recorded
   * ({@link record}).
   */
  async stepsShown() {
    const steps = (await shown(this.page, "Progress")).map((text) => this.#progressIn(text).done);
    return steps.filter((step, at) => step !== steps[at - 1]);
  }

  /** Reads "epoch 1 of 3, step 120 of 938". @param {string} text */
  #progressIn(text) {
    const [epoch = 0, epochs = 0, step = 0, steps = 0] = (
      /epoch ([\d,]+) of ([\d,]+), step ([\d,]+) of ([\d,]+)/.exec(text) ?? []
    )
      .slice(1)
      .map((digits) => Number(digits.replaceAll(",", "")));
    this.#perEpoch = Math.max(this.#perEpoch, steps);
    return { text, epoch, epochs, step, steps, done: Math.max(0, epoch - 1) * this.#perEpoch + step };
  }

  /**
   * Waits until that many steps are done. A run that was quick shows its last epoch alone, which may be shorter than the others:
   * at its end it has all steps.
   * @param {number} wanted @param {Patience} [patience]
   */
  async reach(wanted, { timeout = 60_000 } = {}) {
    /** @param {Awaited<ReturnType<Bench["progress"]>>} progress */
    const isThere = ({ done, epoch, epochs, step, steps }) =>
      done >= wanted || (epoch > 1 && epoch === epochs && step === steps);
    const look = async () => {
      const progress = await this.progress();
      if (isThere(progress) || !(await this.alert.count())) return progress;
      // It may have reached the step before the alert came, of which it tells after the last one.
      const now = await this.progress();
      if (!isThere(now)) throw new Error(`the page says: ${await this.alertText()}`);
      return now;
    };
    return until(look, isThere, { timeout, what: `step ${wanted}` });
  }

  /** The test accuracy in percent, once it is there. @param {Patience} [patience] */
  async accuracy({ timeout = 60_000 } = {}) {
    const status = this.status("Test accuracy").filter({ hasText: asRead(/\d %/) });
    await status.waitFor({ timeout });
    return Number(/([\d.]+)\s*%/.exec(await status.innerText())?.[1]);
  }

  /** Has the curve show that. @param {"Loss" | "Accuracy"} quantity */
  async showCurve(quantity) {
    await this.page.getByRole("radio", { name: quantity, exact: true }).check();
  }

  /** Opens the comparison of runs, in the place of the curve. */
  async compare() {
    const toggle = this.page.getByRole("button", { name: "Compare", exact: true });
    if ((await toggle.getAttribute("aria-pressed")) !== "true") await toggle.click();
    const panel = this.page.getByRole("region", { name: "Training", exact: true });
    await panel.locator("compare-runs").waitFor();
    return panel;
  }

  /** More of a run that is compared. @param {string} letter */
  async more(letter) {
    const opener = this.page.getByRole("button", { name: `More about ${letter}`, exact: true });
    if ((await opener.getAttribute("aria-expanded")) !== "true") await opener.click();
    return this.page.getByRole("group", { name: letter, exact: true });
  }

  /** The loss curve in words, once they have caught up with the run: where it began, where it is, and the test loss. */
  async curve() {
    await this.showCurve("Loss");
    const picture = this.page.getByRole("img", { name: /^Loss against the step/i });
    const look = async () => {
      const words = (await picture.getAttribute("aria-label")) ?? "";
      const number = (/** @type {RegExp} */ of) => Number(of.exec(words)?.[1]?.replaceAll(",", "") ?? NaN);
      return {
        words,
        step: number(/smoothed, \S+ at step ([\d,]+)/),
        done: (await this.progress()).done,
        began: number(/began at ([\d.]+)/),
        now: number(/smoothed, ([\d.]+)/),
        test: number(/: ([\d.]+)\.$/),
      };
    };
    const { began, now, test } = await until(look, ({ step, done }) => step === done, { what: "the run's curve" });
    return { began, now, test };
  }

  /** Opens a layer under the stage, by default the first that stands there, and gives the drawer. @param {string | RegExp} [name] */
  async openLayer(name = "") {
    const layers = this.page.getByRole("region", { name: "Stage" }).getByRole("list", { name: "Layers" });
    await layers.getByRole("button").filter({ hasText: name }).first().click();
    return this.page.getByRole("region", { name: "Layer", exact: true });
  }

  /** Draws a 1: a straight stroke from top to bottom, a little aslant. */
  async draw() {
    const pad = this.page.getByRole("img", { name: /^Drawing pad/ });
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    if (!box) throw new Error("the drawing pad is not to be seen");
    const { mouse } = this.page;
    const at = (/** @type {number} */ x, /** @type {number} */ y) =>
      /** @type {const} */ ([box.x + x * box.width, box.y + y * box.height]);
    await mouse.move(...at(0.56, 0.15));
    await mouse.down();
    await mouse.move(...at(0.46, 0.85), { steps: 20 });
    await mouse.up();
  }

  /**
   * The probability of each class, as the page shows them, once they are as they should be: those of a picture that was
   * there before may stand for a moment.
   * @param {(probabilities: number[]) => boolean} [are]
   * @param {Patience} [patience]
   */
  async probabilities(are = () => true, { timeout = 15_000 } = {}) {
    const rows = this.page.getByRole("table", { name: "Probability of each class" }).getByRole("row");
    const look = async () => (await rows.allInnerTexts()).map((text) => Number(/([\d.]+)\s*%/.exec(text)?.[1]) / 100);
    const shown = (/** @type {number[]} */ all) => all.length > 0 && all.every(Number.isFinite);
    return until(look, (all) => shown(all) && are(all), { timeout, what: "the probabilities" });
  }

  /**
   * The accuracy at the end: Train was pressed, and the run has that many steps.
   * @param {number} steps
   * @param {Patience} [patience]
   */
  async finalAccuracy(steps, patience) {
    await this.reach(steps, patience);
    await this.finished(patience);
    return this.accuracy(patience);
  }

  /** Waits for the verdict on a finished run: it is the one whose check its link or file carries. */
  async assertSameRun() {
    await this.status("Verification")
      .filter({ hasText: asRead(/^The same run: check/) })
      .waitFor();
  }

  /** Waits until nothing goes on any more: Pause has nothing to pause. @param {Patience} [patience] */
  async finished({ timeout = 60_000 } = {}) {
    await until(
      () => this.pressable("Pause").count(),
      (count) => count === 0,
      { timeout, what: "the end of training" },
    );
  }

  /** Presses Train, or Go on, where it can be pressed. */
  async trainIfIdle() {
    for (const name of ["Train", "Go on"]) {
      if ((await this.pressable(name).count()) > 0) return this.button(name).click();
    }
  }

  /** @param {"CPU" | "GPU" | "Auto"} which */
  async chooseEngine(which) {
    await this.openMore();
    await this.choice("Engine").selectOption(which.toLowerCase());
    await this.closeMore();
  }

  /** Opens what lies behind the button More, where it is not open. */
  async openMore() {
    if (!(await this.choice("Engine").isVisible())) await this.button("More").click();
    await this.choice("Engine").waitFor();
  }

  async closeMore() {
    await this.page.keyboard.press("Escape");
    await this.choice("Engine").waitFor({ state: "hidden" });
  }

  /** Presses one of the buttons behind More. @param {string} name */
  async pressMore(name) {
    await this.openMore();
    await this.button(name).click();
  }

  /** Takes the offer that an alert makes. */
  async goOnWithCpu() {
    await this.alert.getByRole("button", { name: "Go on with the CPU engine" }).click();
  }

  /**
   * Waits until the worker has done all that it was told before: it does one thing after another, and here it describes
   * the networks, for the first time on this page.
   */
  async workerCaughtUp() {
    await this.button("Browse networks").click();
    const dialog = this.page.getByRole("dialog", { name: "Networks" });
    await dialog.getByRole("button", { name: "LeNet-5", exact: true }).waitFor();
    await this.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  }

  /** The run makes no more progress, though its worker is there: of a page that is recorded. */
  async assertStandsStill() {
    const { done } = await this.progress();
    await this.workerCaughtUp();
    assert.equal((await this.progress()).done, done);
    assert.equal((await this.stepsShown()).at(-1), done);
  }
}
