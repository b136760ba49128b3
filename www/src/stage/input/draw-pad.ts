import { css, html } from "lit";
import { customElement, query } from "lit/decorators.js";

import { normalize, SIDE } from "./normalize.js";
import { drawStrokes, isSamePlace, PAD, pointIn, type Point } from "./strokes.js";
import { imageDataOf } from "../../pixels.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg } from "../../words/msg.js";

/**
 * A pad to draw a digit on. Fires `drawing` with the 28×28 pixels that the network is given, at most once a frame; null where
 * nothing is drawn.
 */
@customElement("draw-pad")
export class DrawPad extends SignalElement {
  static override styles = css`
    :host {
      display: block;
      border: 1px solid var(--edge);
      border-radius: var(--radius-small);
      overflow: hidden;
      line-height: 0;
    }

    canvas {
      width: 100%;
      height: auto;
      cursor: crosshair;
      touch-action: none;
    }

    @media (prefers-color-scheme: dark) {
      /* The ink is black. */
      canvas {
        filter: invert(0.93);
      }
    }
  `;

  @query("canvas") private canvas!: HTMLCanvasElement;
  #strokes: Point[][] = [];
  #pen: number | undefined;
  /** Where the canvas was when the stroke got its last point. */
  #place: DOMRect | undefined;
  #frame = 0;

  override render() {
    return html`
      <canvas
        width=${PAD}
        height=${PAD}
        role="img"
        aria-label=${msg("Drawing pad. It needs a pointer; “Next image” puts an image here without one.")}
        @pointerdown=${this.#down}
        @pointermove=${this.#move}
        @pointerup=${this.#up}
        @pointercancel=${this.#up}
      ></canvas>
    `;
  }

  clear(): void {
    this.#strokes = [];
    this.#redraw();
  }

  /** Shows an image of the data set, until something is drawn. */
  show(pixels: Uint8Array): void {
    this.#strokes = [];
    this.#redraw();
    const small = new OffscreenCanvas(SIDE, SIDE);
    small.getContext("2d")?.putImageData(imageDataOf(pixels, 1, SIDE, SIDE), 0, 0);
    this.#context()?.drawImage(small, 0, 0, PAD, PAD);
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || this.#pen !== undefined) return;
    this.#pen = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.#place = this.canvas.getBoundingClientRect();
    this.#strokes.push([pointIn(this.#place, event)]);
    this.#schedule();
  }

  #move(event: PointerEvent): void {
    if (event.pointerId !== this.#pen) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    const place = this.canvas.getBoundingClientRect();
    // The pad went from under the pen, as where the window's size changed: a line to where it is now nobody has drawn.
    if (this.#place && !isSamePlace(place, this.#place)) this.#strokes.push([]);
    this.#place = place;
    for (const move of moves.length > 0 ? moves : [event]) this.#strokes.at(-1)?.push(pointIn(place, move));
    this.#schedule();
  }

  #up(event: PointerEvent): void {
    if (event.pointerId === this.#pen) this.#pen = undefined;
  }

  #schedule(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#strokes.length === 0) return;
      this.#redraw();
      this.#emit(this.#pixels());
    });
  }

  #redraw(): void {
    const context = this.#context();
    if (context) drawStrokes(context, this.#strokes);
  }

  #pixels(): Float32Array | null {
    const image = this.#context()?.getImageData(0, 0, PAD, PAD).data;
    if (!image) return null;
    const ink = new Uint8Array(PAD * PAD);
    for (let at = 0; at < ink.length; at++) ink[at] = image[4 * at + 3]!;
    return normalize(ink, PAD);
  }

  #context(): CanvasRenderingContext2D | null {
    return this.canvas.getContext("2d", { willReadFrequently: true });
  }

  #emit(pixels: Float32Array | null): void {
    this.dispatchEvent(new CustomEvent<Float32Array | null>("drawing", { detail: pixels }));
  }
}
