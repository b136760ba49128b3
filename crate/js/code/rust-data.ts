// The examples of a Rust program: their shape, their scale, and how they are read.

import type { ExportedGraph } from "../cpu/bunsen.js";
import { isLeNet5Of1998 } from "./lenet5-1998.js";
import type { Recipe } from "./recipe.js";
import { changed } from "./rust-augment.js";
import { MEASURING, ownConstants, ownReading } from "./rust-own.js";

/** A number as Rust writes one that is no whole one. */
export const float = (value: number): string => (/[.e]/.test(String(value)) ? String(value) : `${value}.0`);

/** The number of the fewest digits that 32 bits have as this one. */
function shortest(value: number): number {
  const numbers = Array.from({ length: 9 }, (_, digits) => Number(value.toPrecision(digits + 1)));
  return numbers.find((number) => Math.fround(number) === Math.fround(value)) ?? value;
}

/** Whether the program measures the images itself: where nobody has, and the network wants it. */
export const measures = (recipe: Recipe): boolean =>
  recipe.own !== undefined && recipe.own.measured === undefined && !isLeNet5Of1998(recipe);

/** Constants of the images, and what holds them. */
export function data({ input, mean, std }: ExportedGraph, recipe: Recipe): string {
  const [channels, rows, columns] = input;
  const { own } = recipe;
  // Of a person's own images every digit counts: nobody can look them up.
  const list = (values: Iterable<number>): string =>
    [...values].map((value) => float(own ? shortest(value) : Number(value.toPrecision(6)))).join(", ");
  const isMeasured = measures(recipe);
  const scale = isMeasured
    ? `/// Mean and deviation of the training images' pixels, from 0 to 1, channel by channel: measured once the images are read.
static SCALE: OnceLock<[[f32; CHANNELS]; 2]> = OnceLock::new();
`
    : `/// Of the training images' pixels, from 0 to 1, channel by channel.
const MEAN: [f32; CHANNELS] = [${list(mean)}];
const DEVIATION: [f32; CHANNELS] = [${list(std)}];
`;
  const known = isMeasured
    ? `        let [mean, deviation] = SCALE.get().expect("the images were read");
`
    : "";
  const [middle, width] = isMeasured ? ["mean", "deviation"] : ["MEAN", "DEVIATION"];
  const read = own
    ? ""
    : recipe.readsCifar10
      ? `    /// CIFAR-10's binary files, one after the other: a byte for the class, then red, green and blue.
    fn read(folder: &Path, names: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut examples = Examples { pixels: Vec::new(), labels: Vec::new() };
        for name in names {
            let bytes = fs::read(folder.join(name)).map_err(|why| format!("{name}: {why}"))?;
            for record in bytes.chunks_exact(1 + PIXELS) {
                examples.labels.push(record[0]);
                examples.pixels.extend(&record[1..]);
            }
        }
        Ok(examples)
    }
`
      : `    /// IDX files, as MNIST's: 16 bytes before the images, 8 before the labels.
    fn read(folder: &Path, name: &str) -> Result<Self, Box<dyn Error>> {
        let read = |file: String| fs::read(folder.join(&file)).map_err(|why| format!("{file}: {why}"));
        Ok(Examples {
            pixels: read(format!("{name}-images-idx3-ubyte"))?.split_off(16),
            labels: read(format!("{name}-labels-idx1-ubyte"))?.split_off(8),
        })
    }
`;
  return `${
    own
      ? `${ownConstants(own)}
`
      : ""
  }/// Images: channels, rows, columns.
const CHANNELS: usize = ${channels};
const ROWS: usize = ${rows};
const COLUMNS: usize = ${columns};
const PIXELS: usize = CHANNELS * ROWS * COLUMNS;

${scale}
/// Images, a byte a pixel, and their classes.
struct Examples {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Examples {
${
  read &&
  `${read}
`
}    /// Some of them alone.
    fn pick(&self, chosen: &[usize]) -> Self {
        let pixels = chosen.iter().flat_map(|at| &self.pixels[at * PIXELS..(at + 1) * PIXELS]);
        let labels = chosen.iter().map(|at| self.labels[*at]);
        Examples { pixels: pixels.copied().collect(), labels: labels.collect() }
    }
${changed(recipe)}
    /// Scaled images, \`[count, channels, rows, columns]\`, and classes, \`[count]\`.
    fn tensors(&self, device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
${known}        let scale = |(at, pixel): (usize, &u8)| {
            let channel = at / (ROWS * COLUMNS) % CHANNELS;
            (f32::from(*pixel) / 255.0 - ${middle}[channel]) / ${width}[channel]
        };
        let pixels: Vec<f32> = self.pixels.iter().enumerate().map(scale).collect();
        let labels: Vec<i32> = self.labels.iter().map(|label| i32::from(*label)).collect();
        let count = labels.len();
        let images = TensorData::new(pixels, [count, CHANNELS, ROWS, COLUMNS]);
        (Tensor::from_data(images, device), Tensor::from_data(TensorData::new(labels, [count]), device))
    }
}

${
  own
    ? `${ownReading(own, isMeasured)}
`
    : ""
}${
    isMeasured
      ? `${MEASURING}
`
      : ""
  }/// Numbers from 0 on in a random order.
fn shuffled(count: usize, device: &Device) -> Vec<usize> {
    let keys = Tensor::<1>::random([count], Distribution::Default, device);
    keys.argsort(0).into_data().iter::<i64>().map(|at| at as usize).collect()
}
`;
}
