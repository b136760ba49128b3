/** The wanted batch size, or where there are fewer images, a power of two that they fill at least twice. */
export function batchFor(wanted: number, images: number): number {
  if (wanted <= images) return wanted;
  return 2 ** Math.max(0, Math.floor(Math.log2(images / 2)));
}
