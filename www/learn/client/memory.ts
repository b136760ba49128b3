/** What a reader has done in a lesson, kept by the browser for this page alone. */

/** Predictions by their block's id: the choice from 1, or the curve's knots. */
export interface Done {
  predictions: Record<string, number | number[]>;
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
    const empty: Done = { predictions: {}, trained: {} };
    try {
      const stored = JSON.parse(localStorage.getItem(this.#key) ?? "null") as Partial<Done> | null;
      const [predictions, trained] = [Object(stored?.predictions), Object(stored?.trained)] as [
        Done["predictions"],
        Done["trained"],
      ];
      const checks = Object.entries(trained).filter(([, check]) => typeof check === "string" && CHECK.test(check));
      return { predictions: { ...predictions }, trained: Object.fromEntries(checks) };
    } catch {
      // No storage, as in a sandbox, or what is in it is of somebody else.
      return empty;
    }
  }

  /** How many of a lesson's predictions are locked, and how many of its runs came to its check. @param runs their checks by their names */
  progress(predictions: readonly string[], runs: ReadonlyMap<string, string>): { locked: number; same: number } {
    const { done } = this;
    return {
      locked: predictions.filter((id) => Object.hasOwn(done.predictions, id)).length,
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
    this.done = { predictions: {}, trained: {} };
    try {
      localStorage.removeItem(this.#key);
    } catch {
      this.keeps = false;
    }
    dispatchEvent(new CustomEvent("lesson-progress"));
  }
}
