/** Networks in words and numbers, from the lab alone: no run is needed. */
import { imagesLink } from "../../../../crate/js/custom-dataset-keys.js";
import type { Lab, Language } from "../../module.js";
import type { Card, Code } from "../../protocol.js";
import { Transferred, type RequestHandlers } from "../../rpc/server.js";
import { asFailure } from "../../worker/failure.js";
import type { RequestContextSource } from "../../worker/request-context.js";

export interface NetworkRequests {
  /** Every network, on that data where it takes it. */
  describeNetworks: { params: { data: string }; result: Card[] };
  /** The recipe as a program. */
  code: { params: { language: Language }; result: Code | null };
  /** The recipe's own images as networks get them: an npz. */
  preparedImages: { params: null; result: Uint8Array | null };
}

export function networkHandlers(context: RequestContextSource): RequestHandlers<NetworkRequests> {
  return {
    describeNetworks: ({ data }) => {
      const { lab, recipe } = context();
      return lab ? cardsOf(lab, data, recipe?.values) : [];
    },
    code: async ({ language }) => {
      const { lab, recipe, run } = context();
      if (!lab || !recipe) return null;
      // A program that compares its losses is told those of the run that has ended here, or those that the link promises.
      const isEnded = run !== undefined && run.plan.link === recipe.link && run.plan.done === run.plan.steps;
      const checked = isEnded ? await run.checkedLink() : undefined;
      return codeOf(lab, recipe.link, checked ?? recipe.given, language);
    },
    preparedImages: async () => {
      const { lab, recipe } = context();
      if (!lab || !recipe) return null;
      const content = await lab.preparedImages(recipe.link);
      return new Transferred(content, [content.buffer as ArrayBuffer]);
    },
  };
}

/** @param chosen the values of the recipe at hand */
function cardsOf(lab: Lab, data: string, chosen: Record<string, string> | undefined): Card[] {
  const model = lab.fields().find(({ key }) => key === "model")?.kind;
  if (model?.type !== "choice") return [];
  const images = chosen?.["data"] === data ? imagesLink(chosen) : imagesLink({ data });
  return model.choices.map(({ value }) => cardOf(lab, value, images, data));
}

/** A network on that data, or on its own where it does not take that. */
function cardOf(lab: Lab, model: string, images: string, data: string): Card {
  try {
    const link = `model=${model}&${images}`;
    lab.parse(link);
    return { model, description: lab.describe(link), data };
  } catch {
    const { values } = lab.parse(`model=${model}`);
    return { model, description: lab.describe(`model=${model}`), data: values["data"] ?? "" };
  }
}

/** A link as a program, or why it cannot be one. @param given the link with its check, where it has one */
async function codeOf(lab: Lab, link: string, given: string, language: Language): Promise<Code> {
  try {
    return { link, language, files: await lab.asCode(given, language), why: null };
  } catch (thrown) {
    const { kind, message } = asFailure(thrown, "inspecting");
    if (kind !== "recipe") throw thrown;
    return { link, language, files: [], why: message };
  }
}
