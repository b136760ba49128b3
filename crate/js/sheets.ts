// A data set's file from its copy as a picture: a row of pixels for each image, and a list of labels.

import type { SourceFile } from "./cpu/bunsen.js";
import { download, type DownloadResult, type OnProgress } from "./download.js";
import { withImagesModule } from "./images-module.js";
import type { ResumableFile } from "./resumable-file.js";

/** Bytes of a list of labels, at most: each is a digit and a comma. */
const MOST_LABEL_BYTES = 1 << 20;

/** Fetches a file's picture and its labels below a prefix, and puts the file together. */
export async function readSheet(
  prefix: string,
  { path, bytes: unpackedSize, sheet }: SourceFile,
  onProgress: OnProgress,
  partial?: ResumableFile,
): Promise<DownloadResult> {
  if (!sheet) throw new Error(`there is no picture of ${path}`);
  const { bytes: picture, resumed } = await download({
    url: prefix + sheet.picture,
    unpackedSize,
    onProgress,
    partial,
  });
  const list = await download({ url: prefix + sheet.labels, unpackedSize: MOST_LABEL_BYTES, onProgress: () => {} });
  const labels = labelsOf(list.bytes, sheet.first, Math.round(unpackedSize / RECORD_BYTES));
  const bytes = await withImagesModule(async (images) => images.records(sheet.picture, picture, labels));
  return { bytes, resumed };
}

/** A label, and the pixels of an image in three colours. */
const RECORD_BYTES = 1 + 3 * 32 * 32;

function labelsOf(bytes: Uint8Array, first: number, count: number): Uint8Array {
  let all: unknown;
  try {
    all = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Said below.
  }
  const labels: unknown[] = Array.isArray(all) ? all.slice(first, first + count) : [];
  if (labels.length !== count || labels.some((label) => !Number.isInteger(label)))
    throw new Error("its list of labels is none");
  return Uint8Array.from(labels as number[]);
}
