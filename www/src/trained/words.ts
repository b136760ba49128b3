import { choiceLabel } from "../fields.js";
import { count, finePercent } from "../format.js";
import type { Field } from "../module.js";
import { msg } from "../words/msg.js";
import type { TrainedNetwork } from "./networks.js";

/** What a trained network is, in a line: by what it was trained, and how good its file is. */
export function trainedText({ model, data, accuracy, images }: TrainedNetwork, fields: readonly Field[]): string {
  return msg("{network}, trained on {data}: {accuracy} of {images} test images", {
    network: choiceLabel(fields, "model", model),
    data: choiceLabel(fields, "data", data),
    accuracy: finePercent(accuracy),
    images: count(images),
  });
}

/** The fragment of the recipe that it was trained by: whoever trains it sees whether it gives the same. */
export function recipeHref({ link, check }: TrainedNetwork): string {
  return `#${link}&check=${check}`;
}
