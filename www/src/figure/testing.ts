/** Figures for tests, and what is read of the files that are made of them. */
import type { Figure, Picture } from "./figure.js";

export function figureOf(picture: Picture, part: Partial<Figure> = {}): Figure {
  return {
    title: "A figure",
    fileName: "figure",
    notes: [],
    recipes: [{ mark: "", words: "LeNet-5, MNIST", address: "https://bench.example/#model=lenet5" }],
    picture,
    table: { header: [], rows: () => [] },
    ...part,
  };
}

/** An element of an XML file: enough of a parser to see that it is one. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** The elements of a file. Throws where it is not well-formed: a tag that is not closed, an attribute twice, a character that XML has not. */
export function elementsOf(xml: string): Element[] {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(xml)) throw new Error("It has a control character.");
  const open: Element[] = [];
  const all: Element[] = [];
  let at = 0;
  for (const match of xml.matchAll(/<(\/?)([a-z]+)((?:\s[a-zA-Z-]+="[^"<]*")*)(\/?)>/g)) {
    const between = xml.slice(at, match.index);
    if (/[<>]/.test(between) || /&(?!#\d+;)/.test(match[0] + between)) throw new Error(`Not escaped: ${between}`);
    for (const element of open) element.text += unescaped(between);
    at = match.index + match[0].length;
    const [, closes, name = "", attributes = "", isEmpty] = match;
    if (closes) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing.`);
      continue;
    }
    const element: Element = { name, attributes: {}, text: "" };
    for (const [, key = "", value = ""] of attributes.matchAll(/([a-zA-Z-]+)="([^"]*)"/g)) {
      if (key in element.attributes) throw new Error(`<${name}> has ${key} twice.`);
      element.attributes[key] = unescaped(value);
    }
    all.push(element);
    if (!isEmpty) open.push(element);
  }
  if (open.length > 0 || xml.slice(at).trim() !== "") throw new Error("It does not end.");
  return all;
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

/** The lines of text that a person reads in it. */
export function textsOf(xml: string): string[] {
  return elementsOf(xml)
    .filter(({ name }) => name === "text")
    .map(({ text }) => text);
}
