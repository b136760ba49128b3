// Random changes to training images, in Rust: what Bunsen's augmentation does, with other random numbers.

import type { Recipe } from "./recipe.js";

const WORDS: Record<string, string> = {
  shift: "shifted by up to 2 pixels",
  rotate: "turned by up to 10 degrees",
  elastic: "distorted (Simard and others, 2003)",
  crop: "cropped to its size after padding by 4",
  reflected: "cropped to its size after padding by 4 with its reflection",
  flip: "half of them mirrored",
  cutout: "a square of half the side blank (DeVries and Taylor, 2017)",
};

const WARP = ["shift", "rotate", "elastic"];

/** The method `changed` of the examples; nothing where a recipe has no augmentation. */
export function changed({ augmentations, reflects }: Recipe): string {
  if (augmentations.length === 0) return "";
  const among = (name: string): boolean => augmentations.includes(name);
  const warp = `            let (sin, cos) = ${among("rotate") ? "((2.0 * random() - 1.0) * 10f32.to_radians()).sin_cos()" : "(0f32, 1f32)"};
            let [down, right] = ${among("shift") ? "[4.0 * random() - 2.0, 4.0 * random() - 2.0]" : "[0f32; 2]"};
            let middle = [(ROWS as f32 - 1.0) / 2.0, (COLUMNS as f32 - 1.0) / 2.0];
            let before = image.to_vec();
            for (at, pixel) in image.iter_mut().enumerate() {
                let (row, column) = (at / COLUMNS % ROWS, at % COLUMNS);
                let (y, x) = (row as f32 - middle[0] - down, column as f32 - middle[1] - right);
                let ${among("elastic") ? "mut " : ""}from = [middle[0] + cos * y - sin * x, middle[1] + sin * y + cos * x];
${among("elastic") ? "                bend(&nodes[which * 2 * NODES * NODES..][..2 * NODES * NODES], [row, column], &mut from);\n" : ""}                *pixel = between(&before[at / (ROWS * COLUMNS) * ROWS * COLUMNS..], from);
            }
`;
  const crop = `            let (top, left) = ((9.0 * random()) as usize, (9.0 * random()) as usize);
            let before = image.to_vec();
            for (at, pixel) in image.iter_mut().enumerate() {
                let (y, x) = (at / COLUMNS % ROWS + top, at % COLUMNS + left);
                let inside = (4..ROWS + 4).contains(&y) && (4..COLUMNS + 4).contains(&x);
                let plane = at / (ROWS * COLUMNS) * ROWS * COLUMNS;
                *pixel = if inside { before[plane + (y - 4) * COLUMNS + x - 4] } else { 0 };
            }
`;
  const reflected = `            let (top, left) = ((9.0 * random()) as usize, (9.0 * random()) as usize);
            let before = image.to_vec();
            let seen = |at: usize, side: usize| at.abs_diff(4).min((2 * side - 2).saturating_sub(at.abs_diff(4)));
            for (at, pixel) in image.iter_mut().enumerate() {
                let plane = at / (ROWS * COLUMNS) * ROWS * COLUMNS;
                let (y, x) = (seen(at / COLUMNS % ROWS + top, ROWS), seen(at % COLUMNS + left, COLUMNS));
                *pixel = before[plane + y * COLUMNS + x];
            }
`;
  const flip = `            if random() < 0.5 {
                image.chunks_exact_mut(COLUMNS).for_each(<[u8]>::reverse);
            }
`;
  const cutout = `            let span = |side: usize, at: usize| at.saturating_sub(side / 4)..(at + side / 2 - side / 4).min(side);
            let rows = span(ROWS, (random() * ROWS as f32) as usize);
            let columns = span(COLUMNS, (random() * COLUMNS as f32) as usize);
            for (at, row) in image.chunks_exact_mut(COLUMNS).enumerate() {
                if rows.contains(&(at % ROWS)) {
                    row[columns.clone()].fill(0);
                }
            }
`;
  const steps = [
    WARP.some(among) && warp,
    among("crop") && (reflects ? reflected : crop),
    among("flip") && flip,
    among("cutout") && cutout,
  ];
  const drawsOf = { shift: 2, rotate: 1, crop: 2, flip: 1, cutout: 2 };
  const drawCount = Object.entries(drawsOf).reduce((sum, [name, count]) => sum + (among(name) ? count : 0), 0);
  const words = Object.keys(WORDS)
    .filter(among)
    .map((name) => WORDS[name === "crop" && reflects ? "reflected" : name]);
  const uniform =
    drawCount > 0
      ? `        let draws = Tensor::<1>::random([${drawCount} * count], Distribution::Default, device).into_data();
        let mut draws = draws.iter::<f32>().collect::<Vec<_>>().into_iter();
        let mut random = || draws.next().unwrap_or_default();
`
      : "";
  const nodes = among("elastic")
    ? `        let nodes = Tensor::<1>::random([count * 2 * NODES * NODES], Distribution::Normal(0.0, 0.09), device).into_data();
        let nodes: Vec<f32> = nodes.iter::<f32>().collect();
`
    : "";
  return `
    /// The same, each image changed at random: ${words.join(", ")}.
    fn changed(mut self, device: &Device) -> Self {
        let count = self.labels.len();
${uniform}${nodes}        for ${among("elastic") ? "(which, image)" : "image"} in self.pixels.chunks_exact_mut(PIXELS)${among("elastic") ? ".enumerate()" : ""} {
${steps.filter((step) => step !== false).join("")}        }
        self
    }
`;
}

/** The functions that `changed` needs. */
export function augmenting({ augmentations }: Recipe): string[] {
  const warps = WARP.some((name) => augmentations.includes(name));
  return [...(warps ? [BETWEEN] : []), ...(augmentations.includes("elastic") ? [BEND] : [])];
}

const BETWEEN = `/// The value at a place between pixels, from the four around it; 0 outside.
fn between(plane: &[u8], [y, x]: [f32; 2]) -> u8 {
    let (top, left) = (y.floor(), x.floor());
    let pixel = |row: f32, column: f32| {
        let inside = row >= 0.0 && column >= 0.0 && row < ROWS as f32 && column < COLUMNS as f32;
        if inside { f32::from(plane[row as usize * COLUMNS + column as usize]) } else { 0.0 }
    };
    let (v, u) = (y - top, x - left);
    let upper = pixel(top, left) * (1.0 - u) + pixel(top, left + 1.0) * u;
    let lower = pixel(top + 1.0, left) * (1.0 - u) + pixel(top + 1.0, left + 1.0) * u;
    (upper * (1.0 - v) + lower * v + 0.5) as u8
}
`;

const BEND = `/// Nodes of a distortion in each direction.
const NODES: usize = 7;

/// Moves a place by what the nodes around it say: \`[2, NODES, NODES]\`, downwards and to the right, in parts of the side.
fn bend(nodes: &[f32], [row, column]: [usize; 2], place: &mut [f32; 2]) {
    let (rows, columns) = (spline(row, ROWS), spline(column, COLUMNS));
    for (which, (place, side)) in place.iter_mut().zip([ROWS, COLUMNS]).enumerate() {
        for (i, down) in rows.1.iter().enumerate() {
            for (j, right) in columns.1.iter().enumerate() {
                let node = nodes[(which * NODES + rows.0 + i) * NODES + columns.0 + j];
                *place += node * down * right * side as f32;
            }
        }
    }
}

/// The first of the four nodes that a place sees, and how much of each: the uniform cubic B-spline.
fn spline(place: usize, side: usize) -> (usize, [f32; 4]) {
    let at = (place as f32 + 0.5) / side as f32 * (NODES - 3) as f32;
    let first = (at as usize).min(NODES - 4);
    let t = at - first as f32;
    let weights = [
        (1.0 - t).powi(3),
        3.0 * t.powi(3) - 6.0 * t.powi(2) + 4.0,
        -3.0 * t.powi(3) + 3.0 * t.powi(2) + 3.0 * t + 1.0,
        t.powi(3),
    ];
    (first, weights.map(|weight| weight / 6.0))
}
`;
