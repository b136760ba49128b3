/** Examples that each shard of a batch has at least, where there are as many: batch normalization takes the mean of each shard. */
const SHARD_SIZE = 4;

/** What the page chooses where a network's usual batch has more images than there are to train on. */
export interface FittedBatch {
  /** A power of two that the images fill at least twice; 4 where that would be less, or where there are fewer than 4 images, 2. */
  batch: number;
  /** Its shards: never so many that one of them has a single image, which no batch normalization learns from. */
  shards: number;
  /** Whether the images stay as they are: what augmentation changes in so few of them is more than what tells them apart. */
  plain: boolean;
}

/** The batch for so few training images; undefined where they are enough for the network's own. */
export function fittedBatch(usual: Pick<FittedBatch, "batch" | "shards">, images: number): FittedBatch | undefined {
  if (usual.batch <= images) return undefined;
  const filledTwice = 2 ** Math.floor(Math.log2(images / 2));
  const batch = Math.max(filledTwice, images < SHARD_SIZE ? 2 : SHARD_SIZE);
  return {
    batch,
    shards: Math.min(usual.shards, Math.max(1, batch / SHARD_SIZE)),
    plain: batch <= SHARD_SIZE,
  };
}

/** Steps that a run has at least: the usual epochs of a few images are a handful, in which no network learns. */
const FEWEST_STEPS = 100;

/** The length of a run, of which a recipe has epochs, or steps in their place. */
interface Length {
  batch: number;
  epochs: number;
  steps: number;
}

/** The steps for so few training images; undefined where the epochs are long enough, or steps were chosen. */
export function fittedSteps({ batch, epochs, steps }: Length, images: number): number | undefined {
  return steps > 0 || epochs * Math.floor(images / batch) >= FEWEST_STEPS ? undefined : FEWEST_STEPS;
}
