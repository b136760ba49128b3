import { linkText } from "./link-text.js";

// What a link says of a custom data set, for the package and the page. The keys and `data=own` are part of the link's format.

/** The value of `data` in such a link. */
export const CUSTOM_DATA = "own";
/** The key of the data set's digest. */
export const DIGEST_KEY = "own";
/** The keys of what a network must know of its images. */
const SHAPE_KEYS = ["classes", "size", "channels", "fit"] as const;
/** All keys that mean nothing of other data. */
export const CUSTOM_DATASET_KEYS: readonly string[] = [DIGEST_KEY, ...SHAPE_KEYS, "folder"];

/** Values that a link leaves out, because they are the fields' defaults. */
const DEFAULTS: Readonly<Record<string, string>> = { size: "32", channels: "colour", fit: "crop", folder: "auto" };

/** Whether a recipe with these values is trained on a custom data set. */
export function isCustom(values: Readonly<Record<string, string>>): boolean {
  return values["data"] === CUSTOM_DATA;
}

/** How a picture that is no square becomes one: its middle alone, all of it with borders, or all of it squashed. */
export type ImageFit = "crop" | "pad" | "squash";

export const FITS: readonly ImageFit[] = ["crop", "pad", "squash"];

/** Which of the folders that hold an image is its class: what the structure says, the one that holds it, or the outermost. */
export type ClassFolder = "auto" | "inner" | "outer";

export const CLASS_FOLDERS: readonly ClassFolder[] = ["auto", "inner", "outer"];

/** What images are made into, and what their classes are, for a recipe with these values. */
export function imageOptions(values: Readonly<Record<string, string>>) {
  return {
    size: values["size"] === "28" ? 28 : 32,
    channels: values["channels"] === "grey" ? "grey" : "colour",
    fit: FITS.find((fit) => fit === values["fit"]) ?? "crop",
    folder: CLASS_FOLDERS.find((folder) => folder === values["folder"]) ?? "auto",
  } as const;
}

/** All values of a recipe that name a custom data set. */
export function customDatasetValues(dataset: {
  readonly digest: string;
  readonly classes: readonly unknown[];
  readonly size: number;
  readonly channels: string;
  readonly fit: string;
  readonly folder?: string | undefined;
}): Record<string, string> {
  const { digest, classes, size, channels, fit, folder } = dataset;
  const shape = { classes: String(classes.length), size: String(size), channels, fit };
  // What was stored does not know from which folders its classes came.
  return { data: CUSTOM_DATA, [DIGEST_KEY]: digest, ...shape, ...(folder && { folder }) };
}

/** The part of a link that names a custom data set: "data=own&own=…&classes=3". */
export function customDatasetLink(dataset: Parameters<typeof customDatasetValues>[0]): string {
  const values = Object.entries(customDatasetValues(dataset));
  return linkText(new URLSearchParams(values.filter(([key, value]) => DEFAULTS[key] !== value)));
}

/** The part of a link that says what images a network is given: the data set's name, and a custom one's shape. */
export function imagesLink(values: Readonly<Record<string, string>>): string {
  const link = new URLSearchParams({ data: values["data"] ?? "" });
  for (const key of isCustom(values) ? SHAPE_KEYS : []) {
    const value = values[key];
    if (value !== undefined) link.set(key, value);
  }
  return linkText(link);
}
