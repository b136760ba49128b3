// @ts-check
// What the page shows, read in the page itself: by role and name, through every shadow root.

/** In front of the page's scripts: `globalThis.walk.eyes`. It is sent as text, and sees nothing of this file. */
export function openEyes() {
  if (window.top !== window) return;
  /** @type {any} */ const self = globalThis;
  self.walk ??= {};

  /** Every element under a root, in order. @param {ParentNode} root @returns {Generator<HTMLElement>} */
  function* elements(root) {
    for (const element of root.querySelectorAll("*")) {
      yield /** @type {HTMLElement} */ (element);
      if (element.shadowRoot) yield* elements(element.shadowRoot);
    }
  }

  /** @param {Element} element */
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });
  /** @param {Element} element */
  const textOf = (element) => (element.textContent ?? "").replace(/\s+/g, " ").trim();
  /** @param {Element} element */
  const nameOf = (element) => element.getAttribute("aria-label") ?? heardOf(element);
  /** Its text, without what is only to be seen. @param {Element} element */
  const heardOf = (element) =>
    [...element.childNodes]
      .filter(
        (node) => node instanceof Text || (node instanceof Element && node.getAttribute("aria-hidden") !== "true"),
      )
      .map((node) => node.textContent ?? "")
      .join("")
      .replace(/\s+/g, " ")
      .trim();
  /** @param {HTMLElement} element */
  const isEnabled = (element) =>
    element.getAttribute("aria-disabled") !== "true" && !(/** @type {HTMLButtonElement} */ (element).disabled);

  /** The first of that role and name that is to be seen. @param {string} role @param {string | RegExp} name */
  function find(role, name) {
    const tags = /** @type {Record<string, string>} */ ({ button: "BUTTON", summary: "SUMMARY", combobox: "SELECT" });
    for (const element of elements(document)) {
      if (element.getAttribute("role") !== role && element.tagName !== tags[role]) continue;
      const own = role === "combobox" ? labelOf(element) : nameOf(element);
      if ((typeof name === "string" ? own === name : name.test(own)) && isSeen(element)) return element;
    }
    return undefined;
  }

  /** @param {HTMLElement} element */
  function labelOf(element) {
    const [label] = /** @type {HTMLSelectElement} */ (element).labels ?? [];
    return label ? nameOf(label) : nameOf(element);
  }

  /** An element that stays where it is: found once. @type {Map<string, HTMLElement>} */
  const found = new Map();
  /** @param {string} role @param {string} name */
  function lasting(role, name) {
    const key = `${role} ${name}`;
    const known = found.get(key);
    if (known?.isConnected) return known;
    const element = find(role, name);
    if (element) found.set(key, element);
    return element;
  }

  /** Controls, and what is said above the panels. */
  function top() {
    for (const section of elements(document)) {
      if (section.tagName === "SECTION" && section.getAttribute("aria-label") === "Recipe and controls") {
        return section.parentElement;
      }
    }
    return null;
  }
  /** @type {HTMLElement | null} */ let controls = null;
  /** Steps of a whole epoch of the run that is seen. */
  let perEpoch = 0;

  /** @returns {import("./states.mjs").Seen | null} null while the page is still being drawn */
  function look() {
    if (!controls?.isConnected) controls = top();
    const run = lasting("group", "Run");
    const progress = lasting("status", "Progress");
    if (!controls || !run || !progress) return null;
    const [main, ...others] = [...run.querySelectorAll("button")];
    if (!main) return null;
    const enabled = (/** @type {string} */ name) =>
      others.some((button) => nameOf(button) === name && isEnabled(button));
    /** @type {string[]} */ const alerts = [];
    /** @type {string[]} */ const offers = [];
    let [paused, stopped, waiting] = [false, "", ""];
    for (const element of elements(controls)) {
      const role = element.getAttribute("role");
      const name = element.getAttribute("aria-label");
      if (role === "status" && name === "Recipe") paused ||= /^Paused/.test(textOf(element));
      if (role === "group" && name === "Stopped run") stopped = textOf(element);
      if (role === "group" && name === "Waiting") waiting = textOf(element);
      if (role === "alert" && textOf(element) && isSeen(element)) alerts.push(textOf(element));
      if (role === "alert" || (role === "group" && name === "Waiting")) {
        for (const button of element.querySelectorAll("button")) if (isEnabled(button)) offers.push(nameOf(button));
      }
    }
    const text = textOf(progress);
    const place = /^epoch ([\d,]+) of ([\d,]+), step ([\d,]+) of ([\d,]+)/.exec(text) ?? [];
    const [epoch = 0, epochs = 0, step = 0, of = 0] = place
      .slice(1)
      .map((digits) => Number(digits.replaceAll(",", "")));
    // The last epoch may be shorter.
    perEpoch = epoch === 1 ? of : Math.max(perEpoch, of);
    return {
      main: nameOf(main),
      trains: isEnabled(main) && nameOf(main) !== "Pause",
      pauses: isEnabled(main) && nameOf(main) === "Pause",
      steps: enabled("Step"),
      resets: enabled("Reset"),
      progress: text,
      done: epoch > 0 ? (epoch - 1) * perEpoch + step : 0,
      left: epoch < epochs || step < of,
      paused,
      stopped,
      waiting,
      alerts,
      offers,
    };
  }

  /** What no visitor should read: where it stands, and its text. */
  function nonsense() {
    const wrong = /\bundefined\b|\bNaN\b|\[object/;
    /** @type {string[]} */ const all = [];
    /** @param {Node} root */
    const read = (root) => {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        if (node instanceof Element) {
          if (node.shadowRoot) read(node.shadowRoot);
          const label = node.getAttribute("aria-label") ?? "";
          if (wrong.test(label) && isSeen(node)) all.push(label);
        } else if (wrong.test(node.textContent ?? "") && node.parentElement) {
          const { parentElement } = node;
          // A program may have a name for what is no number.
          if (!/^(STYLE|SCRIPT|PRE|CODE)$/.test(parentElement.tagName) && isSeen(parentElement)) {
            all.push((parentElement.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 200));
          }
        }
      }
    };
    read(document);
    return all;
  }

  self.walk.eyes = { elements, find, look, nonsense, textOf, nameOf, isEnabled, isSeen };
}
