/**
 * The front end of a widget, as anywidget wants it: in Jupyter, marimo and MyST it shows `<bunsen-lab>`, and the widget's model has the attributes and
 * what becomes of the run. See docs/embed.md.
 */

import { LOOK, type BunsenLab, type EmbedState } from "../element/element.js";

/** What the build was told; empty where it was told nothing. */
declare const BUNSEN_SITE: string;

/** What is used of a host's model. MyST's throws at what a page without a kernel cannot do. */
interface Model {
  get: (key: string) => unknown;
  set: (key: string, value: unknown) => void;
  save_changes: () => void;
  on: (event: string, listener: () => void) => void;
  off: (event: string, listener: () => void) => void;
}

/** Keys of the model that are attributes of the element. */
const ATTRIBUTES = ["recipe", ...LOOK, "load", "poster"] as const;
/** What else changes how it looks. */
const OTHERS = ["src", "height"] as const;
/** Keys of the model that tell of the run. */
const TOLD = ["phase", "step", "steps", "loss", "accuracy", "check", "link", "verdict"] as const;
/** A run that trains tells all of its losses this often. */
const LOSSES_INTERVAL_MS = 1_000;

/** The place of this file in a copy of the site. Hosts that copy the file elsewhere give it another name. */
const FILE = /pkg(-\w+)?\/widget\.mjs$|(?<=\/v\/[^/]+\/)widget\.mjs$/;
const SITE = FILE.test(import.meta.url) ? import.meta.url.replace(FILE, "") : BUNSEN_SITE;

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const lab = document.createElement("bunsen-lab") as BunsenLab;
  const follow = (): void => dress(lab, model);
  const keys = [...ATTRIBUTES, ...OTHERS];
  follow();
  for (const key of keys) model.on(`change:${key}`, follow);
  tellOf(lab, model);
  el.append(lab);
  return () => {
    lab.remove();
    for (const key of keys) attempt(() => model.off(`change:${key}`, follow));
  };
}

export default { render };

/** Gives the element what the model has. */
function dress(lab: BunsenLab, model: Model): void {
  const set = (name: string, value: unknown): void => {
    const text = textOf(value);
    if (text === null) lab.removeAttribute(name);
    // A new recipe closes the experiment: the same one does not.
    else if (lab.getAttribute(name) !== text) lab.setAttribute(name, text);
  };
  for (const name of ATTRIBUTES) set(name, model.get(name));
  set("src", textOf(model.get("src")) ?? SITE);
  const height = textOf(model.get("height"));
  set("height", height === "auto" ? height : null);
  if (height !== "auto") lab.style.height = height !== null && /^\d+$/.test(height) ? `${height}px` : (height ?? "");
}

/** A value of the model as an attribute; null for none. Lists are those of `show` and `edit`. */
function textOf(value: unknown): string | null {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "number" || (typeof value === "string" && value !== "") ? String(value) : null;
}

/** Tells the model what becomes of the run. */
function tellOf(lab: BunsenLab, model: Model): void {
  const tell = (values: object): void => {
    for (const [key, value] of Object.entries(values)) attempt(() => model.set(key, value));
    attempt(() => model.save_changes());
  };
  let last = -Infinity;
  const tellLosses = async (): Promise<void> => {
    last = performance.now();
    tell({ losses: [...(await lab.losses())] });
  };
  const listen = (name: string, hear: (state: EmbedState) => void): void =>
    lab.addEventListener(`bunsen-${name}`, (event) => hear((event as CustomEvent<EmbedState>).detail));
  for (const name of ["state", "progress", "finish"]) {
    listen(name, (state) => {
      tell({ ...Object.fromEntries(TOLD.map((key) => [key, state[key]])), error: null });
      // An experiment that was closed meanwhile has none.
      if (name !== "progress" || performance.now() > last + LOSSES_INTERVAL_MS) tellLosses().catch(() => {});
    });
  }
  lab.addEventListener("bunsen-error", (event) =>
    tell({ error: (event as CustomEvent<{ message: string }>).detail.message }),
  );
}

/** Does what some hosts cannot: without it, the reader's experiment works all the same. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // MyST's model throws "not implemented".
  }
}
