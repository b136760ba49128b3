/** Keeps the screen on while a run trains, where a person wishes it. */
import { effect, signal } from "@preact/signals-core";

import type { AppState } from "../../state/app-state.js";
import { isLocked } from "../../state/run-state.js";

/** Where the wish is kept. */
const KEY = "bunsen-keep-screen-on";

export const canKeepScreenOn = (): boolean => "wakeLock" in navigator;

export class WakeLock {
  readonly #wish = signal(read());
  readonly #stop: () => void;
  #lock: WakeLockSentinel | null = null;
  #isWanted = false;

  constructor(state: AppState) {
    const stopEffect = effect(() => {
      this.#isWanted = this.#wish.value && isLocked(state.run);
      void this.#apply();
    });
    // The browser takes the lock away from a page that is out of view.
    const again = (): void => void this.#apply();
    document.addEventListener("visibilitychange", again);
    this.#stop = () => {
      stopEffect();
      document.removeEventListener("visibilitychange", again);
      this.#isWanted = false;
      void this.#apply();
    };
  }

  get wish(): boolean {
    return this.#wish.value;
  }

  set wish(on: boolean) {
    this.#wish.value = on;
    try {
      localStorage.setItem(KEY, String(on));
    } catch {
      // Without storage the wish holds for this visit.
    }
  }

  dispose(): void {
    this.#stop();
  }

  async #apply(): Promise<void> {
    if (this.#isWanted && !this.#lock && document.visibilityState === "visible") {
      try {
        const lock = await navigator.wakeLock.request("screen");
        lock.addEventListener("release", () => {
          if (this.#lock === lock) this.#lock = null;
        });
        this.#lock = lock;
      } catch {
        // A browser that saves its battery refuses; the run goes on all the same.
      }
    }
    if (!this.#isWanted && this.#lock) await this.#lock.release();
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(KEY) === "true";
  } catch {
    return false;
  }
}
