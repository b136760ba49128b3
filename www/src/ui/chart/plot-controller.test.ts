import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { FakeHost } from "../controllers/testing.js";
import { loadPlots, PlotController } from "./plot-controller.js";

/** What the plots did, in order. */
let log: string[] = [];

vi.mock("uplot", () => ({
  default: class {
    readonly root = {};

    constructor(options: { width: number }, _data: unknown[], container: FakeContainer) {
      log.push(`made ${options.width} wide`);
      container.content = this.root;
    }

    setData(data: unknown[]): void {
      log.push(`data ${JSON.stringify(data)}`);
    }

    setSize({ width }: { width: number }): void {
      log.push(`${width} wide`);
    }

    destroy(): void {
      log.push("destroyed");
    }
  },
}));

class FakeContainer {
  content: unknown;
  clientHeight = 100;

  constructor(public clientWidth: number) {}

  contains(node: unknown): boolean {
    return node === this.content;
  }
}

let nextFrame: () => void;
let resize: () => void;
let changeTheme: () => void;

beforeAll(loadPlots);
beforeEach(() => {
  log = [];
  let frame: (() => void) | undefined;
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => {
    frame = callback;
    return 1;
  });
  nextFrame = () => {
    frame?.();
    frame = undefined;
  };
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: () => void) {
        resize = callback;
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: (_: string, listener: () => void) => (changeTheme = listener),
    removeEventListener: () => (changeTheme = () => {}),
  }));
});
afterEach(() => void vi.unstubAllGlobals());

function charted(container: FakeContainer) {
  const host = Object.assign(new FakeHost(), { isConnected: true }) as unknown as FakeHost & Element;
  const source = { container, data: [[1], [2]] as [number[], number[]] | null };
  const plot = new PlotController(host, {
    container: () => source.container as unknown as HTMLElement,
    data: () => source.data,
    options: (size) => ({ ...size, series: [] }),
    onDestroy: () => void log.push("gone"),
  });
  host.connect();
  host.update();
  return { host, source, plot };
}

test("a plot is made in the next frame, once, and takes later data", () => {
  const { plot } = charted(new FakeContainer(300));
  plot.draw();
  plot.draw();
  expect(log).toEqual([]);
  nextFrame();
  plot.draw();
  nextFrame();
  expect(log).toEqual(["made 300 wide", "data [[1],[2]]"]);
});

test("without room there is no plot, until there is some; a closed panel leaves it its size", () => {
  const { source } = charted(new FakeContainer(0));
  nextFrame();
  expect(log).toEqual([]);
  source.container.clientWidth = 200;
  resize();
  nextFrame();
  source.container.clientWidth = 0;
  resize();
  source.container.clientWidth = 250;
  resize();
  expect(log).toEqual(["made 200 wide", "250 wide"]);
});

test("another theme, other options and another container make it anew", () => {
  const { host, source, plot } = charted(new FakeContainer(300));
  nextFrame();
  for (const change of [changeTheme, () => plot.redraw()]) {
    log = [];
    change();
    nextFrame();
    expect(log).toEqual(["destroyed", "gone", "made 300 wide"]);
  }
  log = [];
  source.container = new FakeContainer(100);
  host.update();
  plot.draw();
  nextFrame();
  expect(log).toEqual(["destroyed", "gone", "made 100 wide"]);
});

test("it goes with its data, and with its element, and comes back with them", () => {
  const { host, source, plot } = charted(new FakeContainer(300));
  nextFrame();
  source.data = null;
  plot.draw();
  nextFrame();
  expect(plot.exists).toBe(false);
  source.data = [[1], [2]];
  plot.draw();
  nextFrame();
  log = [];
  host.disconnect();
  expect(log).toEqual(["destroyed", "gone"]);
  host.connect();
  nextFrame();
  expect(log).toEqual(["destroyed", "gone", "made 300 wide"]);
});
