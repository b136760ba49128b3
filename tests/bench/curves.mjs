// Accuracy over seconds as a picture: plain SVG that reads on light and on dark paper.

const [WIDTH, HEIGHT] = [720, 400];
const PLOT = { left: 64, right: 16, top: 40, bottom: 48 };
const COLOURS = ["#2f6fde", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#a16207"];

/** Round numbers between two, about so many. */
function ticks(from, to, about) {
  const rough = (to - from) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * @param {{ title: string, goals: number[], lines: { name: string, points: { seconds: number, accuracy: number }[] }[] }} curves of which
 *   accuracies are shares of 1; a line for each run, those of one name in one colour
 * @returns {string} SVG
 */
export function curvesPicture({ title, goals, lines }) {
  const all = lines.flatMap(({ points }) => points);
  const longest = Math.max(1, ...all.map(({ seconds }) => seconds));
  const wrong = all.map(({ accuracy }) => 1 - accuracy).filter((share) => share > 0);
  // Errors on a logarithmic axis: the last tenths of a per cent are what is compared.
  const [most, least] = [
    Math.min(1, Math.max(...wrong, 1 - Math.min(...goals)) * 1.2),
    Math.min(...wrong, 1 - Math.max(...goals)) / 1.2,
  ];
  const x = (seconds) => PLOT.left + (seconds / longest) * (WIDTH - PLOT.left - PLOT.right);
  const share = (accuracy) => Math.log(most / Math.max(1 - accuracy, least)) / Math.log(most / least);
  const y = (accuracy) => HEIGHT - PLOT.bottom - share(accuracy) * (HEIGHT - PLOT.top - PLOT.bottom);
  const names = [...new Set(lines.map(({ name }) => name))];
  const colour = (name) => COLOURS[names.indexOf(name) % COLOURS.length];
  const at = (number) => number.toFixed(1);
  const text = (left, top, words, more = "") => `<text x="${at(left)}" y="${at(top)}" ${more}>${escaped(words)}</text>`;
  const rows = goals.flatMap((goal) => [
    `<path d="M${PLOT.left} ${at(y(goal))}H${WIDTH - PLOT.right}" stroke="#8886"/>`,
    text(PLOT.left - 6, y(goal) + 4, `${Number((100 * goal).toFixed(2))} %`, 'text-anchor="end"'),
  ]);
  const columns = ticks(0, longest, 8).map((seconds) =>
    text(x(seconds), HEIGHT - PLOT.bottom + 18, String(seconds), 'text-anchor="middle"'),
  );
  const drawn = lines.flatMap(({ name, points }) => {
    const path = points
      .map(({ seconds, accuracy }, index) => `${index ? "L" : "M"}${at(x(seconds))} ${at(y(accuracy))}`)
      .join("");
    const dots = points.map(
      ({ seconds, accuracy }) =>
        `<circle cx="${at(x(seconds))}" cy="${at(y(accuracy))}" r="3" fill="${colour(name)}"/>`,
    );
    return [`<path d="${path}" stroke="${colour(name)}" stroke-width="1.5"/>`, ...dots];
  });
  const legend = names.map((name, index) =>
    text(PLOT.left + 12, HEIGHT - PLOT.bottom - 14 - 18 * index, name, `fill="${colour(name)}" class="name"`),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="none" role="img" aria-label="${escaped(title)}">`,
    "<style>text{fill:#666}text.name{fill:revert-layer;font-weight:600}</style>",
    text(PLOT.left, 22, title, 'font-weight="600"'),
    ...rows,
    ...columns,
    text(WIDTH - PLOT.right, HEIGHT - 8, "seconds since Train was pressed", 'text-anchor="end"'),
    `<path d="M${PLOT.left} ${PLOT.top}V${HEIGHT - PLOT.bottom}H${WIDTH - PLOT.right}" stroke="#888"/>`,
    ...drawn,
    ...legend,
    "</svg>",
    "",
  ].join("\n");
}
