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
] as const;

export type Part = (typeof PARTS)[number];

const STARTS = ["click", "visible", "never"] as const;
const LOADS = ["now", "near", "click"] as const;
const THEMES = ["auto", "light", "dark"] as const;
const BRANDS = ["small", "full"] as const;

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
  /** How large the link to the bench is. */
  brand: (typeof BRANDS)[number];
}

export const DEFAULT_LOOK: Look = {
  show: new Set<Part>(["curve", "accuracy", "verdict"]),
  edit: [],
  start: "click",
  load: "now",
  theme: "auto",
  until: null,
  brand: "small",
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
    } else {
      isWrong();
    }
  }
  return { look, warning: wrong.length === 0 ? null : `Bunsen: not understood in this address: ${wrong.join(", ")}.` };
}

function list(value: string): string[] {
  return value.split(",").filter(Boolean);
}
