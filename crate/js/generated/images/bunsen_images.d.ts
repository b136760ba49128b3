/* tslint:disable */
/* eslint-disable */

/**
 * Somebody's own images.
 */
export class Collection {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * What it is.
     *
     * # Errors
     * None but those of the conversion.
     */
    about(): Made;
    /**
     * The canonical form.
     */
    bytes(): Uint8Array;
}

/**
 * Takes files one after another.
 */
export class Intake {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Takes the next file of a zip. Whether there was one.
     *
     * # Errors
     * Kind "data".
     */
    addNext(zip: Zip): boolean;
    /**
     * Takes a file; one that is no image is left out, and told of at the end.
     *
     * # Errors
     * Kind "data".
     */
    add(path: string, bytes: Uint8Array | number[]): void;
    /**
     * All of it, in its canonical form.
     *
     * # Errors
     * Kind "data".
     */
    finish(): Collection;
    /**
     * Leaves a file out that could not be read.
     *
     * # Errors
     * Kind "data".
     */
    leaveOut(path: string, why: string): void;
    /**
     * One that makes images of that many rows and columns, in colour or grey.
     */
    constructor(size: number, colour: boolean);
}

/**
 * A zip that is being unpacked.
 */
export class Zip {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Opens a zip. `name` is for messages.
     *
     * # Errors
     * Kind "data".
     */
    static open(name: string, zip: Source): Zip;
    /**
     * How many members were gone through.
     */
    readonly done: number;
    /**
     * How many there are.
     */
    readonly total: number;
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
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * The contents of the wanted files of a tar, packed with gzip or plain, in the order of the names. `sizes` are theirs.
 *
 * # Errors
 * Kind "data".
 */
export function untar(name: string, archive: Source, names: string[], sizes: Float64Array | number[]): Uint8Array[];

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
}

/**
 * What came of somebody's files.
 */
export interface Made {
    /**
     * The first 16 hexadecimal digits of the SHA-256 of its canonical form.
     */
    digest: string;
    /**
     * The classes, in the order of their names.
     */
    classes: OwnClass[];
    /**
     * What was left out and why, as sentences.
     */
    notices: string[];
}

/**
 * A class of somebody's own images.
 */
export interface OwnClass {
    /**
     * Its folder's name.
     */
    name: string;
    /**
     * How many images it has.
     */
    images: number;
}

/** A file that can be read at any place, at once. */
export interface Source {
    /** Its bytes. */
    readonly size: number;
    /** Those from `from` on, fewer at the end. */
    read(from: number, count: number): Uint8Array;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export type SyncInitInput = BufferSource | WebAssembly.Module;
