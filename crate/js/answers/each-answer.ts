// A network's answers to files, one after another: whoever reads them decides when the next is computed.

import type { Answer, ClassProbability, UnreadFile } from "../answers-api.js";
import type { BytesLike, DataInfo, ImagePixels, InputFile, Normalization } from "../api.js";
import { BunsenError, messageOf } from "../errors.js";
import { printable } from "../printable.js";
import { decodeImage, type ImageFormat } from "./decode.js";
import { areLightOnDark, unsure } from "./doubt.js";
import { listFiles, type ListedFile } from "./files.js";

/** What is asked: a run, or a network with given weights. */
export interface AskedNetwork {
  readonly data: Pick<DataInfo, "classes" | "channels" | "height" | "width" | "fit">;
  predict(pixels: ImagePixels): Promise<Float32Array>;
  /** How it normalizes images, where that is known. */
  normalization(): Promise<Normalization | undefined>;
}

/** What became of a file, or a sentence about all of them. */
export type FileAnswer =
  | { type: "answer"; answer: Answer; /** As the network was given them. */ pixels: Uint8Array }
  | { type: "unread"; file: UnreadFile }
  | { type: "notice"; notice: string };

/** How far the files are read and answered. */
export interface AnswerProgress {
  readonly total: number;
  readonly done: number;
}

/** Of so many grey images it is told whether they are light on dark, before the first is answered. */
const LOOKED_AT = 200;

const INVERTED =
  "These images are light on dark, and this network learned from dark on light: each was inverted before it was asked.";

interface Decoded {
  path: string;
  pixels: Uint8Array;
}

/**
 * Answers each file in turn, in the order of their paths.
 * @param only the paths of those that are asked about; all where there are none
 * @param onProgress called after each file
 */
export async function* eachAnswer(
  network: AskedNetwork,
  files: readonly InputFile[] | BytesLike,
  only: readonly string[] | undefined,
  onProgress: (progress: AnswerProgress) => void = () => {},
): AsyncGenerator<FileAnswer, void, undefined> {
  const format = formatOf(network);
  const asked = only && new Set(only.map(shownPath));
  const all = await listFiles(files);
  const listed = all.filter(({ path }) => asked?.has(shownPath(path)) ?? true);
  const normalization = await network.normalization();
  const asker = new Asker(network, normalization);
  // Grey images wait until it is known how light they are.
  let waiting: Decoded[] | undefined = mayInvert(format, normalization) ? [] : undefined;
  let answered = 0;
  const report = (): void => onProgress({ done: ++answered, total: listed.length });
  const release = async function* (held: readonly Decoded[]): AsyncGenerator<FileAnswer> {
    asker.inverts = areLightOnDark(
      held.map(({ pixels }) => pixels),
      format.size,
    );
    if (asker.inverts) yield { type: "notice", notice: INVERTED };
    for (const decoded of held) {
      const answer = await asker.ask(decoded);
      report();
      yield answer;
    }
  };
  for (const file of listed) {
    const read = await readImage(file, format);
    if ("why" in read) {
      report();
      yield { type: "unread", file: { path: file.path, why: read.why } };
    } else if (!waiting) {
      const answer = await asker.ask({ path: file.path, ...read });
      report();
      yield answer;
    } else if (waiting.push({ path: file.path, ...read }) === LOOKED_AT) {
      const held = waiting;
      waiting = undefined;
      yield* release(held);
    }
  }
  if (waiting) yield* release(waiting);
}

/** A path as a data set tells it (`images/src/paths.rs`): its names composed, with what is invisible in them by its number. */
function shownPath(path: string): string {
  const names = path.normalize("NFC").split(/[/\\]/);
  return names.map((name) => printable(name)).join("/");
}

function formatOf({ data: { channels, height, width, fit } }: AskedNetwork): ImageFormat {
  if (height === width) return { channels, size: height, fit };
  throw new BunsenError("data", `This network takes images of ${width}×${height} pixels, and files are made square.`);
}

/** Whether this network learned from ink on paper: what is light on dark may be inverted for it. */
function mayInvert({ channels }: ImageFormat, normalization: Normalization | undefined): boolean {
  return channels === 1 && (normalization?.mean[0] ?? 0) < 0.5;
}

async function readImage(file: ListedFile, format: ImageFormat): Promise<{ pixels: Uint8Array } | { why: string }> {
  let bytes: Uint8Array;
  try {
    bytes = await file.read();
  } catch (thrown) {
    return { why: messageOf(thrown) };
  }
  return decodeImage(file.path, bytes, format);
}

class Asker {
  readonly #network: AskedNetwork;
  readonly #normalization: Normalization | undefined;
  /** The classes' places, by their names. */
  readonly #places: ReadonlyMap<string, number>;
  inverts = false;

  constructor(network: AskedNetwork, normalization: Normalization | undefined) {
    this.#network = network;
    this.#normalization = normalization;
    this.#places = new Map(network.data.classes.map((name, place) => [name.normalize("NFC"), place]));
  }

  async ask({ path, pixels: decoded }: Decoded): Promise<FileAnswer> {
    const { classes, channels } = this.#network.data;
    const pixels = this.inverts ? decoded.map((byte) => 255 - byte) : decoded;
    const probabilities = await this.#network.predict(Float32Array.from(pixels, (byte) => byte / 255));
    const top = mostProbable(probabilities, classes);
    const [first] = top;
    const label = this.#labelOf(path);
    const why = unsure(probabilities, pixels, channels, this.#normalization);
    const answer: Answer = {
      path,
      answer: first?.name ?? "",
      probability: first?.probability ?? 0,
      top,
      ...(label !== undefined && { label: classes[label], correct: first?.name === classes[label] }),
      ...(why && { unsure: why }),
      probabilities,
    };
    return { type: "answer", answer, pixels };
  }

  /** The class that the innermost of the folders is named as of those that are named as one. */
  #labelOf(path: string): number | undefined {
    const folders = path.normalize("NFC").split(/[/\\]/).slice(0, -1);
    return folders
      .map((folder) => this.#places.get(folder))
      .reverse()
      .find((place) => place !== undefined);
  }
}

/** How many of the classes an answer names. */
const NAMED = 3;

function mostProbable(probabilities: Float32Array, classes: readonly string[]): ClassProbability[] {
  const named = classes.map((name, place) => ({ name, probability: probabilities[place] ?? 0 }));
  // Of equal ones the first class is first: sorting is stable.
  return named.sort((a, b) => b.probability - a.probability).slice(0, NAMED);
}
