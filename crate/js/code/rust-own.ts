// What a Rust program has of a person's own images: files that read them, and lines that take what these give.
//
// Bunsen's own crate of images is in no registry, so that a program which needs it could not be built. The crates that it decodes with
// are, and their maintainers are many: a program that has these by the same versions has the same pixels, and every rule after that is
// integers.

import type { CodeFile } from "../api.js";
import { FILES_RS } from "./files-rs.js";
import { LOAD_RS } from "./load-rs.js";
import { PICTURE_RS } from "./picture-rs.js";
import type { OwnImages, Recipe } from "./recipe.js";

/** Lines of `Cargo.toml`. A JPEG's pixels are those of one version of its decoder. */
export const OWN_CRATES = `image = { version = "0.25.10", default-features = false, features = ["bmp", "gif", "png", "webp"] }
sha2 = { version = "0.11", default-features = false }
unicode-normalization = "0.1"
zip = { version = "9.8", default-features = false, features = ["deflate-flate2"] }
zune-jpeg = { version = "=0.5.15", default-features = false, features = ["std"] }
`;

/** Files beside `src/main.rs`. They are the same of every recipe. */
export const ownFiles = (): CodeFile[] => [
  { name: "src/load.rs", text: LOAD_RS },
  { name: "src/files.rs", text: FILES_RS },
  { name: "src/picture.rs", text: PICTURE_RS },
];

/** What the program's head says of its words. */
export const ownUsage = ({ model }: Recipe): string => `//!     cargo run --release -- FOLDER ${model}.safetensors
//!
//! The first word is the folder of your images or a zip of them, which src/load.rs, a file that comes with this one, cuts and scales
//! as Bunsen does; or own.npz, which Bunsen's "Save prepared images" made, and which is the same to the byte;`;

/** Modules of the program. */
export const OWN_MODULES = `mod files;
mod load;
mod picture;
`;

const capitalized = (word: string): string => `${word[0]?.toUpperCase()}${word.slice(1)}`;

/** A text of Rust. Names of classes are printable, so that JSON escapes nothing that Rust escapes otherwise. */
const quoted = (text: string): string => JSON.stringify(text);

/** What the link says of the images, and the classes where they are known. */
export function ownConstants({ size, colour, fit, folder, seed, digest, measured }: OwnImages): string {
  const names = measured?.names ?? [];
  const list = names.map((name) => `    ${quoted(name)},\n`).join("");
  const known = `
/// The classes, as the run has them.
const NAMES: [&str; ${names.length}] = [
${list}];
`;
  return `/// What the link says of the images.
const IMAGES: load::Recipe = load::Recipe {
    size: ${size},
    colour: ${colour},
    fit: load::Fit::${capitalized(fit)},
    folder: load::Folder::${capitalized(folder)},
    seed: ${seed},
    digest: ${quoted(digest)},
};
${measured ? known : ""}`;
}

/** A function that gives the examples to train on and those to test with; it checks that the classes are the run's. */
export function ownReading({ classes, measured }: OwnImages, isMeasured: boolean): string {
  const [differ, wanted] = measured
    ? ["images.names != NAMES", `format!("the run's are {}", NAMES.join(", "))`]
    : [`images.names.len() != ${classes}`, `"the link has ${classes} of them"`];
  return `/// Images to train on, and images to test with.
fn read(source: &Path) -> Result<[Examples; 2], Box<dyn Error>> {
    let images = load::load(source, &IMAGES)?;
    let names = images.names.join(", ");
    if ${differ} {
        let wanted = ${wanted};
        return Err(format!("{} has the classes {names}, and {wanted}: give the same images.", source.display()).into());
    }
    let [train, test] = [images.train, images.test].map(|load::Split { pixels, labels }| Examples { pixels, labels });
${isMeasured ? "    SCALE.get_or_init(|| measure(&train.pixels));\n" : ""}    let [trained, tested] = [train.labels.len(), test.labels.len()];
    println!("{trained} images to train on and {tested} to test with, of {names}: {}", images.digest);
    Ok([train, test])
}
`;
}

/** Where nothing was measured: the program does so itself, as Bunsen does. */
export const MEASURING = `/// Mean and deviation of each channel of the training images, of pixels from 0 to 1.
fn measure(pixels: &[u8]) -> [[f32; CHANNELS]; 2] {
    let mut scale = [[0.0; CHANNELS]; 2];
    for channel in 0..CHANNELS {
        // By integers, so that nothing is rounded before the end.
        let (mut count, mut sum, mut squares) = (0u128, 0u128, 0u128);
        for pixel in pixels.chunks_exact(ROWS * COLUMNS).skip(channel).step_by(CHANNELS).flatten() {
            let pixel = u128::from(*pixel);
            (count, sum, squares) = (count + 1, sum + pixel, squares + pixel * pixel);
        }
        let whole = 255.0 * count as f64;
        let deviation = ((count * squares - sum * sum) as f64).sqrt() / whole;
        scale[0][channel] = (sum as f64 / whole) as f32;
        scale[1][channel] = deviation.max(1.0 / 255.0) as f32;
    }
    scale
}
`;
