/** The axes on which a reader draws a prediction, by mouse, finger or keyboard. */
import { FRAME, HEIGHT, WIDTH, type Scale } from "../plot-frame.js";
import { make } from "./dom.js";
import { completed, KNOTS, lineOf, NO_KNOTS, shareOf, withKnot, withStroke, type Knots, type Spot } from "./knots.js";

const SVG = "http://www.w3.org/2000/svg";

/** The scale that a picture was drawn with. */
export function scaleOf(plot: SVGSVGElement): Scale {
  return JSON.parse(plot.dataset["scale"] ?? "") as Scale;
}

/** Draws a prediction over a picture's curves, in place of the one that was there. */
export function drawOver(plot: SVGSVGElement, heights: readonly number[] | null, scale: Scale): void {
  const group = plot.querySelector(".drawn");
  if (!group) return;
  group.replaceChildren();
  if (!heights) return;
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("class", "curve prediction-curve");
  path.setAttribute("d", lineOf(heights, scale));
  group.append(path);
}

export class Drawing {
  readonly element: HTMLElement;
  readonly #plot: SVGSVGElement;
  readonly #scale: Scale;
  readonly #sliders: HTMLInputElement[];
  #knots: Knots = NO_KNOTS;
  /** Where the stroke is; null while nothing is pressed. */
  #spot: Spot | null = null;

  /**
   * @param revealed the picture with all curves
   * @param hidden the run that is not to be seen
   * @param changed is told whenever something was drawn
   */
  constructor(
    revealed: SVGSVGElement,
    hidden: string,
    readonly changed: () => void,
  ) {
    this.#scale = scaleOf(revealed);
    const plot = revealed.cloneNode(true) as SVGSVGElement;
    plot.querySelector(`[data-run="${hidden}"]`)?.remove();
    plot.querySelector("title")?.remove();
    plot.removeAttribute("aria-labelledby");
    plot.removeAttribute("role");
    plot.setAttribute("aria-hidden", "true");
    plot.classList.add("canvas");
    this.#plot = plot;
    this.#sliders = Array.from({ length: KNOTS }, (_, knot) => this.#slider(knot));
    plot.addEventListener("pointerdown", this.#press);
    plot.addEventListener("pointermove", this.#move);
    plot.addEventListener("pointerup", this.#release);
    plot.addEventListener("pointercancel", this.#release);
    const labels = this.#sliders.map((slider) => make("label", {}, slider.dataset["label"] ?? "", slider));
    const [up, across, legend] = [
      revealed.previousElementSibling,
      revealed.nextElementSibling,
      revealed.parentElement?.querySelector(".legend"),
    ].map((beside) => beside?.cloneNode(true) ?? "");
    if (legend instanceof Element) legend.querySelector(`[data-of="${hidden}"]`)?.remove();
    this.element = make(
      "div",
      { class: "drawing" },
      up ?? "",
      plot,
      across ?? "",
      legend ?? "",
      make(
        "details",
        { class: "points" },
        make("summary", {}, "Set it point by point"),
        make("div", { class: "sliders" }, ...labels),
      ),
    );
  }

  /** What was drawn, to both ends; null where nothing was. */
  get heights(): number[] | null {
    return completed(this.#knots);
  }

  clear(): void {
    this.#change(NO_KNOTS);
  }

  #slider(knot: number): HTMLInputElement {
    const [from, to] = this.#scale.y;
    const [first, last] = this.#scale.x;
    const step = Math.round(first + shareOf(knot) * (last - first));
    const slider = make("input", { type: "range", min: String(from), max: String(to), step: String((to - from) / 50) });
    slider.dataset["label"] = `step ${step}`;
    slider.value = String((from + to) / 2);
    slider.setAttribute("aria-valuetext", "nothing yet");
    slider.addEventListener("input", () =>
      this.#change(withKnot(this.#knots, knot, Number(slider.value), this.#scale)),
    );
    return slider;
  }

  #change(knots: Knots): void {
    this.#knots = knots;
    drawOver(this.#plot, this.heights, this.#scale);
    const heights = this.heights;
    this.#sliders.forEach((slider, knot) => {
      const height = heights?.[knot];
      if (height !== undefined) slider.value = String(height);
      slider.setAttribute("aria-valuetext", height === undefined ? "nothing yet" : `loss ${height.toFixed(2)}`);
    });
    this.changed();
  }

  /** Where a pointer is, in shares of the plot. */
  #spotOf({ clientX, clientY }: PointerEvent): Spot {
    const { left, top, width, height } = this.#plot.getBoundingClientRect();
    const x = ((clientX - left) / width) * WIDTH;
    const y = ((clientY - top) / height) * HEIGHT;
    const share = (value: number): number => Math.min(1, Math.max(0, value));
    return {
      across: share((x - FRAME.left) / (FRAME.right - FRAME.left)),
      up: share((FRAME.bottom - y) / (FRAME.bottom - FRAME.top)),
    };
  }

  readonly #press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#plot.setPointerCapture(event.pointerId);
    this.#spot = this.#spotOf(event);
    this.#change(withStroke(this.#knots, this.#spot, this.#spot, this.#scale));
  };

  readonly #move = (event: PointerEvent): void => {
    if (!this.#spot) return;
    const spot = this.#spotOf(event);
    this.#change(withStroke(this.#knots, this.#spot, spot, this.#scale));
    this.#spot = spot;
  };

  readonly #release = (): void => {
    this.#spot = null;
  };
}
