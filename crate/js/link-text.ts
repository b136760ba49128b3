/**
 * The link of these keys and values. Only what would end a value is escaped: a link that the package or the page makes has
 * no `%` for mail and chat to escape again.
 */
export function linkText(parameters: Iterable<[string, string]>): string {
  const text = (part: string): string => part.replace(/[%&=#+]/g, (character) => encodeURIComponent(character));
  return [...parameters].map(([key, value]) => `${text(key)}=${text(value)}`).join("&");
}
