import { imagesLink, isCustom } from "../../../../crate/js/custom-dataset-keys.js";
import type { Lab } from "../../module.js";
import type { StackText } from "../../protocol.js";

/** The layers of a network of one's own, if the link is of one. */
export function stackOf(lab: Lab, link: string): StackText | null {
  const parameters = new URLSearchParams(link.replace(/^[#?]+/, ""));
  if (parameters.get("model") !== "stack") return null;
  const { values } = lab.parse("model=stack");
  const value = (key: string): string => parameters.get(key) ?? values[key] ?? "";
  const [text, data] = [value("layers"), value("data")];
  const images = isCustom({ data }) ? imagesLink({ ...Object.fromEntries(parameters), data }) : data;
  return { text, data, stack: lab.readStack(text, images) };
}
