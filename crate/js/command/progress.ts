// How far a run is: a bar where somebody watches, a line now and then where it is written to a file.

const WIDTH = 24;
const REDRAW_MS = 100;
const LINES = 10;

export class Progress {
  readonly #title: string;
  readonly #began = performance.now();
  readonly #watched = process.stderr.isTTY === true;
  #drawn = 0;
  #lines = 0;

  constructor(title: string) {
    this.#title = title;
  }

  show(done: number, of: number, note: string): void {
    const now = performance.now();
    if (this.#watched) {
      if (done < of && now - this.#drawn < REDRAW_MS) return;
      this.#drawn = now;
      process.stderr.write(`\r\x1b[K${this.#title} ${this.#text(done, of, note)}`);
    } else if (Math.floor((LINES * done) / of) > this.#lines) {
      this.#lines = Math.floor((LINES * done) / of);
      process.stderr.write(`${this.#title} ${this.#text(done, of, note)}\n`);
    }
  }

  /** Makes room for other lines. */
  end(): void {
    if (this.#watched) process.stderr.write("\r\x1b[K");
  }

  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #text(done: number, of: number, note: string): string {
    const full = Math.round((WIDTH * done) / of);
    const left = done > 0 ? (this.seconds * (of - done)) / done : 0;
    const time = done < of ? `, ${left.toFixed(0)} s left` : "";
    return `[${"=".repeat(full)}${" ".repeat(WIDTH - full)}] step ${done} of ${of}${time}${note}`;
  }
}
