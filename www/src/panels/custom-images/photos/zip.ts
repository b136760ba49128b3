import { downloadZip } from "client-zip";

import type { GivenFile } from "../../../protocol.js";

/** The files as a zip, each as it is. */
export function zipOf(files: readonly GivenFile[]): Promise<Blob> {
  return downloadZip(
    files.map(({ path, file }) => ({ name: path, input: file, lastModified: file.lastModified })),
  ).blob();
}
