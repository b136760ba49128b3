/** A picture of recorded runs in the page itself, in the colours of the reader's theme. The page's script draws a prediction over it. */
import { ticks } from "../src/figure/ticks.js";
import { pointsOf } from "../src/stories/curve.js";
import { escaped, tag } from "./html.js";
import { FRAME, HEIGHT, WIDTH, type Scale } from "./plot-frame.js";
import { LOOKS } from "./run-file.js";
import type { KnownRun } from "./runs.js";

/** More marks on a logarithmic axis are not told apart on a phone. */
const MOST_POWERS = 6;

/** What is drawn of a run. */
export type Quantity = "loss" | "gradient" | "shift";

export interface Plot {
  runs: readonly KnownRun[];
  quantity: Quantity;
  /** What it shows, for those who do not see it. */
  alt: string;
  /** Ids within a page are one each. */
  id: string;
  /** The run whose curve is left out, and its recipe's: its axes stay as they are with it. */
  without?: string | undefined;
}

const LABELS: Readonly<Record<Quantity, { across: string; up: string }>> = {
  loss: { across: "training step", up: "training loss" },
  gradient: { across: "convolution, from the image on", up: "norm of the loss’s gradient by its weights" },
  shift: { across: "pixels that each test image is moved by", up: "test images that are right, in percent" },
};

interface Curve {
  run: KnownRun;
  /** Runs of a recipe look alike. */
  look: number;
  /** Whether it is the recipe's first: the others are drawn faint. */
  isFirst: boolean;
  points: Points;
}

/** The figure's picture and its legend. */
export function plotOf({ runs, quantity, alt, id, without }: Plot): string {
  const all = curvesOf(runs, quantity);
  const scale = scaleOf(all, quantity);
  const hidden = all.find(({ run }) => run.name === without)?.run.title;
  const curves = all.filter(({ run }) => run.title !== hidden);
  const { left, right, top, bottom } = FRAME;
  const [x, y] = [
    (value: number) => place(value, scale.x, left, right),
    (value: number) => place(value, scale.y, bottom, top, scale.isLog),
  ];
  const drawn = curves.map(({ run, look, isFirst, points }) =>
    tag(
      "path",
      {
        class: `curve look-${look}${isFirst ? "" : " faint"}`,
        "data-run": run.name,
        "data-end": points.at(-1)?.[1],
        d: pathOf(points, x, y),
      },
      "",
    ),
  );
  const { across, up } = LABELS[quantity];
  const svg = tag(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-labelledby": `${id}-alt`,
      class: "plot",
      "data-scale": JSON.stringify(scale),
    },
    [
      `<title id="${escaped(id)}-alt">${escaped(alt)}</title>`,
      ...gridAcross(scale, x),
      ...gridUp(scale, y),
      `<path class="axis" d="M${left} ${top}V${bottom}H${right}"></path>`,
      `<svg x="0" y="${top - 2}" width="${WIDTH}" height="${bottom - top + 4}" viewBox="0 ${top - 2} ${WIDTH} ${bottom - top + 4}">${drawn.join("")}<g class="drawn"></g></svg>`,
    ].join(""),
  );
  return `<p class="axis-name">${up}</p>${svg}<p class="axis-name across">${across}</p>${legendOf(curves)}`;
}

type Points = readonly (readonly [x: number, y: number])[];

const pointsBy: Readonly<Record<Quantity, (run: KnownRun) => Points>> = {
  loss: ({ curve }) => [[0, curve.losses[0] ?? NaN], ...pointsOf(curve)],
  gradient: ({ gradients = [] }) => gradients.map((norm, layer) => [layer + 1, norm]),
  shift: ({ shifted = [] }) => shifted.map((share, pixels) => [pixels, 100 * share]),
};

/** The look of each recipe by its title: its own, or the first that is free. */
function looksOf(runs: readonly KnownRun[]): ReadonlyMap<string, number> {
  const looks = new Map(runs.flatMap(({ title, look }) => (look === undefined ? [] : [[title, look] as const])));
  for (const { title } of runs) {
    if (looks.has(title)) continue;
    const taken = new Set(looks.values());
    looks.set(title, Array.from({ length: LOOKS }, (_, look) => look).find((look) => !taken.has(look)) ?? LOOKS - 1);
  }
  return looks;
}

function curvesOf(runs: readonly KnownRun[], quantity: Quantity): Curve[] {
  const looks = looksOf(runs);
  return runs.map((run, at) => ({
    run,
    look: looks.get(run.title) ?? 0,
    isFirst: runs.findIndex(({ title }) => title === run.title) === at,
    points: pointsBy[quantity](run),
  }));
}

function scaleOf(curves: readonly Curve[], quantity: Quantity): Scale {
  const all = curves.flatMap(({ points }) => points);
  const [across, up] = [all.map(([x]) => x), all.map(([, y]) => y).filter((value) => value > 0)];
  const x: [number, number] = [quantity === "gradient" ? 1 : 0, Math.max(...across)];
  if (quantity === "shift") return { x, y: [0, 100], isLog: false };
  if (quantity === "loss") return { x, y: [0, Math.ceil(2 * Math.max(...up)) / 2], isLog: false };
  const powers = [Math.floor(Math.log10(Math.min(...up))), Math.ceil(Math.log10(Math.max(...up)))] as const;
  return { x, y: [10 ** powers[0], 10 ** powers[1]], isLog: true };
}

function place(
  value: number,
  [from, to]: readonly [number, number],
  start: number,
  end: number,
  isLog = false,
): number {
  const at = isLog ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
  return Math.round(10 * (start + at * (end - start))) / 10;
}

function pathOf(points: Points, x: (value: number) => number, y: (value: number) => number): string {
  return points.map(([across, up], at) => `${at === 0 ? "M" : "L"}${x(across)} ${y(up)}`).join("");
}

function gridAcross({ x: [from, to] }: Scale, x: (value: number) => number): string[] {
  const { bottom } = FRAME;
  return ticks(from, to, 5).map(
    (tick) =>
      `<path class="axis" d="M${x(tick)} ${bottom}v5"></path><text class="across" x="${x(tick)}" y="${bottom + 24}">${tick}</text>`,
  );
}

function gridUp({ y: [from, to], isLog }: Scale, y: (value: number) => number): string[] {
  const { left, right } = FRAME;
  return (isLog ? powers(from, to) : ticks(from, to, 4)).map(
    (tick) =>
      `<path class="grid" d="M${left} ${y(tick)}H${right}"></path><text class="up" x="${left - 8}" y="${y(tick) + 5}">${isLog ? powerOf(tick) : tick}</text>`,
  );
}

/** Powers of ten, evenly, with 1 among them where it is there: the axis has a mark that everybody knows. */
function powers(from: number, to: number): number[] {
  const [first, last] = [Math.round(Math.log10(from)), Math.round(Math.log10(to))];
  const every = Math.ceil((last - first) / MOST_POWERS);
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
    .filter((power) => power % every === 0)
    .map((power) => 10 ** power);
}

/** A power of ten: 10⁻⁶, with its exponent raised. */
function powerOf(tick: number): string {
  const power = Math.round(Math.log10(tick));
  return power === 0 ? "1" : `10<tspan dy="-5" class="raised">${String(power).replace("-", "−")}</tspan>`;
}

/** The recipes by their looks; a lesson's words stand below. */
function legendOf(curves: readonly Curve[]): string {
  const entries = curves
    .filter(({ isFirst }) => isFirst)
    .map(({ run, look }) => {
      const seeds = curves.filter((curve) => curve.look === look).length;
      const many = seeds > 1 ? ` (${seeds} seeds)` : "";
      return `<li data-of="${run.name}"><svg viewBox="0 0 28 10" aria-hidden="true"><path class="curve look-${look}" d="M1 5H27"></path></svg>${escaped(run.title)}${many}</li>`;
    });
  return `<ul class="legend">${entries.join("")}</ul>`;
}
