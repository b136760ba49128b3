/** MNIST for the peers, which read it themselves: its four files, from where the page's data lie. */

/** Images and their classes. */
export interface Images {
  /** One after another. */
  pixels: Uint8Array;
  labels: Uint8Array;
}

/** Both splits, in the files' order. */
export interface Mnist {
  train: Images;
  test: Images;
}

/** Pixels an image. */
export const PIXELS = 28 * 28;

const IMAGES_MAGIC = 0x803;
const LABELS_MAGIC = 0x801;

/** @param base the folder of data sets, as an address */
export async function fetchMnist(base: string): Promise<Mnist> {
  const file = (name: string): Promise<Uint8Array> => unpacked(new URL(`mnist/${name}-ubyte.gz`, base));
  const split = async (name: string): Promise<Images> => {
    const [images, labels] = await Promise.all([file(`${name}-images-idx3`), file(`${name}-labels-idx1`)]);
    return readSplit(images, labels);
  };
  const [train, test] = await Promise.all([split("train"), split("t10k")]);
  return { train, test };
}

async function unpacked(url: URL): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok || !response.body) {
    throw new Error(`MNIST could not be read from ${url.href}: the server answered ${response.status}.`);
  }
  const unzipped = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unzipped).arrayBuffer());
}

/** A split's two files, unpacked. */
export function readSplit(images: Uint8Array, labels: Uint8Array): Images {
  const pixels = body(images, IMAGES_MAGIC, [28, 28]);
  const classes = body(labels, LABELS_MAGIC, []);
  if (pixels.length !== classes.length * PIXELS) throw new Error("MNIST has not as many labels as images.");
  return { pixels, labels: classes };
}

/** What follows the header of an IDX file: its kind, how many there are, and the size of each. */
function body(file: Uint8Array, magic: number, size: number[]): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const header = 8 + 4 * size.length;
  const isKind =
    file.length >= header &&
    view.getUint32(0) === magic &&
    size.every((each, index) => view.getUint32(8 + 4 * index) === each);
  if (!isKind) throw new Error("A file of MNIST is none: its header is another one.");
  const found = file.subarray(header);
  const each = size.reduce((product, side) => product * side, 1);
  if (found.length !== view.getUint32(4) * each) throw new Error("A file of MNIST is not complete.");
  return found;
}
