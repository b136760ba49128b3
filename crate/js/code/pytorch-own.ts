// What a PyTorch script has of a person's own images: `load.py` reads them, and these lines make tensors of what it gives.

import { weightsUsage } from "./pytorch-weights.js";
import type { OwnImages, Recipe } from "./recipe.js";

/** What the script's head says of its data. */
export function ownUsage(recipe: Recipe): string {
  const { model } = recipe;
  return `    pip install torch numpy pillow safetensors
    python ${model}.py --data FOLDER --weights ${model}.safetensors

--data is the folder of your images or a zip of them, which load.py, the file that comes with this one, cuts and scales as Bunsen
does; or own.npz, which Bunsen's "Save prepared images" made, and which is the same to the byte. ${weightsUsage(recipe)}`;
}

/** Python's text of a text. Escapes of JSON are Python's too. */
const quoted = (text: string): string => JSON.stringify(text);

/** Reads the images, and checks that the classes are the run's. */
export function ownReading({ classes, measured }: OwnImages): string {
  const names = measured && `NAMES = [${measured.names.map(quoted).join(", ")}]`;
  const [differ, wanted] = measured
    ? ["names != NAMES", `the run's are {', '.join(NAMES)}`]
    : [`len(names) != ${classes}`, `the link has ${classes} of them`];
  return `${names ? `# The classes, as the run has them.\n${names}\n\n\n` : ""}def read(source):
    """Images and labels: to train on, and to test with."""
    *arrays, names = load(source)
    if ${differ}:
        raise SystemExit(f"{source} has the classes {', '.join(names)}, and ${wanted}: give the same images.")
    images, labels, test_images, test_labels = map(torch.tensor, arrays)
    print(f"{len(images)} images to train on and {len(test_images)} to test with, of {', '.join(names)}")
    return (images, labels.long()), (test_images, test_labels.long())
`;
}

/** Where nothing was measured: the script does so itself, as Bunsen does. */
export const MEASURING = `def measure(images):
    """Mean and deviation of each channel, of pixels from 0 to 1."""
    scales = []
    for channel in images.transpose(0, 1):
        # By integers, so that nothing is rounded before the end.
        counts = torch.bincount(channel.flatten().long(), minlength=256).tolist()
        count, total, squares = (sum(n * byte**power for byte, n in enumerate(counts)) for power in range(3))
        deviation = math.sqrt(count * squares - total**2) / (255 * count)
        scales.append((total / (255 * count), max(deviation, 1 / 255)))
    return (torch.tensor(scale).view(1, -1, 1, 1) for scale in zip(*scales))
`;
