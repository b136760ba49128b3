// @ts-check
// Walks: one event after another in the page, and at the end the run, trained to its end by what the page itself offers.
// A walk outlives reloads of its tab: what it knows is kept by the tab's session.

/** @typedef {{ event: string, seen: import("./states.mjs").Seen | null, ms: number, nonsense: string[] }} Moment */
/**
 * What came of a walk.
 * @typedef {{
 *   seed: number, before: number[], moments: Moment[], uncaught: string[], lost: string[], file: { link: string, check: string } | null,
 *   why: string, ms: number, pressed: string[],
 * }} Outcome `why`: what kept the run from its end; empty where nothing did; `pressed`: what led it there;
 * `before`: the walks that its tab had taken
 */

/**
 * In front of the page's scripts, once eyes and hands are there. It is sent as text, and sees nothing of this file.
 * @param {{ none: import("./world.mjs").Faults, minute: number, patience: number }} how
 */
export function walkAlong({ none, minute, patience }) {
  if (window.top !== window) return;
  /** @type {any} */ const self = globalThis;
  const { walk } = self;
  const { hands, eyes } = walk;
  const world = self.walkWorld;
  const KEPT = "walk";
  /** An event's page is looked at no later than this. */
  const SETTLED_MS = 2_000;
  const LOOK_MS = 4;

  /** A tab takes so many walks, one after another, as one person does. */
  const MOST_IN_A_TAB = 12;

  const realTime = () => Date.now() + world.faults.clockBack;
  /**
   * Time in which this tab had a processor, in milliseconds: on a machine that is busy with other things a minute of training
   * is longer, for the worker as for its page.
   */
  let attended = 0;
  let attendedAt = world.now();
  const pause = async (/** @type {number} */ ms) => {
    await new Promise((over) => world.later(over, ms));
    const now = world.now();
    attended += Math.min(now - attendedAt, 2 * ms + 10);
    attendedAt = now;
  };
  walk.pause = pause;
  /** Whether the address holds a recipe of the walk's. @param {any} state */
  const isKnown = ({ walk: { recipes } }) => recipes.includes(location.hash.slice(1));

  /** What makes another run of it, by a person's will. */
  const STARTS_ANEW = /^(reset|start anew|choose|go back)/;
  /** What ends the worker. */
  const ENDS = /^(the worker|the module traps|the GPU is lost|the tab is reloaded)/;

  /** @returns {Promise<any>} */
  async function job() {
    const kept = sessionStorage.getItem(KEPT);
    if (kept) {
      const state = JSON.parse(kept);
      before = state.before;
      return state;
    }
    const given = await (await fetch("/walk/next", { method: "POST" })).json();
    if (!given) return null;
    return {
      walk: given,
      at: 0,
      moments: [],
      lost: [],
      uncaught: [],
      pressed: [],
      history: [],
      must: 0,
      address: "",
      troubled: false,
      hung: false,
      faults: none,
      began: realTime(),
    };
  }

  /** The engine of every worker is this one: as long as somebody holds it, the browser compiles it once. */
  walk.engine = WebAssembly.compileStreaming(fetch("/pkg/cpu/bunsen_bg.wasm"));

  /** Looks until the page has settled. */
  async function settle() {
    const began = world.now();
    let before = "";
    for (;;) {
      await pause(LOOK_MS);
      const seen = eyes.look();
      const { progress, done, ...still } = seen ?? {};
      const now = JSON.stringify(still);
      const ms = Math.round(world.now() - began);
      if ((seen && now === before) || ms > SETTLED_MS) return { seen, ms };
      before = now;
    }
  }

  /** Where the run is, for what a fault may cost at most. @param {any} state @param {import("./states.mjs").Seen | null} seen */
  function follow(state, seen) {
    const address = location.hash;
    if (address !== state.address) Object.assign(state, { address, history: [], must: 0 });
    if (!seen || seen.done === 0) return;
    if (seen.done < state.must && !seen.alerts.length) {
      state.lost.push(`It went on at step ${seen.done}, and a minute before the fault it was at step ${state.must}.`);
      state.must = 0;
    }
    state.history.push([attended, seen.done]);
  }

  /** @param {any} state @param {string} name */
  function beforeEvent(state, name) {
    const { stopped } = eyes.look() ?? {};
    if (STARTS_ANEW.test(name) || (name === "step" && stopped)) Object.assign(state, { history: [], must: 0 });
    if (name === "the storage fails") state.troubled = true;
    if (!ENDS.test(name)) return;
    const steps = state.history
      .filter((/** @type {number[]} */ [at = 0]) => at <= attended - minute)
      .map(([, step = 0]) => step);
    state.must = Math.max(state.must, ...steps, 0);
    // What the storage was not given, no other tab has.
    if (name === "the tab is reloaded" && state.troubled) state.must = 0;
    state.history = [];
  }

  /** @param {any} state */
  function keep(state) {
    state.faults = world.faults;
    state.before = before;
    state.uncaught.push(...hands.uncaught.splice(0));
    sessionStorage.setItem(KEPT, JSON.stringify(state));
  }

  /** @param {any} state */
  async function takeEvents(state) {
    const { events } = state.walk;
    while (state.at < events.length) {
      const { name, pick, wait } = events[state.at];
      await pause(wait);
      beforeEvent(state, name);
      state.at += 1;
      if (name === "the tab is reloaded") {
        keep(state);
        location.reload();
        return pause(60_000);
      }
      await hands.acts[name](pick);
      state.hung ||= world.faults.storage === "hanging";
      const { seen, ms } = await settle();
      state.moments.push({ event: name, seen, ms, nonsense: eyes.nonsense() });
      follow(state, seen);
      closeDialogs();
    }
  }

  function closeDialogs() {
    for (const element of eyes.elements(document)) {
      if (element instanceof HTMLDialogElement && element.open) element.close();
    }
  }

  /** Trains to the end: a person who takes whatever the page offers. @param {any} state */
  async function finish(state) {
    await hands.lift();
    const recipe = state.walk.recipes[state.walk.recipe];
    const began = world.now();
    let last = "";
    let stuckSince = began;
    for (;;) {
      const { seen } = await settle();
      follow(state, seen);
      const now = JSON.stringify(seen);
      if (now !== last) stuckSince = world.now();
      last = now;
      if (world.now() - stuckSince > patience) return `nothing changed any more: ${now}`;
      if (world.now() - began > 4 * patience) return `it came to no end: ${now}`;
      if (!seen) continue;
      const [offer] = seen.offers;
      /** @param {string} what @param {() => unknown} act */
      const press = async (what, act) => {
        state.pressed.push(what);
        act();
        await pause(20);
      };
      if (seen.waiting) await press("Stop the worker", () => hands.press("Stop the worker"));
      // Whatever else is said first: beside a refusal the address may already hold the walk's recipe.
      else if (seen.offers.includes("Open the link") && isKnown(state))
        await press("Open the link", () => hands.press("Open the link"));
      else if (!isKnown(state) || /^Use the default\b/.test(offer ?? ""))
        await press("the address", () => hands.visit(recipe));
      else if (offer) await press(offer, () => hands.press(offer));
      else if (seen.pauses) continue;
      else if (seen.trains && seen.main !== "Train again") await press(seen.main, () => hands.pressMain());
      else if (seen.left) continue;
      else return "";
    }
  }

  /** Recipe and check of the finished run, as its file has them; null where it was not saved. */
  async function check() {
    walk.saved = undefined;
    const began = world.now();
    hands.pressMore("Save run");
    while (!walk.saved) {
      await pause(LOOK_MS);
      // A worker that ended before is missed only now: then the page offers what a person takes.
      if (eyes.look()?.offers.length > 0 || world.now() - began > patience) return null;
    }
    const { link, check } = JSON.parse(await walk.saved.text());
    return { link, check };
  }

  /** Nothing is left for the next walk. */
  async function empty() {
    for (const worker of hands.workers) worker.terminate();
    const root = await navigator.storage.getDirectory();
    for await (const name of /** @type {any} */ (root).keys()) {
      await root.removeEntry(name, { recursive: true }).catch(() => {});
    }
    for (const name of await caches.keys()) await caches.delete(name);
    history.replaceState(null, "", location.pathname);
    location.reload();
    return pause(60_000);
  }

  /** @param {any} state @returns {Promise<Outcome>} */
  async function take(state) {
    const { recipes, recipe } = state.walk;
    const isNew = state.at === 0;
    walk.job = state.walk;
    hands.change(state.faults);
    if (isNew) {
      if (location.hash.slice(1) === recipes[recipe]) hands.press("Reset");
      else hands.visit(recipes[recipe]);
    }
    const { seen, ms } = await settle();
    state.moments.push({ event: isNew ? "the walk begins" : "the tab is reloaded", seen, ms, nonsense: [] });
    follow(state, seen);
    await takeEvents(state);
    let why = await finish(state);
    let file = why ? null : await check();
    for (let more = 2; !why && !file && more > 0; more--) {
      why = await finish(state);
      file = why ? null : await check();
    }
    const { walk: own, moments, lost, uncaught, pressed } = state;
    uncaught.push(...hands.uncaught.splice(0));
    return {
      seed: own.seed,
      before: [...before],
      moments,
      lost,
      uncaught,
      file,
      why,
      pressed,
      ms: realTime() - state.began,
    };
  }

  /** Walks that this tab took since nothing was left of any. @type {number[]} */
  let before = [];

  /** @param {unknown} outcome */
  const tell = (outcome) => fetch("/walk/over", { method: "POST", body: JSON.stringify(outcome) });

  async function main() {
    for (;;) {
      const state = await job();
      if (!state) return;
      const outcome = await take(state);
      sessionStorage.removeItem(KEPT);
      await tell(outcome);
      before.push(outcome.seed);
      // Of a storage that never answers a worker is never rid, and the engine is chosen once for all.
      if (outcome.why || state.hung || state.walk.gpu || before.length >= MOST_IN_A_TAB) await empty();
    }
  }
  addEventListener("DOMContentLoaded", () => {
    main().catch((thrown) => tell({ seed: walk.job?.seed ?? 0, thrown: String(thrown?.stack ?? thrown) }));
  });
}
