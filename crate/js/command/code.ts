// `bunsen code`: a link as a program, and the images that Bunsen draws for it as files that the program reads.

import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Example, Lab, Language, Run } from "../api.js";
import { BunsenError, messageOf } from "../errors.js";
import { openLab } from "../index.js";
import { requireLink } from "../links.js";
import { parseArguments, UsageError } from "./arguments.js";
import { withCustomDataset } from "./custom-dataset.js";

/** Writes a link's program, or the images that it reads. Gives the exit status. */
export async function code(args: string[]): Promise<number> {
  const { positionals, options } = parseArguments("code", args);
  const [given, ...others] = positionals;
  if (given === undefined || others.length > 0) throw new UsageError("code takes one link: quote it.", "code");
  const { language = "pytorch", out = ".", data, own } = options;
  const lab = await openLab({ engine: "cpu", workers: 1 });
  try {
    const link = await withCustomDataset(lab, requireLink(given), own);
    const files = data === undefined ? await lab.asCode(link, language as Language) : await imageFiles(lab, link);
    const folder = data ?? out;
    for (const { name } of files) {
      const path = join(folder, name);
      if (existsSync(path)) throw new BunsenError("file", `${path} is there already: name another folder.`);
    }
    for (const file of files) {
      const path = join(folder, file.name);
      await write(path, "text" in file ? file.text : file.bytes);
      console.log(path);
    }
    return 0;
  } finally {
    lab.close();
  }
}

async function write(path: string, contents: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  } catch (thrown) {
    throw new BunsenError("file", `${path} could not be written (${messageOf(thrown)}). Name another folder.`);
  }
}

interface ImageFile {
  name: string;
  bytes: Uint8Array;
}

/** The images that Bunsen draws for a link, in the form of the data set that they stand for. */
async function imageFiles(lab: Lab, link: string): Promise<ImageFile[]> {
  const { values } = lab.parse(link);
  const data = values["data"] ?? "";
  if (data !== "digits" && data !== "shapes") {
    const sentence = `--data writes the images that Bunsen draws (data=digits, data=shapes), and this link is on ${data}: its files are had from where they are published.`;
    throw new BunsenError("recipe", sentence);
  }
  const run = await lab.start(link);
  const [train, test] = [examplesOf(run, "train"), examplesOf(run, "test")];
  run.free();
  return data === "digits"
    ? [...idxFiles("train", train), ...idxFiles("t10k", test)]
    : [...binaryFiles(train), { name: "test_batch.bin", bytes: records(test) }];
}

/** As many examples as are copied out of the module at once. */
const PART = 1000;

function examplesOf(run: Run, split: "train" | "test"): Example[] {
  const all: Example[] = [];
  for (;;) {
    const part = run.examples(split, all.length, PART);
    all.push(...part);
    if (part.length < PART) return all;
  }
}

/** MNIST's form: numbers of 32 bits with the highest byte first, then the bytes. */
function idxFiles(name: string, examples: Example[]): ImageFile[] {
  const side = 28;
  const head = (...numbers: number[]): Uint8Array => {
    const bytes = new DataView(new ArrayBuffer(4 * numbers.length));
    numbers.forEach((number, at) => bytes.setUint32(4 * at, number));
    return new Uint8Array(bytes.buffer);
  };
  const count = examples.length;
  const images = [head(0x803, count, side, side), ...examples.map(({ pixels }) => pixels)];
  const labels = [head(0x801, count), Uint8Array.from(examples, ({ label }) => label)];
  return [
    { name: `${name}-images-idx3-ubyte`, bytes: Buffer.concat(images) },
    { name: `${name}-labels-idx1-ubyte`, bytes: Buffer.concat(labels) },
  ];
}

/** CIFAR-10's form: a byte for the class, then the pixels. */
const records = (examples: Example[]): Uint8Array =>
  Buffer.concat(examples.flatMap(({ label, pixels }) => [Uint8Array.of(label), pixels]));

/** The training images in five files, as CIFAR-10 has them; none of the five is empty. */
function binaryFiles(examples: Example[]): ImageFile[] {
  if (examples.length < 5)
    throw new BunsenError("recipe", "CIFAR-10 has five files: a link with at least 5 training images fills them.");
  const starts = [0, 1, 2, 3, 4, 5].map((part) => Math.floor((part * examples.length) / 5));
  return [0, 1, 2, 3, 4].map((part) => ({
    name: `data_batch_${part + 1}.bin`,
    bytes: records(examples.slice(starts[part], starts[part + 1])),
  }));
}
