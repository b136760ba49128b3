import { printable } from "../../../crate/js/printable.js";
import { megabytes } from "../format.js";
import { msg } from "../words/msg.js";

/** Far more than any file of ours has; it is read in one piece. */
const MOST_BYTES = 256 << 20;

/** Why a file is not read, where it is too large to be one of ours. */
export function tooLarge({ name, size }: File): string | null {
  if (size <= MOST_BYTES) return null;
  return msg("{name} was not read: it has {size}, and no run's file has more than {most}.", {
    name: printable(name),
    size: megabytes(size),
    most: megabytes(MOST_BYTES),
  });
}

/** Why something was not opened. */
export function underWay(name: string): string {
  return msg("{name} was not opened: a run is going on. Pause it, then open the file.", { name });
}

/** Lets the browser save something as a file. */
export function save(content: string | Uint8Array | Blob, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
