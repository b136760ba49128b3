/// <reference lib="esnext.disposable" />

/* tslint:disable */
/* eslint-disable */

/**
 * A collection of a person's own images.
 */
export class Collection {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * The canonical form.
     */
    bytes(): Uint8Array;
    /**
     * The first pictures that are no squares, `[channels, size, size]`: each cropped, with borders, and squashed, one after another. None
     * where all are squares.
     */
    fitSamples(): Uint8Array[];
    /**
     * Its digest, its classes and its notices.
     *
     * # Errors
     * Only those of the conversion to JavaScript.
     */
    info(): CollectionInfo;
}

/**
 * Collects files one by one.
 */
export class CollectionBuilder {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Adds a file of a kind that is not read here, as this browser decoded it: `rgba` are its upright pixels, `[height, width, 4]`.
     *
     * # Errors
     * Kind "data".
     */
    addDecoded(path: string, bytes: Uint8Array | number[], width: number, height: number, rgba: Uint8Array | number[]): void;
    /**
     * Adds a file of a zip.
     *
     * # Errors
     * Kind "data".
     */
    addEntry(entry: ZipEntry): void;
    /**
     * Adds a file. A zip is opened; a file that holds neither an image nor arrays nor the images' classes is skipped, with a notice.
     *
     * # Errors
     * Kind "data".
     */
    addFile(path: string, bytes: Uint8Array | number[]): void;
    /**
     * Adds a file that another worker decoded with [`prepare_image`]. False where it has to be added as a file.
     *
     * # Errors
     * Kind "data".
     */
    addPrepared(path: string, prepared: Uint8Array | number[]): boolean;
    /**
     * Refuses more images than are looked at, by the names of all files, before the first is read.
     *
     * # Errors
     * Kind "data".
     */
    announce(paths: string[]): void;
    /**
     * Takes note of what is to be said of a zip whose files were added.
     */
    endZip(zip: Zip): void;
    /**
     * Builds the collection.
     *
     * # Errors
     * Kind "data".
     */
    finish(): Collection;
    /**
     * Has files of zips unpacked that this browser may decode: `takeForBrowser` gives them.
     */
    forBrowser(): CollectionBuilder;
    /**
     * An empty one, whose images get that height and width, in colour or grey. `fit`: how pictures become squares, "crop", "pad" or
     * "squash". `folder`: which of an image's folders is its class, "auto", "inner" or "outer".
     */
    constructor(size: number, colour: boolean, fit: string, folder: string);
    /**
     * Skips a file that could not be read, with a notice.
     *
     * # Errors
     * Kind "data".
     */
    skipFile(path: string, why: string): void;
    /**
     * Takes note of a file that is larger than any that is read, by its size and its first 256 KiB, before it is read. False
     * where it may be read.
     *
     * # Errors
     * Kind "data".
     */
    skipTooLarge(path: string, bytes: number, start: Uint8Array | number[]): boolean;
    /**
     * Unpacks the next file of a zip; nothing at its end.
     *
     * # Errors
     * Kind "data".
     */
    takeEntry(zip: Zip): ZipEntry | undefined;
    /**
     * The path and the bytes of a file in a zip that this browser may decode; nothing where none waits.
     */
    takeForBrowser(): [path: string, bytes: Uint8Array] | undefined;
    /**
     * How many files were left out so far that some browsers show.
     */
    readonly shownByBrowsers: number;
}

/**
 * A zip that is being unpacked.
 */
export class Zip {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Opens a zip. `name` is for messages; `folder` is where it lies among other files, with its name, without the ending.
     *
     * # Errors
     * Kind "data".
     */
    static open(name: string, zip: RandomAccessFile, folder?: string | null): Zip;
    /**
     * The paths in it, as they stand there.
     */
    paths(): string[];
    /**
     * How many entries were read.
     */
    readonly done: number;
    /**
     * How many there are.
     */
    readonly total: number;
}

/**
 * A file of a zip, unpacked.
 */
export class ZipEntry {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * A copy of its contents, where they may be those of an image.
     */
    image(): Uint8Array | undefined;
    /**
     * How many bytes it was unpacked to.
     */
    readonly bytes: number;
    /**
     * Its path in the collection.
     */
    readonly path: string;
}

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;

/**
 * Whether a file that begins so holds arrays: IDX, npy, npz or a table of pixels, packed with gzip or not.
 */
export function areArrays(start: Uint8Array | number[]): boolean;

/**
 * The SHA-256 of a file, in hexadecimal.
 *
 * # Errors
 * Those of reading it.
 */
export function digest(file: RandomAccessFile): string;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * Another instance, apart from all others: what this script exports itself is a first one.
 */
export function instantiate(): typeof import("./bunsen_images.js");

/**
 * Whether a file that begins so is a zip, whatever it is called, and none of arrays.
 */
export function isZip(start: Uint8Array | number[]): boolean;

/**
 * The records of a file of SVHN with so many images, as CIFAR-10's binary version has them.
 *
 * # Errors
 * Kind "data".
 */
export function mat(name: string, file: RandomAccessFile, images: number): Uint8Array;

/**
 * Whether a file that begins so is an image of a kind that is not read here, and that some browsers show.
 */
export function mayBeShownByBrowsers(path: string, start: Uint8Array | number[]): boolean;

/**
 * Decodes a file for a collection of that format, for `addPrepared` of the worker that builds it. None where it is no image alone.
 * `sample`: also in the other ways to make it square.
 */
export function prepareImage(path: string, bytes: Uint8Array | number[], size: number, colour: boolean, fit: string, sample: boolean): Uint8Array | undefined;

/**
 * The pixels `[channels, size, size]` of one image by itself, made as those of a collection.
 *
 * # Errors
 * Why there are none, as the end of a sentence.
 */
export function readImage(path: string, bytes: Uint8Array | number[], size: number, colour: boolean, fit: string): Uint8Array;

/**
 * The records of CIFAR-10's binary version, of a picture with a row of pixels for each image, and their labels.
 *
 * # Errors
 * Kind "data".
 */
export function records(name: string, picture: Uint8Array | number[], labels: Uint8Array | number[]): Uint8Array;

/**
 * The contents of requested files of a tar, packed with gzip or plain, in the order of the names. `sizes` are the files' sizes.
 *
 * # Errors
 * Kind "data".
 */
export function untar(name: string, archive: RandomAccessFile, names: string[], sizes: Float64Array | number[]): Uint8Array[];

/**
 * The contents of requested files of a zip, in the order of the names: nothing else is unpacked. `sizes` are the most bytes of each.
 *
 * # Errors
 * Kind "data".
 */
export function unzip(name: string, archive: RandomAccessFile, names: string[], sizes: Float64Array | number[]): Uint8Array[];

/**
 * A class of a collection.
 */
export interface ClassInfo {
    /**
     * Its folder's name.
     */
    name: string;
    /**
     * How many images it has.
     */
    images: number;
}

/**
 * A collection's digest, classes and notices.
 */
export interface CollectionInfo {
    /**
     * The first 16 hexadecimal digits of the SHA-256 of its canonical form.
     */
    digest: string;
    /**
     * The classes, in the order of their names.
     */
    classes: ClassInfo[];
    /**
     * What was skipped and why, as sentences.
     */
    notices: string[];
    /**
     * The paths of images to test with that have no class.
     */
    unlabelled: string[];
    /**
     * Whether other folders of the images would be other classes.
     */
    foldersDiffer: boolean;
}

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
}

/** A file with random access, read synchronously. */
export interface RandomAccessFile {
    /** Its size in bytes. */
    readonly size: number;
    /** `count` bytes from the offset `from` on; fewer at the end. */
    read(from: number, count: number): Uint8Array;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export type SyncInitInput = BufferSource | WebAssembly.Module;
