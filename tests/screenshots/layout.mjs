// @ts-check
// What is wrong with how a page is laid out, as far as that can be measured.

/** @typedef {import("playwright-core").Page} Page */

/**
 * The faults of the page as it stands, each in a sentence; those of an open dialog or menu, which lies over the rest, where there is one.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
export function faults(page) {
  return page.evaluate(measure);
}

/** Runs in the page, so it uses nothing from outside. */
function measure() {
  /** Pixels by which glyphs may reach out of their line. */
  const SLACK = 3;
  /** @typedef {{ left: number, right: number, top: number, bottom: number }} Box */
  /** @typedef {{ box: Box, what: string, element: Element }} Piece */
  const found = /** @type {Set<string>} */ (new Set());

  /** The element around it, out of shadow roots too. @param {Node} node @returns {Element | null} */
  const around = (node) => {
    if (node instanceof Element && node.assignedSlot) return node.assignedSlot;
    const parent = node.parentNode;
    if (parent instanceof ShadowRoot) return parent.host;
    return parent instanceof Element ? parent : null;
  };
  /** @param {Element} outer @param {Element} inner */
  const holds = (outer, inner) => {
    for (let at = /** @type {Element | null} */ (inner); at; at = around(at)) if (at === outer) return true;
    return false;
  };
  /** @param {Element} element */
  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  /** For those who hear the page. @param {Element} element */
  const isHeard = (element) => {
    for (let at = /** @type {Element | null} */ (element); at; at = around(at))
      if (getComputedStyle(at).clipPath !== "none") return true;
    return false;
  };
  /** @param {Element} element */
  const nameOf = (element) => {
    const words = (element.getAttribute("aria-label") ?? element.textContent ?? "").replace(/\s+/g, " ").trim();
    return `${element.localName} “${words.slice(0, 60)}”`;
  };

  const all = /** @type {Element[]} */ ([]);
  /** @param {ParentNode} root */
  const gather = (root) => {
    for (const element of root.querySelectorAll("*")) {
      all.push(element);
      if (element.shadowRoot) gather(element.shadowRoot);
    }
  };
  gather(document);
  const dialog = all.find((element) => element.matches("dialog[open], [role=menu]"));
  const shown = all.filter((element) => isSeen(element) && !isHeard(element) && (!dialog || holds(dialog, element)));

  // The page.
  const { clientWidth: width, scrollWidth } = document.documentElement;
  if (scrollWidth > width) found.add(`The page is ${scrollWidth - width} px wider than the window.`);

  // Words, and what is pressed or looked at.
  const pieces = /** @type {Piece[]} */ ([]);
  for (const element of shown) {
    if (
      element.matches("button, select, input:not([type=file]), textarea, canvas, progress, [role=img]") &&
      !element.closest(".uplot")
    ) {
      pieces.push({ box: element.getBoundingClientRect(), what: nameOf(element), element });
    }
    const { fontVariantNumeric, fontFamily } = getComputedStyle(element);
    for (const node of element.childNodes) {
      const words = node.nodeType === Node.TEXT_NODE ? (node.textContent ?? "").trim() : "";
      if (words === "" || element.matches("option, style, script, title, textarea")) continue;
      if (/\d/.test(words) && !fontVariantNumeric.includes("tabular-nums") && !fontFamily.includes("monospace")) {
        found.add(`The figures of ${nameOf(element)} are not tabular.`);
      }
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width < 1) continue;
        pieces.push({ box, what: `“${words.slice(0, 60)}”`, element });
        cut(box, words, element);
      }
    }
    if (element instanceof HTMLSelectElement) cutChoice(element);
  }

  /** Words that their surroundings do not show whole. @param {Box} box @param {string} words @param {Element} element */
  function cut(box, words, element) {
    for (let at = /** @type {Element | null} */ (element); at; at = around(at)) {
      const { overflowX, overflowY } = getComputedStyle(at);
      const bounds = at.getBoundingClientRect();
      if (/auto|scroll/.test(overflowX + overflowY)) return;
      if (/hidden|clip/.test(overflowX) && (box.right > bounds.right + 1 || box.left < bounds.left - 1)) {
        found.add(`“${words.slice(0, 60)}” is cut off by ${at.localName}${at.className && `.${at.className}`}.`);
        return;
      }
      if (at.matches("dialog")) return;
    }
    if (box.left < -1 || box.right > width + 1) found.add(`“${words.slice(0, 60)}” reaches out of the window.`);
  }

  /** @param {HTMLSelectElement} select */
  function cutChoice(select) {
    const context = document.createElement("canvas").getContext("2d");
    const words = select.selectedOptions[0]?.label ?? "";
    const style = getComputedStyle(select);
    if (!context) return;
    // The shorthand is empty where figures are tabular.
    context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const wanted = context.measureText(words).width;
    if (wanted > room + 1)
      found.add(`The choice “${words}” is cut off: it wants ${Math.ceil(wanted)} px and has ${Math.floor(room)}.`);
  }

  // Overlaps.
  pieces.sort((a, b) => a.box.top - b.box.top);
  pieces.forEach((one, at) => {
    for (let next = at + 1; next < pieces.length; next++) {
      const other = /** @type {Piece} */ (pieces[next]);
      if (other.box.top > one.box.bottom - SLACK) break;
      if (other.box.left > one.box.right - SLACK || other.box.right < one.box.left + SLACK) continue;
      if (other.box.bottom < one.box.top + SLACK) continue;
      if (holds(one.element, other.element) || holds(other.element, one.element)) continue;
      if (!overlap(seenOf(one), seenOf(other))) continue;
      // What stays at its place in the window has the page scroll by below it.
      if (fixedIn(one) !== fixedIn(other)) continue;
      found.add(`${one.what} and ${other.what} overlap.`);
    }
  });

  /** What it stays in while the page scrolls, if anything. @param {Piece} piece */
  function fixedIn({ element }) {
    for (let at = /** @type {Element | null} */ (element); at; at = around(at))
      if (/fixed|sticky/.test(getComputedStyle(at).position)) return at;
    return null;
  }

  /** What is to be seen of it: the rest lies behind the edge of something that scrolls. @param {Piece} piece @returns {Box} */
  function seenOf({ box, element }) {
    let { left, right, top, bottom } = box;
    for (let at = /** @type {Element | null} */ (element); at; at = around(at)) {
      if (getComputedStyle(at).overflow === "visible") continue;
      const bounds = at.getBoundingClientRect();
      [left, right] = [Math.max(left, bounds.left), Math.min(right, bounds.right)];
      [top, bottom] = [Math.max(top, bounds.top), Math.min(bottom, bounds.bottom)];
    }
    return { left, right, top, bottom };
  }

  /** @param {Box} one @param {Box} other */
  function overlap(one, other) {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    return across > SLACK && down > SLACK;
  }

  // Pictures.
  for (const figure of shown.filter((element) => element.localName === "figure")) {
    if (!figure.querySelector("figcaption")?.textContent?.trim()) found.add(`${nameOf(figure)} has no caption.`);
  }
  for (const plot of shown.filter((element) => element.matches(".uplot"))) {
    const chart = nameOf(plot.closest("[role=img]") ?? plot);
    const canvas = plot.querySelector("canvas");
    const over = plot.querySelector(".u-over");
    const context = canvas?.getContext("2d");
    if (!canvas || !over || !context) {
      found.add(`${chart} is not drawn.`);
      continue;
    }
    const outer = canvas.getBoundingClientRect();
    const inner = over.getBoundingClientRect();
    const scale = canvas.width / outer.width;
    /** @param {number} x @param {number} y @param {number} across @param {number} down */
    const isInked = (x, y, across, down) => {
      if (across < 1 || down < 1) return false;
      return context
        .getImageData(x * scale, y * scale, across * scale, down * scale)
        .data.some((value, at) => at % 4 === 3 && value > 0);
    };
    const [left, top] = [inner.left - outer.left, inner.top - outer.top];
    if (!isInked(0, top, left, inner.height)) found.add(`${chart} has no axis at its side.`);
    if (!isInked(left, top + inner.height, inner.width, outer.height - top - inner.height))
      found.add(`${chart} has no axis below.`);
    if (!isInked(left, top, inner.width, inner.height)) found.add(`${chart} is empty.`);
  }
  return [...found];
}
