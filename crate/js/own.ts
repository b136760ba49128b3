// Somebody's own images: from files to what a run is trained on. They go nowhere but into this module.

import { BunsenError, reasonOf } from "./errors.js";
import { bytesOf, sourceOf, withImages, type Bytes, type Images } from "./images.js";

/** A file with its place: the folder that holds an image is its class. */
export interface OwnFile {
  /** "pets/cats/1.jpg" */
  path: string;
  bytes: Bytes;
}

export interface OwnOptions {
  /** The link that they are for: the others below follow it, and images that it does not name are refused. */
  link?: string | undefined;
  /** Rows and columns that images are made into. Default: 32. */
  size?: 28 | 32 | undefined;
  /** Default: "colour". */
  channels?: "colour" | "grey" | undefined;
  /** The seed of the recipe to be: it decides what is tested with. Default: 1. */
  seed?: number | undefined;
  /** Called as files are read. */
  onProgress?: ((progress: OwnProgress) => void) | undefined;
}

export interface OwnProgress {
  /** Files that were gone through, or bytes of an archive. */
  done: number;
  total: number;
}

/** Somebody's own images, ready to be trained on. */
export interface OwnData {
  /** What a link names them by: 16 hexadecimal digits. */
  readonly digest: string;
  /** The classes in the order of their names; a label is a position in this list. */
  readonly classes: readonly { readonly name: string; readonly images: number }[];
  /** How many images there are. */
  readonly images: number;
  readonly size: 28 | 32;
  readonly channels: "colour" | "grey";
  /** What was left out and why, as sentences. */
  readonly notices: readonly string[];
  /** The part of a link that says all of this: "data=own&own=…&classes=3". */
  readonly link: string;
  /** All of it in one piece: to be kept, or given to another lab with `holdOwn`. */
  readonly bytes: Uint8Array;
}

/** Makes data of files, or of a zip. */
export async function makeOwn(what: readonly OwnFile[] | Bytes, options: OwnOptions = {}): Promise<OwnData> {
  const { size = 32, channels = "colour", onProgress } = options;
  let at = "";
  const work = async (images: Images): Promise<OwnData> => {
    const intake = new images.Intake(size, channels === "colour");
    const pace = new Pace();
    const tell = async (done: number, total: number): Promise<void> => {
      onProgress?.({ done, total });
      await pace.breathe();
    };
    if (isList(what)) {
      for (const [index, { path, bytes }] of what.entries()) {
        at = path;
        const read = await bytesOf(bytes).catch((thrown: unknown) => {
          intake.leaveOut(path, `it could not be read: ${reasonOf(thrown)}`);
        });
        if (read) intake.add(path, read);
        await tell(index + 1, what.length);
      }
    } else {
      const name = "name" in what && typeof what.name === "string" ? what.name : "The file";
      const zip = images.Zip.open(name, await sourceOf(what));
      try {
        at = name;
        while (intake.addNext(zip)) await tell(zip.done, zip.total);
      } finally {
        zip.free();
      }
    }
    const made = intake.finish();
    try {
      return { ...readOwn(made.bytes(), made.about().digest), notices: made.about().notices };
    } finally {
      made.free();
    }
  };
  try {
    return await withImages(work);
  } catch (thrown) {
    if (!(thrown instanceof WebAssembly.RuntimeError)) throw thrown;
    throw new BunsenError(
      "data",
      `${at} could not be read: what decodes images stopped at it. Take it out and try again.`,
      {
        cause: thrown,
      },
    );
  }
}

function isList(what: readonly OwnFile[] | Bytes): what is readonly OwnFile[] {
  return Array.isArray(what);
}

/** Lets others have a turn now and then. */
class Pace {
  #last = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.#last < 30) return;
    await new Promise((done) => setTimeout(done));
    this.#last = performance.now();
  }
}

const MAGIC = "bunsen images 1\n";
const HASH = 32;

/** Where things lie in the bytes of somebody's own images: the form is described in `images/src/collection.rs`. */
interface Layout {
  size: number;
  channels: number;
  names: string[];
  labels: number[];
  /** Where the pixels begin. */
  pixels: number;
}

function layout(bytes: Uint8Array): Layout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) throw new RangeError("it is of no known form");
  let at = MAGIC.length;
  const number = (): number => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const [size, channels, classes, images] = [number(), number(), number(), number()];
  const names: string[] = [];
  for (let index = 0; index < classes; index++) {
    const length = number();
    names.push(text.decode(bytes.subarray(at, at + length)));
    at += length;
  }
  const labels: number[] = [];
  for (let index = 0; index < images; index++) labels.push(view.getUint8(at + index * (HASH + 1) + HASH));
  return { size, channels, names, labels, pixels: at + images * (HASH + 1) };
}

/** What the bytes hold. Whether they are whole, and those of that digest, the module sees when a run starts on them. */
export function readOwn(bytes: Uint8Array, digest: string): OwnData {
  let found: Layout;
  try {
    found = layout(bytes);
  } catch (thrown) {
    throw new BunsenError("data", `The images cannot be read (${reasonOf(thrown)}). Give the folder again.`);
  }
  const counts = found.names.map(() => 0);
  for (const label of found.labels) counts[label] = (counts[label] ?? 0) + 1;
  const classes = found.names.map((name, label) => ({ name, images: counts[label] ?? 0 }));
  const size = found.size === 28 ? 28 : 32;
  const channels = found.channels === 1 ? "grey" : "colour";
  const link = new URLSearchParams({ data: "own", own: digest, classes: String(classes.length) });
  if (size !== 32) link.set("size", String(size));
  if (channels !== "colour") link.set("channels", channels);
  return { digest, classes, images: found.labels.length, size, channels, notices: [], link: link.toString(), bytes };
}

/** A few images of each class, as a network sees them: `[channels, size, size]` bytes each. */
export function ownSamples(bytes: Uint8Array, ofEach: number): Uint8Array[][] {
  const { size, channels, names, labels, pixels } = layout(bytes);
  const each = channels * size * size;
  const samples: Uint8Array[][] = names.map(() => []);
  for (const [index, label] of labels.entries()) {
    const some = samples[label];
    if (some && some.length < ofEach) some.push(bytes.slice(pixels + index * each, pixels + (index + 1) * each));
  }
  return samples;
}
