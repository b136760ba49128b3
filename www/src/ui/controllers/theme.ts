import type { ReactiveController, ReactiveControllerHost } from "lit";

import { isDark } from "../theme.js";

/** Tells an element that draws on a canvas when the theme changes: style sheets follow by themselves, pixels do not. */
export class ThemeController implements ReactiveController {
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #onChange: () => void;

  /** @param onChange by default the element updates */
  constructor(host: ReactiveControllerHost, onChange: () => void = () => host.requestUpdate()) {
    this.#onChange = onChange;
    host.addController(this);
  }

  get isDark(): boolean {
    return isDark();
  }

  hostConnected(): void {
    this.#dark.addEventListener("change", this.#onChange);
  }

  hostDisconnected(): void {
    this.#dark.removeEventListener("change", this.#onChange);
  }
}
