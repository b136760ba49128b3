// @ts-check
// What happens on a walk, done in the page: a person's hands press its own buttons, and faults are switched on and off.

/**
 * In front of the page's scripts: `globalThis.walk.hands`. It is sent as text, and sees nothing of this file.
 * @param {{ channel: string, impossible: string[], drop: string | null }} how `drop`: the kind of event that no page hears
 */
export function lendHands({ channel, impossible, drop }) {
  if (window.top !== window) return;
  /** @type {any} */ const self = globalThis;
  const walk = (self.walk ??= {});
  /** @type {{ faults: import("./world.mjs").Faults, later: typeof setTimeout, now: () => number }} */
  const world = self.walkWorld;
  const { eyes } = walk;

  /** The workers of engines that nobody has ended, in the order of their start. @type {Set<Worker>} */
  const workers = new Set();
  /** What nothing on the page caught. @type {string[]} */
  const uncaught = [];
  let breaking = false;
  self.addEventListener("error", (/** @type {ErrorEvent} */ event) => uncaught.push(event.message));
  self.addEventListener("unhandledrejection", (/** @type {PromiseRejectionEvent} */ event) =>
    uncaught.push(`a promise: ${event.reason?.stack ?? event.reason}`),
  );

  self.Worker = class extends Worker {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      const isEngine = options?.name === "bunsen";
      super(url, isEngine ? { ...options, name: JSON.stringify(world.faults) } : options);
      if (!isEngine) return;
      workers.add(this);
      this.addEventListener("error", (event) => {
        if (!breaking && !/unreachable|only pretended/.test(event.message)) uncaught.push(`a worker: ${event.message}`);
      });
      if (drop) {
        this.addEventListener("message", (event) => {
          if (event.data?.type === drop) event.stopImmediatePropagation();
        });
      }
    }

    terminate() {
      workers.delete(this);
      super.terminate();
    }
  };
  Element.prototype.setPointerCapture = () => {};
  navigator.clipboard.writeText = async (text) => void (walk.shared = text);
  const { createObjectURL } = URL;
  URL.createObjectURL = (/** @type {any} */ blob) => {
    // The first script of a worker.
    if (blob.type === "text/javascript") return createObjectURL(blob);
    walk.saved = blob;
    return "data:,";
  };
  const { click } = HTMLAnchorElement.prototype;
  HTMLAnchorElement.prototype.click = function () {
    if (!this.download) click.call(this);
  };

  /** @param {Partial<import("./world.mjs").Faults>} change */
  function change(change) {
    world.faults = { ...world.faults, ...change };
    word.postMessage(world.faults);
  }
  const word = new BroadcastChannel(channel);
  word.onmessage = ({ data }) => {
    if (data === "which") word.postMessage(world.faults);
  };

  /** What the server refuses from now on. @param {string} what @param {boolean} refused */
  const server = (what, refused) => fetch(`/walk?refuse=${refused ? what : ""}&answer=${refused ? "" : what}`);

  /** @param {string | RegExp} name Whether there was such a button. */
  function press(name) {
    const button = eyes.find("button", name);
    if (button) button.click();
    return button !== undefined && eyes.isEnabled(button);
  }

  /** What trains, where the button of the run does that now. */
  function pressMain() {
    if (eyes.look()?.trains) eyes.find("group", "Run")?.querySelector("button")?.click();
  }

  /** Opens what lies behind More. */
  function openMore() {
    if (!eyes.find("combobox", "Engine")) press("More");
  }

  /** One of the buttons behind More, which closes behind it. @param {string} name */
  function pressMore(name) {
    openMore();
    return press(name);
  }

  /** One of the buttons of what is said above the panels. @param {number} pick */
  function takeOffer(pick) {
    // The default recipe takes more time than a walk has.
    const offers = (eyes.look()?.offers ?? []).filter(
      (/** @type {string} */ name) => name !== "Use the default recipe",
    );
    const name = offers[Math.floor(pick * offers.length)];
    return name !== undefined && press(name);
  }

  const PANELS = ["Learning rate, gradients, speed", "Explore the data", "What it gets wrong"];

  /** @param {number} pick */
  function draw(pick) {
    const pad = eyes.find("img", /^Drawing pad/);
    if (!pad) return;
    const { left, top, width, height } = pad.getBoundingClientRect();
    const at = (/** @type {string} */ type, /** @type {number} */ x, /** @type {number} */ y) =>
      pad.dispatchEvent(
        new PointerEvent(type, {
          pointerId: 7,
          button: 0,
          clientX: left + x * width,
          clientY: top + y * height,
          bubbles: true,
        }),
      );
    at("pointerdown", 0.4 + 0.2 * pick, 0.15);
    for (let y = 0.2; y < 0.9; y += 0.1) at("pointermove", 0.5, y);
    at("pointerup", 0.5, 0.9);
  }

  /**
   * Ends a worker: mostly there is one.
   * @param {number} pick @param {boolean} says whether it says so
   */
  function endWorker(pick, says) {
    const worker = [...workers][Math.floor(pick * workers.size)];
    if (!worker) return;
    worker.terminate();
    if (!says) return;
    breaking = true;
    worker.dispatchEvent(new ErrorEvent("error", { message: "it was killed", cancelable: true }));
    breaking = false;
  }

  /** @param {string} link */
  function visit(link) {
    location.hash = link;
  }

  /**
   * What the storage may do. Of one that never answers its worker is never rid, and the tab begins anew: that is for the walks
   * on which tabs do so anyway.
   * @returns {import("./world.mjs").Faults["storage"][]}
   */
  const troubles = () => (walk.job.reloads ? ["full", "forbidden", "hanging"] : ["full", "forbidden"]);

  /** @type {Record<string, (pick: number) => unknown>} */
  const acts = {
    train: pressMain,
    pause: () => press("Pause"),
    step: () => press("Step"),
    reset: () => press("Reset"),
    "start anew": () => press("Start anew"),
    "take an offer": takeOffer,
    "choose a recipe": (pick) => visit(walk.job.recipes[Math.floor(pick * walk.job.recipes.length)]),
    "go back to the first recipe": () => visit(walk.job.recipes[walk.job.recipe]),
    "choose an impossible recipe": (pick) => visit(impossible[Math.floor(pick * impossible.length)] ?? ""),
    draw,
    "take a test example": () => press("Next image"),
    clear: () => press("Clear"),
    "open or close a panel": (pick) => eyes.find("summary", PANELS[Math.floor(pick * PANELS.length)] ?? "")?.click(),
    "compare runs, or no longer": () => press("Compare"),
    "see the batch": () => press(/^See the batch/),
    "show as code": () => press("Show as code"),
    "save the run": () => pressMore("Save run"),
    share: () => press("Share"),
    "look on": () => walk.pause(60),
    "choose an engine": (pick) => {
      openMore();
      const list = /** @type {HTMLSelectElement | undefined} */ (eyes.find("combobox", "Engine"));
      if (list && !list.disabled) {
        list.value = pick < 0.7 ? "gpu" : "cpu";
        list.dispatchEvent(new Event("change"));
      }
      press("More");
    },
    "the worker is killed": (pick) => endWorker(pick, false),
    "the worker breaks": (pick) => endWorker(pick, true),
    "the module traps": () => once({ traps: true }),
    "the GPU is lost": () => {
      if (/GPU/.test(eyes.textOf(eyes.find("status", "Engine") ?? document.body))) once({ gpuLost: true });
    },
    "the storage fails": (pick) => change({ storage: troubles()[Math.floor(troubles().length * pick)] ?? "full" }),
    "the storage is well again": () => change({ storage: "well" }),
    "requests are refused": () => change({ requests: true }),
    "requests are answered again": () => change({ requests: false }),
    "files are refused": () => server("files", true),
    "files are there again": () => server("files", false),
    "training images are refused": () => server("train", true),
    "test images are refused": () => server("t10k", true),
    "images are there again": async () => {
      await server("train", false);
      await server("t10k", false);
    },
    "the clock is set back": () => change({ clockBack: world.faults.clockBack + 3_600_000 }),
  };

  /** The worker that is there has that fault; the next one has not. @param {Partial<import("./world.mjs").Faults>} fault */
  function once(fault) {
    word.postMessage({ ...world.faults, ...fault });
  }

  /** All is well again. */
  async function lift() {
    change({ storage: "well", requests: false, step: 0 });
    await fetch("/walk?answer=all");
  }

  walk.hands = { acts, press, pressMain, pressMore, takeOffer, visit, lift, change, workers, uncaught };
}
