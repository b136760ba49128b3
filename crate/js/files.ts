// The types of files that a person gives, and of what becomes of them.

import type { ClassFolder, ImageFit } from "./custom-dataset-keys.js";

export type { ClassFolder, ImageFit };

/** A file's contents: in memory, or where the browser has them. */
export type BytesLike = Uint8Array | Blob;

/** A file with its path: the folder that holds an image is its class. */
export interface InputFile {
  /** "pets/cats/1.jpg" */
  path: string;
  bytes: BytesLike;
}

export interface CustomDatasetOptions {
  /** The link that it is for: the other options follow it, and images that the link does not name are refused. */
  link?: string | undefined;
  /** Rows and columns that images are resized to. Default: 32. */
  size?: 28 | 32 | undefined;
  /** "grey" is ink on paper, as MNIST has it: 0 is white and 255 black, so that light on dark is inverted. Default: "colour". */
  channels?: "colour" | "grey" | undefined;
  /**
   * How pictures that are no squares become squares. "crop": their middle; "pad": all of them, with borders in the mean colour of their
   * edges; "squash": all of them, narrower or lower. Default: "crop".
   */
  fit?: ImageFit | undefined;
  /**
   * Which folder is an image's class, where it lies in several. "auto": the one that holds it, unless several hold folders of the same name; "inner":
   * the one that holds it; "outer": the outermost that not all images share. Default: "auto".
   */
  folder?: ClassFolder | undefined;
  /**
   * Have the browser decode HEIC, AVIF, JPEG XL and TIFF files, as far as it can: no decoder of these is here. Other browsers make other pixels
   * of them, and links to such images hold for those alone that make the same. Default: false.
   */
  browserDecoder?: boolean | undefined;
  /** The seed of the recipe to be: it decides the test split. Default: 1. */
  seed?: number | undefined;
  /** Called as files are read. */
  onProgress?: ((progress: FileProgress) => void) | undefined;
}

export interface FileProgress {
  /** Files that were read, or bytes of an archive. */
  done: number;
  total: number;
}

/** Images in memory. */
export interface ImageArrays {
  /** All pixels, row-major, a byte each, as networks get them: in grey images 0 is the paper and 255 the ink, as MNIST has it. */
  readonly images: Uint8Array;
  /** Images, channels (1 or 3), height and width (28 or 32). */
  readonly shape: readonly [images: number, channels: number, height: number, width: number];
  /** The class of each image, from 0. */
  readonly labels: ArrayLike<number>;
  /** The names of the classes, in the order of the labels. Default: the labels themselves. */
  readonly classes?: readonly string[] | undefined;
  /** How many of the images are tested with: the last ones. Default: one in five, by the seed. */
  readonly test?: number | undefined;
}

/** A person's own images, ready to be trained on. */
export interface CustomDataset {
  /** What a link names it by: 16 hexadecimal digits. */
  readonly digest: string;
  /** The classes in the order of their names; a label is a position in this list. */
  readonly classes: readonly { readonly name: string; readonly images: number }[];
  /** How many images there are. */
  readonly images: number;
  readonly size: 28 | 32;
  readonly channels: "colour" | "grey";
  readonly fit: ImageFit;
  /** Which folders its classes were; undefined where that is not known, as of what was stored. */
  readonly folder: ClassFolder | undefined;
  /** Of files that were read just now, whether another `folder` would give other classes. */
  readonly foldersDiffer: boolean;
  /** What was left out and why, as sentences. */
  readonly notices: readonly string[];
  /** Of files that were read just now, the paths of images to test with that have no class: `predictAll` answers them, by its `only`. */
  readonly unlabelled: readonly string[];
  /** Of files that were read just now, how many were left out that `browserDecoder` may read. */
  readonly shownByBrowsers: number;
  /**
   * Of files that were read just now, the first pictures that are no squares, as `[channels, size, size]`: each with `fit` "crop", "pad" and
   * "squash", one after another. None where all are squares.
   */
  readonly fitSamples: readonly Uint8Array[];
  /** The part of a link that says all of this: "data=own&own=…&classes=3". */
  readonly link: string;
  /** All of it as bytes: to be stored, or given to another lab with `addCustomDataset`. */
  readonly bytes: Uint8Array;
}

/** A custom data set in the browser's storage. */
export interface StoredDataset {
  digest: string;
  /** Its size. */
  bytes: number;
}

/** What came of a known data set's own files. */
export interface AddedFiles {
  /** The data set's name in a link. */
  name: string;
  title: string;
  /** Files that were checked and stored. */
  files: string[];
  /** Whether all of these files are proven by a digest that is publicly stated. */
  verified: boolean;
  /** Of a data set whose contents no stated digest is of: what a link names them by. Absent while files are missing. */
  digest?: string | undefined;
  /** Files that the data set needs besides, and that are not stored yet. */
  missing: string[];
}
