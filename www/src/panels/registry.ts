/** The panels of the page. One is its folder, and its entry here. */
import type { Bench } from "../bench/bench.js";
import type { State } from "../bench/state.js";
import { FIRST_INSPECTION } from "./inside/inspection.js";

export interface Panel {
  /** The element's tag. */
  tag: string;
  /** Loads what defines the element. */
  load: () => Promise<unknown>;
  /** The name of its region, and its summary where it is closed at first. Without one its heading names it. */
  title?: string;
  /** Whether it is closed at first, under its title: its element is loaded when it is opened. */
  collapsible?: true;
  /** Which columns it fills on a wide screen, where it shares its row with another panel. */
  columns?: "first" | "others";
  /** While this is not so, it is hidden, and its element is not loaded. */
  isShown?: (state: State) => boolean;
  /** Whether it is open, where the bench knows that. */
  isOpen?: (state: State) => boolean;
  /** A person opened or closed it. */
  onToggle?: (bench: Bench, open: boolean) => void;
}

/** In their order on the page. */
export const PANELS: readonly Panel[] = [
  {
    tag: "stack-editor",
    load: () => import("./stack/stack-editor.js"),
    title: "Layers of your network",
    isShown: ({ stack }) => stack !== null,
  },
  { tag: "curves-panel", load: () => import("./curves/curves-panel.js"), title: "Training" },
  { tag: "try-panel", load: () => import("./try/try-panel.js"), title: "Try it yourself" },
  {
    tag: "training-panel",
    load: () => import("./training/training-panel.js"),
    title: "The training itself",
    collapsible: true,
  },
  {
    tag: "runs-panel",
    load: () => import("./runs/runs-panel.js"),
    title: "Runs side by side",
    collapsible: true,
    onToggle: ({ runs }, open) => open && void runs.load(),
  },
  { tag: "data-panel", load: () => import("./data/data-panel.js"), columns: "first" },
  { tag: "network-panel", load: () => import("./network/network-panel.js"), columns: "others" },
  {
    tag: "explorer-panel",
    load: () => import("./explorer/explorer-panel.js"),
    title: "Explore the data",
    collapsible: true,
  },
  {
    tag: "inside-panel",
    load: () => import("./inside/inside-panel.js"),
    title: "Inside the network",
    collapsible: true,
    isOpen: ({ insideWish }) => insideWish !== null,
    onToggle: ({ looking }, open) => looking.inside(open ? FIRST_INSPECTION : null),
  },
  {
    tag: "mistakes-panel",
    load: () => import("./mistakes/mistakes-panel.js"),
    title: "What it gets wrong",
    collapsible: true,
    isOpen: ({ wantsAnswers }) => wantsAnswers,
    onToggle: ({ looking }, open) => looking.wantAnswers(open),
  },
  { tag: "export-panel", load: () => import("./export/export-panel.js") },
];

/** Those that are there as soon as the page is. */
export function loadFirst(): Promise<unknown> {
  return Promise.all(PANELS.filter(({ collapsible, isShown }) => !collapsible && !isShown).map(({ load }) => load()));
}
