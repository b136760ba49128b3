import { effect } from "@preact/signals-core";
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type uPlot from "uplot";

import { ThemeController } from "../controllers/theme.js";
import { languageNow } from "../../words/catalogue.js";

interface Source {
  /** The element that the plot fills; null while there is none. */
  container: () => HTMLElement | null;
  /** What is drawn; null for nothing, and the plot goes. */
  data: () => uPlot.AlignedData | null;
  /** How it is drawn, read when the plot is made: at first, and in another theme or language. */
  options: (size: { width: number; height: number }) => uPlot.Options;
  /** The plot went. */
  onDestroy?: () => void;
}

/** uPlot itself, once something is to be drawn: what is seen at once has no curve yet. */
let library: typeof uPlot | undefined;
let loading: Promise<void> | undefined;

/** Loads it. Where that fails, the next drawing tries again. */
export function loadPlots(): Promise<void> {
  loading ??= import("uplot").then(
    (module) => {
      library = module.default;
    },
    () => {
      loading = undefined;
    },
  );
  return loading;
}

/** The life of an element's uPlot: made once there is room, sized as its container is, made anew for another theme or language. */
export class PlotController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #source: Source;
  #plot: uPlot | undefined;
  #observed: HTMLElement | null = null;
  #frame = 0;
  #stop: (() => void) | undefined;
  readonly #resize = new ResizeObserver(() => this.#fit());

  constructor(host: ReactiveControllerHost & Element, source: Source) {
    this.#host = host;
    this.#source = source;
    host.addController(this);
    new ThemeController(host, () => this.redraw());
  }

  get exists(): boolean {
    return this.#plot !== undefined;
  }

  hostConnected(): void {
    // Taken out of the document and put back in: the plot went, and nothing else asks for it.
    this.draw();
    let isFirst = true;
    this.#stop = effect(() => {
      // Its axes have names.
      languageNow();
      if (!isFirst) this.redraw();
      isFirst = false;
    });
  }

  hostUpdated(): void {
    const container = this.#source.container();
    if (container === this.#observed) return;
    this.#resize.disconnect();
    this.#observed = container;
    if (container) this.#resize.observe(container);
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#resize.disconnect();
    this.#observed = null;
    this.#destroy();
  }

  /** Shows the data as they are in the next frame: once, however often it is called before. */
  draw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawNow();
    });
  }

  /** Puts the cursor at a place across, or away. */
  point(place: number | null): void {
    const plot = this.#plot;
    if (!plot) return;
    const left = place === null ? -10 : plot.valToPos(place, "x");
    plot.setCursor({ left, top: place === null ? -10 : plot.bbox.height / 2 / (devicePixelRatio || 1) });
  }

  /** The same with options that are read anew. */
  redraw(): void {
    this.#destroy();
    this.draw();
  }

  #drawNow(): void {
    if (!this.#host.isConnected) return;
    const container = this.#source.container();
    const data = container && this.#source.data();
    if (!data) return this.#destroy();
    // A container that was rendered anew has no plot in it.
    if (this.#plot && !container.contains(this.#plot.root)) this.#destroy();
    if (this.#plot) return this.#plot.setData(data);
    if (!library) {
      void loadPlots().then(() => {
        if (library) this.draw();
      });
      return;
    }
    const { clientWidth: width, clientHeight: height } = container;
    if (width > 0) this.#plot = new library(this.#source.options({ width, height }), data, container);
  }

  #fit(): void {
    if (!this.#plot) return this.draw();
    const { clientWidth: width = 0, clientHeight: height = 0 } = this.#observed ?? {};
    // In a closed panel it keeps its size.
    if (width > 0) this.#plot.setSize({ width, height });
  }

  #destroy(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#source.onDestroy?.();
  }
}
