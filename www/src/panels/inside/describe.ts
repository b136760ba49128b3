/** What is said of a layer, its tiles and its values. */
import { count, significant } from "../../format.js";
import type { LayerInfo } from "../../module.js";
import { isInk, type ImageShape } from "../../pixels.js";
import { msg, plural } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import type { DeadUnits } from "./inspection.js";

/** A description as a sentence. */
export function sentence(description: string): string {
  return `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
}

export function rangeOf(values: Float32Array): string {
  if (values.length === 1) return significant(values[0] ?? 0);
  let [lowest, highest, sum] = [Infinity, -Infinity, 0];
  for (const value of values) [lowest, highest, sum] = [Math.min(lowest, value), Math.max(highest, value), sum + value];
  return msg("From {least} to {most}, {mean} on average.", {
    least: significant(lowest),
    most: significant(highest),
    mean: significant(sum / values.length),
  });
}

/** What the saliency of a class shows, in the words of how the image is drawn: ink is dark in one theme and bright in the other. */
export function saliencyCaption(name: string, shape: ImageShape): string {
  return isInk(shape)
    ? msg("Input gradient: where more ink would raise the score of {class} (blue) or lower it (orange).", {
        class: name,
      })
    : msg("Input gradient: where a brighter pixel would raise the score of {class} (blue) or lower it (orange).", {
        class: name,
      });
}

/** What a layer is, what it gives and how many parameters it has. */
export function layerSentence({ kind, shape, parameters }: LayerInfo): string {
  const called = translated(kind);
  const values = { kind: called.charAt(0).toUpperCase() + called.slice(1), shape: shape.join("×") };
  if (parameters === 0) return msg("{kind}; gives {shape}.", values);
  return plural(
    parameters,
    "{kind}; gives {shape}, {count} parameter.",
    "{kind}; gives {shape}, {count} parameters.",
    values,
  );
}

export function deadSentence({ dead, units, images }: DeadUnits): string {
  const of = { units: count(units), images: count(images) };
  return dead === 0
    ? msg("Dead units: None of {units} stayed at 0 for each of {images} test images.", of)
    : msg("Dead units: {dead} of {units} stayed at 0 for each of {images} test images.", { dead: count(dead), ...of });
}
