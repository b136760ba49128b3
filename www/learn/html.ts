/** Pieces of HTML as text. */

/** A text as HTML has it, also within an attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot" }[sign] ?? ""};`);
}

/** An element with a text in it. Attributes that are undefined are left out; `true` is one without a value. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | number | true | undefined>>,
  content: string,
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => (value === true ? ` ${key}` : ` ${key}="${escaped(String(value))}"`))
    .join("");
  return `<${name}${written}>${content}</${name}>`;
}
