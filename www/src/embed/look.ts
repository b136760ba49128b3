/** How an embed looks and behaves: the query of its address. What it trains is the fragment. */

/** The parts that an embed may show. */
export const PARTS = [
  "curve",
  "accuracy",
  "verdict",
  "pad",
  "filters",
  "maps",
  "attention",
  "mistakes",
  "confusion",
  "samples",
  "code",
  "controls",
  "workers",
] as const;

export type Part = (typeof PARTS)[number];

const STARTS = ["click", "visible", "never"] as const;
const LOADS = ["now", "near", "click"] as const;
const THEMES = ["auto", "light", "dark"] as const;
const BRANDS = ["small", "full"] as const;

/** Values of the recipe by the names of their fields. */
export type Differences = ReadonlyMap<string, string>;

export interface Look {
  /** The parts that are shown. */
  show: ReadonlySet<Part>;
  /** Fields of the recipe that the reader may change, by their names in a link. */
  edit: readonly string[];
  /** When it trains: on a press, once it is in view, or only when the host says so. */
  start: (typeof STARTS)[number];
  /** When the engine is loaded: at once, when the frame comes near, or on a press. */
  load: (typeof LOADS)[number];
  theme: (typeof THEMES)[number];
  /** The step at which it stops first; null to train to the end. */
  until: number | null;
  /** What is different in a second run that is drawn beside the first; null for none. */
  compare: Differences | null;
  /** How large the link to the bench is. */
  brand: (typeof BRANDS)[number];
  /** The language that numbers are written in, as a BCP 47 tag; null for English. */
  lang: string | null;
}

export const DEFAULT_LOOK: Look = {
  show: new Set<Part>(["curve", "accuracy", "verdict"]),
  edit: [],
  start: "click",
  load: "now",
  theme: "auto",
  until: null,
  compare: null,
  brand: "small",
  lang: null,
};

/** A look, and a sentence where something in the query was not understood. Nothing of it stops an embed. */
export interface ReadLook {
  look: Look;
  warning: string | null;
}

/** @param query with or without its question mark */
export function readLook(query: string): ReadLook {
  const wrong: string[] = [];
  const given = new URLSearchParams(query);
  const look: Look = { ...DEFAULT_LOOK };
  const oneOf = <T extends string>(allowed: readonly T[], value: string): T | undefined =>
    allowed.find((each) => each === value);
  for (const [key, value] of given) {
    const isWrong = (): number => wrong.push(`${key}=${value}`);
    if (key === "show") {
      const parts = list(value).map((name) => oneOf(PARTS, name));
      if (parts.includes(undefined)) isWrong();
      look.show = new Set(parts.filter((part) => part !== undefined));
    } else if (key === "edit") {
      look.edit = list(value);
    } else if (key === "start") {
      look.start = oneOf(STARTS, value) ?? (isWrong(), look.start);
    } else if (key === "load") {
      look.load = oneOf(LOADS, value) ?? (isWrong(), look.load);
    } else if (key === "theme") {
      look.theme = oneOf(THEMES, value) ?? (isWrong(), look.theme);
    } else if (key === "brand") {
      look.brand = oneOf(BRANDS, value) ?? (isWrong(), look.brand);
    } else if (key === "until") {
      if (/^[1-9]\d{0,8}$/.test(value)) look.until = Number(value);
      else isWrong();
    } else if (key === "compare") {
      look.compare = differences(value) ?? (isWrong(), look.compare);
    } else if (key === "lang") {
      look.lang = language(value) ?? (isWrong(), look.lang);
    } else {
      isWrong();
    }
  }
  return { look, warning: wrong.length === 0 ? null : `Bunsen: not understood in this address: ${wrong.join(", ")}.` };
}

function list(value: string): string[] {
  return value.split(",").filter(Boolean);
}

/** "skip:off,lr:0.01". A comma in a value is no end of it unless another key follows. Null where that is no list of differences. */
function differences(value: string): Differences | null {
  const pairs = value.split(/,(?=[a-z][\w-]*:)/i).map((text) => /^([a-z][\w-]*):(.*)$/is.exec(text));
  const found = pairs.filter((pair) => pair !== null);
  return found.length === pairs.length ? new Map(found.map(([, key = "", text = ""]) => [key, text])) : null;
}

/** The tag as it is written canonically; null where it is none. */
function language(value: string): string | null {
  try {
    return Intl.getCanonicalLocales(value)[0] ?? null;
  } catch {
    return null;
  }
}
