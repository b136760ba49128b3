/** What a reader has done in a lesson, kept by the browser for this page alone. */

/** Predictions by their block's id: the choice from 1, or the curve's knots. */
export interface Done {
  predictions: Record<string, number | number[]>;
  /** Runs that were trained here, by their names, and whether the check was the lesson's. */
  trained: Record<string, boolean>;
}

export class Memory {
  readonly #key: string;
  /** Whether the browser keeps what is done. */
  keeps = true;
  done: Done;

  constructor(lesson: string) {
    this.#key = `bunsen-lesson-${lesson}`;
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
      return { predictions: { ...predictions }, trained: { ...trained } };
    } catch {
      // No storage, as in a sandbox, or what is in it is of somebody else.
      return empty;
    }
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
