/** The panels of the page. One is its folder, and its entry here. */
import type { AppState } from "../state/app-state.js";
import { defineMessage } from "../words/msg.js";

export interface Panel {
  /** The element's tag. */
  tag: string;
  /** Loads what defines the element. */
  load: () => Promise<unknown>;
  /** The name of its region, and its summary where it is closed at first, in English. Without one its heading names it. */
  title?: string;
  /** Whether it is closed at first, under its title: its element is loaded when it is opened. */
  collapsible?: true;
  /** Whether another panel opens it; it closes itself. */
  drawer?: true;
  /** Which columns it fills on a wide screen, where it shares its row with another panel. */
  columns?: "first" | "others" | "wide" | "last";
  /** Whether it lies below what is seen at once: its element is loaded after that stands. */
  below?: true;
  /** While this is not so, it is hidden, and its element is not loaded. */
  isShown?: (state: AppState) => boolean;
}

/** In their order on the page. */
export const PANELS: readonly Panel[] = [
  {
    tag: "stack-editor",
    load: () => import("./stack/stack-editor.js"),
    title: defineMessage("Layers of your network"),
    isShown: ({ recipe }) => recipe.stack !== null,
  },
  { tag: "stage-panel", load: () => import("../stage/stage-panel.js"), title: defineMessage("Stage") },
  {
    tag: "inside-panel",
    load: () => import("./inside/inside-panel.js"),
    title: defineMessage("Layer"),
    drawer: true,
    isShown: ({ panels }) => panels.open.has("inside-panel"),
  },
  {
    tag: "curves-panel",
    load: () => import("./curves/curves-panel.js"),
    title: defineMessage("Training"),
    columns: "wide",
  },
  {
    tag: "settings-panel",
    load: () => import("./recipe/settings-panel.js"),
    title: defineMessage("Settings"),
    columns: "last",
  },
  {
    tag: "training-panel",
    load: () => import("./training/training-panel.js"),
    title: defineMessage("Learning rate, gradients, speed"),
    collapsible: true,
  },
  { tag: "data-panel", load: () => import("./data/data-panel.js"), below: true, columns: "first" },
  { tag: "network-panel", load: () => import("./network/network-panel.js"), below: true, columns: "others" },
  {
    tag: "explorer-panel",
    load: () => import("./explorer/explorer-panel.js"),
    title: defineMessage("Explore the data"),
    collapsible: true,
  },
  {
    tag: "mistakes-panel",
    load: () => import("./mistakes/mistakes-panel.js"),
    title: defineMessage("What it gets wrong"),
    collapsible: true,
  },
  {
    tag: "answers-panel",
    load: () => import("./answers/answers-panel.js"),
    title: defineMessage("Answers for a folder"),
    collapsible: true,
  },
  { tag: "export-panel", load: () => import("./export/export-panel.js"), below: true },
  {
    tag: "storage-panel",
    load: () => import("./storage/storage-panel.js"),
    title: defineMessage("Kept in this browser"),
    collapsible: true,
  },
];

/** Those that are there as soon as the page is. */
export function loadFirst(): Promise<unknown> {
  return Promise.all(
    PANELS.filter(({ collapsible, isShown, below }) => !collapsible && !isShown && !below).map(({ load }) => load()),
  );
}
