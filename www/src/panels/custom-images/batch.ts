/** Examples that each shard of a batch has at least, where there are as many: batch normalization takes the mean of each shard. */
const SHARD_SIZE = 4;

/** What the page chooses where a network's usual batch has more images than there are to train on. */
export interface FittedBatch {
  /** A power of two that the images fill at least twice, or where that is less than two of them, 2. */
  batch: number;
  /** Its shards: never so many that one of them has a single image, which no batch normalization learns from. */
  shards: number;
}

/** The batch for so few training images; undefined where they are enough for the network's own. */
export function fittedBatch(usual: FittedBatch, images: number): FittedBatch | undefined {
  if (usual.batch <= images) return undefined;
  const batch = 2 ** Math.max(1, Math.floor(Math.log2(images / 2)));
  return { batch, shards: Math.min(usual.shards, Math.max(1, batch / SHARD_SIZE)) };
}
