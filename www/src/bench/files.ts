import type { Savable } from "../protocol.js";
import { megabytes } from "../words.js";

/** Far more than any checkpoint has; it is read in one piece. */
export const MOST_BYTES = 256 << 20;

export function tooLarge(bytes: number): string {
  return `This file has ${megabytes(bytes)}, and a checkpoint never more than ${megabytes(MOST_BYTES)}.`;
}

/** Gives a file to the browser to save. */
export function save({ what, step, bytes }: { what: Savable; step: number; bytes: Uint8Array }, network: string): void {
  const address = URL.createObjectURL(new Blob([bytes as BlobPart], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${network}-step-${step}.${what}.safetensors`;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
