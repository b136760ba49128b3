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
  /** Keys of what is chosen; null: what this browser does well. */
  engines: string[] | null;
  networks: string[] | null;
  /** Keys of the engines whose time to accuracy is taken. */
  time: string[] | null;
  /** Seconds after which such a run is given up. */
  limit: number;
  /** The recipe that is trained for that. */
  recipe: string;
  /** Sentences about what was skipped. */
  notices: string[];
}

const RECIPE = "model=lenet5&data=mnist";

interface Range {
  fallback: number;
  min: number;
  max: number;
  integer: boolean;
}

const NUMBERS = {
  seconds: { fallback: 15, min: 0.1, max: 600, integer: false },
  rounds: { fallback: 5, min: 1, max: 50, integer: true },
  every: { fallback: 1, min: 1, max: 100, integer: true },
  batch: { fallback: 64, min: 1, max: 1024, integer: true },
  limit: { fallback: 3600, min: 1, max: 86_400, integer: true },
} satisfies Record<string, Range>;

const LISTS = ["engines", "networks", "time"] as const;

/** Reads the address; throws a sentence about what is not allowed in it. */
export function readSettings(query: string, fragment: string): Settings {
  const parameters = new URLSearchParams(query);
  const known: readonly string[] = [...Object.keys(NUMBERS), ...LISTS];
  const unknown = [...new Set(parameters.keys())].filter((key) => !known.includes(key));
  const list = (key: (typeof LISTS)[number]): string[] | null => {
    const text = parameters.get(key);
    return text === null
      ? null
      : text
          .split(",")
          .map((word) => word.trim())
          .filter(Boolean);
  };
  return {
    seconds: number("seconds", parameters.get("seconds")),
    rounds: number("rounds", parameters.get("rounds")),
    every: number("every", parameters.get("every")),
    batch: number("batch", parameters.get("batch")),
    engines: list("engines"),
    networks: list("networks"),
    time: list("time"),
    limit: number("limit", parameters.get("limit")),
    recipe: fragment.replace(/^#/, "") || RECIPE,
    notices: unknown.map(
      (key) => `The address sets ${key}, which is skipped: the benchmark knows ${known.join(", ")}.`,
    ),
  };
}

function number(key: keyof typeof NUMBERS, text: string | null): number {
  const { fallback, min, max, integer }: Range = NUMBERS[key];
  if (text === null) return fallback;
  const value = text.trim() === "" ? NaN : Number(text);
  if (value >= min && value <= max && (!integer || Number.isInteger(value))) return value;
  throw new Error(`${key}=${text}: it has to be a ${integer ? "whole " : ""}number from ${min} to ${max}.`);
}

/** Those of `all` that `keys` name; throws a sentence about a key that none of them has. */
export function pick<T extends { key: string }>(setting: string, keys: string[], all: readonly T[]): T[] {
  return keys.map((key) => {
    const found = all.find((candidate) => candidate.key === key);
    if (found) return found;
    throw new Error(
      `${setting}=${key}: there is none of that name here. There are ${all.map((candidate) => candidate.key).join(", ")}.`,
    );
  });
}
