// A person's own images: from files to a data set. They go nowhere but into the module.

import { inOrder, type Begun } from "./ahead.js";
import type { BytesLike, CustomDataset, CustomDatasetOptions, InputFile } from "./api.js";
import { CLASS_FOLDERS, customDatasetLink, FITS } from "./custom-dataset-keys.js";
import { layoutOf, type Layout } from "./custom-dataset-layout.js";
import { requireBytes, requireText, requireWhole, shown } from "./arguments.js";
import { decodeInBrowser, requireBrowserDecoder } from "./browser-decoder.js";
import { DecoderPool } from "./decoder-pool.js";
import { BunsenError, messageOf } from "./errors.js";
import type { CollectionBuilder, Zip, ZipEntry } from "./images/bunsen_images.js";
import { randomAccess, readBytes, withImagesModule, type ImagesModule } from "./images-module.js";
import { sizeInWords } from "./number-format.js";
import { printable } from "./printable.js";

function* entriesOf(builder: CollectionBuilder, zip: Zip): Generator<ZipEntry> {
  for (let entry = builder.takeEntry(zip); entry; entry = builder.takeEntry(zip)) yield entry;
}

/** Makes a data set of files, of a zip, or of one file of arrays. @param threads that decode images */
export async function createCustomDataset(
  files: readonly InputFile[] | BytesLike,
  options: CustomDatasetOptions = {},
  threads = 1,
): Promise<CustomDataset> {
  const { size = 32, channels = "colour", fit = "crop", folder = "auto", browserDecoder = false, onProgress } = options;
  if (![28, 32].includes(size)) throw new BunsenError("data", `size is 28 or 32, not ${shown(size)}.`);
  if (!["colour", "grey"].includes(channels)) {
    throw new BunsenError("data", `channels is "colour" or "grey", not ${shown(channels)}.`);
  }
  if (!FITS.includes(fit)) throw new BunsenError("data", `fit is "crop", "pad" or "squash", not ${shown(fit)}.`);
  if (!CLASS_FOLDERS.includes(folder)) {
    throw new BunsenError("data", `folder is "auto", "inner" or "outer", not ${shown(folder)}.`);
  }
  if (browserDecoder) requireBrowserDecoder();
  let current = "";
  /** How many files were left out that some browsers show. */
  let shownByBrowsers = 0;
  const read = async (images: ImagesModule, pool: DecoderPool): Promise<CustomDataset> => {
    const plain = new images.CollectionBuilder(size, channels === "colour", fit, folder);
    const builder = browserDecoder ? plain.forBrowser() : plain;
    const eventLoop = new EventLoopYielder();
    const report = async (done: number, total: number): Promise<void> => {
      onProgress?.({ done, total });
      await eventLoop.yield();
    };
    const none = Promise.resolve(undefined);
    /** @param folder where the zip lies among other files, with its name, without the ending */
    const addZip = async (name: string, file: BytesLike, folder?: string): Promise<void> => {
      const zip = images.Zip.open(name, await randomAccess(name, file), folder);
      try {
        current = name;
        pool.expect(zip.paths());
        const begin = (entry: ZipEntry): Begun<Uint8Array | undefined> => {
          const { path, bytes } = entry;
          const image = pool.takes(path, bytes) ? entry.image() : undefined;
          return { bytes, result: image ? pool.decode(path, image, true) : none };
        };
        for await (const [entry, prepared] of inOrder(entriesOf(builder, zip), begin, pool.ahead)) {
          if (prepared && builder.addPrepared(entry.path, prepared)) entry.free();
          else builder.addEntry(entry);
          for (let file = builder.takeForBrowser(); file; file = builder.takeForBrowser()) await addShown(...file);
          await report(zip.done, zip.total);
        }
        builder.endZip(zip);
      } finally {
        zip.free();
      }
    };
    const addFile = async (path: string, file: BytesLike): Promise<void> => {
      const bytes = file instanceof Uint8Array ? file.length : file.size;
      const name = isZip(path) ? path.slice(0, -ZIP.length) : path;
      const without = isList(files) && files.length > 1 ? name : undefined;
      if (bytes > LARGE) {
        const start = await readBytes(file.slice(0, START));
        if (images.isZip(start)) return addZip(path, file, without);
        if (builder.skipTooLarge(path, bytes, start)) return;
      }
      const contents = await readBytes(file).catch((thrown: unknown) => {
        builder.skipFile(path, `it could not be read: ${messageOf(thrown)}`);
      });
      if (!contents) return;
      if (images.isZip(contents) || isZip(path)) return addZip(path, contents, without);
      if (browserDecoder && images.mayBeShownByBrowsers(path, contents)) return addShown(path, contents);
      builder.addFile(path, contents);
    };
    /** Adds a file as the browser shows it; one that it does not is left out by its kind. */
    const addShown = async (path: string, contents: Uint8Array): Promise<void> => {
      const decoded = await decodeInBrowser(contents);
      if (!decoded) return builder.addFile(path, contents);
      builder.addDecoded(path, contents, decoded.width, decoded.height, decoded.rgba);
    };
    if (isList(files)) {
      builder.announce(files.map(({ path }) => requireText(path, "the path of an image", "data")));
      pool.expect(files.map(({ path }) => path));
      const begin = ([, { path, bytes }]: [number, InputFile]): Begun<Uint8Array | undefined> => ({
        // In a browser the pool's workers read it.
        bytes: 0,
        result: pool.decode(path, bytes),
      });
      for await (const [[index, { path, bytes }], prepared] of inOrder(files.entries(), begin, pool.ahead)) {
        current = path;
        if (!prepared || !builder.addPrepared(path, prepared)) await addFile(path, bytes);
        await report(index + 1, files.length);
      }
    } else {
      current = "name" in files && typeof files.name === "string" ? files.name : "The file";
      const areArrays = images.areArrays(await readBytes(files.slice(0, START)));
      await (areArrays ? addFile(current, files) : addZip(current, files));
    }
    if (!browserDecoder) ({ shownByBrowsers } = builder);
    const collection = builder.finish();
    try {
      const { digest, ...told } = collection.info();
      const dataset = { ...parseCustomDataset(collection.bytes(), digest), folder };
      const fitSamples = collection.fitSamples();
      return {
        ...dataset,
        ...told,
        classes: dataset.classes,
        link: customDatasetLink(dataset),
        fitSamples,
        shownByBrowsers,
      };
    } finally {
      collection.free();
    }
  };
  try {
    return await withImagesModule(async (images, module) => {
      const pool = new DecoderPool(threads, module, { size, channels, fit });
      try {
        return await read(images, pool);
      } finally {
        pool.close();
      }
    });
  } catch (thrown) {
    if (!(thrown instanceof WebAssembly.RuntimeError)) {
      if (shownByBrowsers === 0) throw thrown;
      throw new BunsenError("data", messageOf(thrown), { code: "browser-decoder", cause: thrown });
    }
    throw new BunsenError(
      "data",
      `${printable(current)} could not be read: what decodes images stopped at it. Take it out and try again.`,
      { cause: thrown },
    );
  }
}

/** What tells arrays: the first line of a table with many columns. */
const START = 1 << 18;
/** What is larger is looked at by its beginning, before it is read. */
const LARGE = 16 << 20;

const ZIP = ".zip";
const isZip = (path: string): boolean => path.toLowerCase().endsWith(ZIP);

function isList(files: readonly InputFile[] | BytesLike): files is readonly InputFile[] {
  return Array.isArray(files);
}

/** Yields to the event loop every 30 ms. */
class EventLoopYielder {
  #last = performance.now();

  async yield(): Promise<void> {
    if (performance.now() - this.#last < 30) return;
    await new Promise((done) => setTimeout(done));
    this.#last = performance.now();
  }
}

/** Reads the head of a data set's bytes, with the names of its classes as they can be shown. */
export function readLayout(bytes: Uint8Array): Layout {
  try {
    const layout = layoutOf(bytes);
    return { ...layout, classNames: layout.classNames.map((name) => printable(name)) };
  } catch (thrown) {
    throw new BunsenError("data", `The images cannot be read (${messageOf(thrown)}). Give the folder again.`);
  }
}

/** More than the pixels, hashes and names of any data set here have. */
const MOST_BYTES = 256 << 20;

/** What the bytes hold. Whether they are complete, and those of that digest, the module verifies when a run starts. */
export function parseCustomDataset(bytes: Uint8Array, digest: string): CustomDataset {
  if (bytes.length > MOST_BYTES) {
    const [size, most] = [sizeInWords(bytes.length), sizeInWords(MOST_BYTES)];
    throw new BunsenError("data", `These images have ${size}, and no data set here has more than ${most}.`);
  }
  const layout = readLayout(bytes);
  const counts = layout.classNames.map(() => 0);
  for (const label of layout.labels) counts[label] = (counts[label] ?? 0) + 1;
  const classes = layout.classNames.map((name, label) => ({ name, images: counts[label] ?? 0 }));
  const size = layout.size === 28 ? 28 : 32;
  const channels = layout.channels === 1 ? "grey" : "colour";
  const { fit } = layout;
  const link = customDatasetLink({ digest, classes, size, channels, fit });
  return {
    digest,
    classes,
    images: layout.labels.length,
    size,
    channels,
    fit,
    notices: [],
    unlabelled: [],
    folder: undefined,
    foldersDiffer: false,
    fitSamples: [],
    shownByBrowsers: 0,
    link,
    bytes,
  };
}

/** The first images of each class, as a network sees them: bytes `[channels, size, size]` each. */
export function sampleImages(bytes: Uint8Array, perClass: number): Uint8Array[][] {
  requireWhole(perClass, "number of images");
  const { size, channels, classNames, labels, pixels } = readLayout(
    requireBytes(bytes, "a data set of images", "data"),
  );
  const length = channels * size * size;
  const samples: Uint8Array[][] = classNames.map(() => []);
  for (const [index, label] of labels.entries()) {
    const ofClass = samples[label];
    if (ofClass && ofClass.length < perClass) {
      ofClass.push(bytes.slice(pixels + index * length, pixels + (index + 1) * length));
    }
  }
  return samples;
}
