// The progress of a run: a bar in a terminal, ten lines where the output goes to a file.

const WIDTH = 24;
const REDRAW_MS = 100;
const LINES = 10;

export class Progress {
  readonly #title: string;
  /** What is counted. */
  readonly #unit: string;
  readonly #startedAt = performance.now();
  readonly #isTerminal = process.stderr.isTTY === true;
  /** What was done before: it took none of this time. */
  readonly #from: number;
  #drawnAt = 0;
  #lines = 0;

  constructor(title: string, unit = "step", from = 0) {
    this.#title = title;
    this.#unit = unit;
    this.#from = from;
  }

  show(done: number, total: number, note: string): void {
    const now = performance.now();
    if (this.#isTerminal) {
      if (done < total && now - this.#drawnAt < REDRAW_MS) return;
      this.#drawnAt = now;
      // A line that is wider than the terminal would not be cleared as a whole.
      const line = `${this.#title} ${this.#text(done, total, note)}`.slice(0, (process.stderr.columns || 80) - 1);
      process.stderr.write(`\r\x1b[K${line}`);
    } else if (Math.floor((LINES * done) / total) > this.#lines) {
      this.#lines = Math.floor((LINES * done) / total);
      process.stderr.write(`${this.#title} ${this.#text(done, total, note)}\n`);
    }
  }

  /** Clears the bar, for other lines. */
  end(): void {
    if (this.#isTerminal) process.stderr.write("\r\x1b[K");
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  #text(done: number, total: number, note: string): string {
    const full = Math.round((WIDTH * done) / total);
    const left = done > this.#from ? (this.seconds * (total - done)) / (done - this.#from) : 0;
    const time = done < total ? `, ${left.toFixed(0)} s left` : "";
    return `[${"=".repeat(full)}${" ".repeat(WIDTH - full)}] ${this.#unit} ${done} of ${total}${time}${note}`;
  }
}
