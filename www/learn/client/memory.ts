/** What a reader has done in a lesson, kept by the browser for this page alone. */

/** Predictions by their block's id: the choice from 1, or the curve's knots. */
export interface Done {
  predictions: Record<string, number | number[]>;
  /** Blocks whose outcome was shown without a prediction. */
  shown: string[];
  /** Runs that were trained here to the lesson's check, by their names: the check, which a later lesson may have changed. */
  trained: Record<string, string>;
}

const PREFIX = "bunsen-lesson-";
const CHECK = /^[0-9a-f]{16}$/;

export class Memory {
  readonly #key: string;
  /** Whether the browser keeps what is done. */
  keeps = true;
  done: Done;

  constructor(lesson: string) {
    this.#key = `${PREFIX}${lesson}`;
    this.done = this.#read();
  }

  #read(): Done {
    const empty: Done = { predictions: {}, shown: [], trained: {} };
    try {
      const stored = JSON.parse(localStorage.getItem(this.#key) ?? "null") as Partial<Done> | null;
      const [predictions, trained] = [Object(stored?.predictions), Object(stored?.trained)] as [
        Done["predictions"],
        Done["trained"],
      ];
      const checks = Object.entries(trained).filter(([, check]) => typeof check === "string" && CHECK.test(check));
      const shown = Array.isArray(stored?.shown) ? stored.shown.filter((id) => typeof id === "string") : [];
      return { predictions: { ...predictions }, shown, trained: Object.fromEntries(checks) };
    } catch {
      // No storage, as in a sandbox, or what is in it is of somebody else.
      return empty;
    }
  }

  /**
   * How many of a lesson's predictions are locked, how many were looked at without one, and how many of its runs came to its check.
   *
   * @param runs their checks by their names
   */
  progress(
    predictions: readonly string[],
    runs: ReadonlyMap<string, string>,
  ): { locked: number; shown: number; same: number } {
    const { done } = this;
    const isLocked = (id: string): boolean => Object.hasOwn(done.predictions, id);
    return {
      locked: predictions.filter(isLocked).length,
      shown: predictions.filter((id) => !isLocked(id) && done.shown.includes(id)).length,
      same: [...runs].filter(([run, check]) => done.trained[run] === check).length,
    };
  }

  /** Keeps it as it is now. */
  keep(): void {
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.done));
    } catch {
      this.keeps = false;
    }
    dispatchEvent(new CustomEvent("lesson-progress"));
  }

  forget(): void {
    this.done = { predictions: {}, shown: [], trained: {} };
    try {
      localStorage.removeItem(this.#key);
    } catch {
      this.keeps = false;
    }
    dispatchEvent(new CustomEvent("lesson-progress"));
  }
}
