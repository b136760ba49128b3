// "Show as code": a link as a complete program in another language. Loaded only when asked for.

import type { CodeFile, Language } from "../api.js";
import type { ExportedGraph } from "../cpu/bunsen.js";
import { shown } from "../arguments.js";
import { BunsenError } from "../errors.js";
import { isLeNet5Of1998, LENET5_OF_1998 } from "./lenet5-1998.js";
import { loadPy } from "./load-py.js";
import { classNamesOf, normalizationOf, type HeldImages } from "./own-images.js";
import { pytorch } from "./pytorch.js";
import { pytorchDistributed, type Promised } from "./pytorch-distributed.js";
import { readRecipe } from "./recipe.js";
import { rustFiles } from "./rust.js";
import { Unsupported } from "./tree.js";

export { npzOfImages } from "./own-images.js";

const LABELS: Record<Language, string> = {
  pytorch: "PyTorch",
  "pytorch-distributed": "PyTorch",
  rust: "Rust",
};

/** The program's files, of a person's own images with what is measured of them where they are `held`; throws a `recipe` error where the language cannot express the network yet. */
export function program(
  language: Language,
  graph: ExportedGraph | undefined,
  link: string,
  values: Record<string, string>,
  held?: HeldImages,
  promised?: Promised,
): CodeFile[] {
  if (!Object.hasOwn(LABELS, language)) {
    const known = Object.keys(LABELS).map((name) => `"${name}"`);
    const listed = `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
    throw new BunsenError("recipe", `There is no language ${shown(language)}: choose ${listed}.`);
  }
  const measured = held && { names: classNamesOf(held), normalization: normalizationOf(held) };
  const recipe = readRecipe(link, values, measured);
  const unsupported = (why: string): BunsenError =>
    new BunsenError("recipe", `${recipe.model} cannot be shown as ${LABELS[language]} code yet: ${why}.`);
  if (recipe.isUnread)
    throw unsupported(`its program would read MNIST's or CIFAR-10's files, and not those of ${recipe.data}`);
  // Its layers are not in the graph.
  if (isLeNet5Of1998(recipe) && recipe.init !== "")
    throw unsupported("its program would not start from the weights of a file");
  if (isLeNet5Of1998(recipe) && recipe.freeze > 0) throw unsupported("its program would freeze no layers");
  if (recipe.whitens && recipe.init !== "")
    throw unsupported("its program would whiten no patches where it starts from weights");
  const normalization = recipe.own?.measured?.normalization;
  const exported = isLeNet5Of1998(recipe) ? LENET5_OF_1998 : graph && { ...graph, ...normalization };
  if (!exported) throw unsupported("it has layers that no other network has");
  try {
    switch (language) {
      case "pytorch":
        return [
          { name: `${recipe.model}.py`, text: pytorch(exported, recipe) },
          ...(recipe.own ? [{ name: "load.py", text: loadPy(recipe.own) }] : []),
        ];
      case "pytorch-distributed":
        if (recipe.init !== "")
          throw unsupported("its program for many processes would not start from the weights of a file");
        if (recipe.freeze > 0) throw unsupported("its program for many processes would freeze no layers");
        return [
          ...pytorchDistributed(exported, recipe, promised),
          ...(recipe.own ? [{ name: "load.py", text: loadPy(recipe.own) }] : []),
        ];
      case "rust":
        return rustFiles(exported, recipe);
    }
  } catch (thrown) {
    throw thrown instanceof Unsupported ? unsupported(thrown.message) : thrown;
  }
}
