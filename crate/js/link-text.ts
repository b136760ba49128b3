/**
 * The link of these keys and values. What no value has is escaped, so that nobody takes it for damage: a link that the package or the page makes of
 * values that are allowed has no `%` for mail and chat to escape again.
 */
export function linkText(parameters: Iterable<[string, string]>): string {
  const text = (part: string): string => part.replace(/[^\w,.():-]/gu, encoded);
  return [...parameters].map(([key, value]) => `${text(key)}=${text(value)}`).join("&");
}

/** `encodeURIComponent` leaves some punctuation as it is. */
function encoded(character: string): string {
  const text = encodeURIComponent(character);
  return text === character ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : text;
}
