// Where a command says what it has to say.

/** The standard output for people; with `--json` that is for one object alone, and all else goes to the standard error. */
export interface Output {
  /** A line. */
  say(text: string): void;
  /** The object, where one was asked for. Settles once it is written: the process may end then. */
  tell(value: object): Promise<void>;
}

export function outputOf(asJson: boolean): Output {
  if (!asJson) return { say: (text) => console.log(text), tell: async () => {} };
  return {
    say: (text) => console.error(text),
    tell: (value) => new Promise((done) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`, () => done())),
  };
}
