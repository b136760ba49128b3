/** A prediction: once it is locked it stays, and what happened is shown with it. */
import { buttonOf, make } from "./dom.js";
import { Drawing, drawOver, scaleOf } from "./drawing.js";
import { readKnots } from "./knots.js";
import type { Memory } from "./memory.js";
import { Veil } from "./veil.js";

/** Puts the means to predict into a block, in place of the way around it. */
export function setUpPrediction(block: HTMLElement, memory: Memory): void {
  const reveal = block.querySelector<HTMLDetailsElement>("details.reveal");
  const plot = reveal?.querySelector<SVGSVGElement>("svg.plot");
  if (!reveal || !plot) return;
  const hidden = block.dataset["draw"];
  const said = make("p", { class: "said-of-it", role: "status" });
  const lock = buttonOf("Lock my prediction", () => locked(), { class: "primary" });
  lock.disabled = true;
  const skip = buttonOf("Show without a prediction", () => skipped(), { class: "plain" });
  const again = buttonOf("Predict again", () => reset());
  const input = hidden === undefined ? choices() : drawing(hidden);
  const buttons = make("div", { class: "buttons" }, lock, skip, again);
  const veil = new Veil(block);
  const more = make("p", { class: "hint" }, "The lesson goes on here once you have predicted.");
  reveal.before(input.element, buttons, said, more);

  /** What is chosen or drawn now; null where that is nothing. */
  interface Input {
    element: HTMLElement;
    value: () => number | number[] | null;
    clear: () => void;
    /** What the storage has, where it is a prediction of this block. */
    read: (stored: unknown) => number | number[] | null;
    /** How it compares. */
    say: (value: number | number[]) => string;
  }

  function drawing(run: string): Input {
    const scale = scaleOf(plot!);
    const drawn = new Drawing(plot!, run, () => (lock.disabled = drawn.heights === null));
    const element = make(
      "div",
      {},
      make("p", { class: "hint" }, "Draw the curve on these axes, from left to right."),
      drawn.element,
    );
    return {
      element,
      value: () => drawn.heights,
      clear: () => drawn.clear(),
      read: (stored) => readKnots(stored, scale),
      say: (value) =>
        `Your curve, dotted, ends at a loss of ${(value as number[]).at(-1)!.toFixed(2)}; the run ends at ${endOf(plot!, run).toFixed(2)}.`,
    };
  }

  function choices(): Input {
    const list = block.querySelector("ol.choices")!;
    const inputs = [...list.children].map((item, at) => {
      const input = make("input", { type: "radio", name: `${block.id}-choice`, value: String(at + 1) });
      input.addEventListener("change", () => (lock.disabled = false));
      item.replaceChildren(make("label", {}, input, ...item.childNodes));
      return input;
    });
    list.setAttribute("role", "radiogroup");
    list.setAttribute("aria-labelledby", `${block.id}-ask`);
    for (const item of list.children) item.setAttribute("role", "presentation");
    return {
      element: list as HTMLElement,
      value: () => inputs.findIndex(({ checked }) => checked) + 1 || null,
      clear: () => inputs.forEach((input) => (input.checked = false)),
      read: (stored) => (inputs[Number(stored) - 1] ? Number(stored) : null),
      say: (value) =>
        String(value) === block.dataset["right"]
          ? "You predicted what happened."
          : "Something else happened than you predicted.",
    };
  }

  function locked(): void {
    const value = input.value();
    if (value === null) return;
    unkeep();
    memory.done.predictions[block.id] = value;
    memory.keep();
    show(value);
    again.focus();
  }

  function skipped(): void {
    unkeep();
    memory.done.shown.push(block.id);
    memory.keep();
    show(null);
    again.focus();
  }

  /** Whatever was done with this block before. */
  function unkeep(): void {
    delete memory.done.predictions[block.id];
    memory.done.shown = memory.done.shown.filter((id) => id !== block.id);
  }

  /** Shows what happened. @param value the prediction; null without one */
  function show(value: number | number[] | null): void {
    lock.hidden = skip.hidden = more.hidden = true;
    again.hidden = false;
    veil.set(true);
    reveal!.hidden = false;
    reveal!.open = true;
    input.element.hidden = Array.isArray(value) || (value === null && hidden !== undefined);
    for (const each of input.element.querySelectorAll("input")) each.disabled = true;
    if (typeof value === "number") input.element.querySelectorAll("input")[value - 1]!.checked = true;
    drawOver(plot!, Array.isArray(value) ? value : null, scaleOf(plot!));
    const kept = memory.keeps
      ? ""
      : " This browser keeps nothing for this page: your prediction is forgotten when you leave it.";
    said.textContent = value === null ? "" : `${input.say(value)}${kept}`;
  }

  function reset(): void {
    unkeep();
    memory.keep();
    begin();
    (input.element.querySelector<HTMLElement>("summary, input") ?? skip).focus();
  }

  /** Nothing is predicted yet. */
  function begin(): void {
    lock.hidden = skip.hidden = false;
    again.hidden = true;
    more.hidden = !veil.hidesText;
    veil.set(false);
    reveal!.hidden = true;
    input.element.hidden = false;
    for (const each of input.element.querySelectorAll("input")) each.disabled = false;
    input.clear();
    lock.disabled = true;
    said.textContent = "";
  }

  begin();
  const stored = input.read(memory.done.predictions[block.id]);
  if (stored !== null) show(stored);
  else if (memory.done.shown.includes(block.id)) show(null);
  // Whoever is sent to what is hidden is to see it.
  const follow = (): void => {
    const wanted = location.hash.slice(1);
    if (!reveal.hidden || wanted === "" || !veil.covers(wanted)) return;
    show(null);
    document.getElementById(wanted)?.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();
}

/** The loss at which a run's curve ends, as the picture has it. */
function endOf(plot: SVGSVGElement, run: string): number {
  return Number(plot.querySelector<SVGElement>(`[data-run="${run}"]`)?.dataset["end"]);
}
