// Networks in words and numbers, from the lab alone: no run is needed.

import { imagesLink, isCustom } from "../../../crate/js/custom-dataset-keys.js";
import type { Lab, Language } from "../module.js";
import type { Card, Code, StackText } from "../protocol.js";
import { failureOf } from "./failure.js";

/** The layers of a network of one's own, if the link is of one. */
export function stackOf(lab: Lab, link: string): StackText | null {
  const asked = new URLSearchParams(link.replace(/^[#?]+/, ""));
  if (asked.get("model") !== "stack") return null;
  const { values } = lab.parse("model=stack");
  const value = (key: string): string => asked.get(key) ?? values[key] ?? "";
  const [text, data] = [value("layers"), value("data")];
  const images = isCustom({ data }) ? imagesLink({ ...Object.fromEntries(asked), data }) : data;
  return { text, data, stack: lab.readStack(text, images) };
}

/** Every network on that data; `chosen` are the values of the recipe at hand. */
export function cardsOf(lab: Lab, data: string, chosen: Record<string, string> | undefined): Card[] {
  const model = lab.fields().find(({ key }) => key === "model")?.kind;
  if (model?.type !== "choice") return [];
  const part = chosen?.["data"] === data ? imagesLink(chosen) : imagesLink({ data });
  return model.choices.map(({ value }) => cardOf(lab, value, part, data));
}

/** A network on that data, or on its own where it does not take that. */
function cardOf(lab: Lab, model: string, part: string, data: string): Card {
  try {
    const link = `model=${model}&${part}`;
    lab.parse(link);
    return { model, description: lab.describe(link), data };
  } catch {
    const { values } = lab.parse(`model=${model}`);
    return { model, description: lab.describe(`model=${model}`), data: values["data"] ?? "" };
  }
}

/** A link as a program, or why it cannot be one. */
export async function codeOf(lab: Lab, link: string, language: Language): Promise<Code> {
  try {
    return { link, language, files: await lab.asCode(link, language), why: null };
  } catch (thrown) {
    const { kind, message } = failureOf(thrown, "inspecting");
    if (kind !== "recipe") throw thrown;
    return { link, language, files: [], why: message };
  }
}
