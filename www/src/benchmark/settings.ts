/** What the address says: `bench.html?seconds=2&engines=bunsen-cpu#model=lenet5&data=mnist`. */
export interface Settings {
  /** Timed seconds of each engine, in all of its turns together. */
  seconds: number;
  /** Turns that they are spread over. */
  rounds: number;
  /** The loss is read back every so many steps. */
  every: number;
  /** Pictures in a step of LeNet-5. */
  batch: number;
  /** Keys of what is ticked; null: what this browser does well. */
  engines: string[] | null;
  networks: string[] | null;
  /** Keys of the engines whose time to accuracy is taken. */
  time: string[] | null;
  /** The recipe that is trained for that. */
  recipe: string;
  /** Sentences about what was skipped. */
  notices: string[];
}

export const RECIPE = "model=lenet5&data=mnist";

interface Range {
  usual: number;
  least: number;
  most: number;
  whole: boolean;
}

const NUMBERS = {
  seconds: { usual: 15, least: 0.1, most: 600, whole: false },
  rounds: { usual: 5, least: 1, most: 50, whole: true },
  every: { usual: 1, least: 1, most: 100, whole: true },
  batch: { usual: 64, least: 1, most: 1024, whole: true },
} satisfies Record<string, Range>;

const LISTS = ["engines", "networks", "time"] as const;

/** Reads the address; throws a sentence about what is not allowed in it. */
export function readSettings(query: string, fragment: string): Settings {
  const asked = new URLSearchParams(query);
  const known: readonly string[] = [...Object.keys(NUMBERS), ...LISTS];
  const unknown = [...new Set(asked.keys())].filter((key) => !known.includes(key));
  const list = (key: (typeof LISTS)[number]): string[] | null => {
    const text = asked.get(key);
    return text === null
      ? null
      : text
          .split(",")
          .map((word) => word.trim())
          .filter(Boolean);
  };
  return {
    seconds: number("seconds", asked.get("seconds")),
    rounds: number("rounds", asked.get("rounds")),
    every: number("every", asked.get("every")),
    batch: number("batch", asked.get("batch")),
    engines: list("engines"),
    networks: list("networks"),
    time: list("time"),
    recipe: fragment.replace(/^#/, "") || RECIPE,
    notices: unknown.map(
      (key) => `The address sets ${key}, which is skipped: the benchmark knows ${known.join(", ")}.`,
    ),
  };
}

function number(key: keyof typeof NUMBERS, text: string | null): number {
  const { usual, least, most, whole }: Range = NUMBERS[key];
  if (text === null) return usual;
  const value = text.trim() === "" ? NaN : Number(text);
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new Error(`${key}=${text}: it has to be a ${whole ? "whole " : ""}number from ${least} to ${most}.`);
}

/** Which of `all` are asked for; throws a sentence about one that is not there. */
export function pick<T extends { key: string }>(setting: string, asked: string[], all: readonly T[]): T[] {
  return asked.map((key) => {
    const found = all.find((each) => each.key === key);
    if (found) return found;
    throw new Error(
      `${setting}=${key}: there is none of that name here. There are ${all.map((each) => each.key).join(", ")}.`,
    );
  });
}
