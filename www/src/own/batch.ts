/** A batch size that so few images fill at least twice: the recipe's where it does, else a power of two. */
export function batchFor(wanted: number, images: number): number {
  if (wanted <= images) return wanted;
  return 2 ** Math.max(0, Math.floor(Math.log2(images / 2)));
}
