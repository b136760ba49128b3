// Links as callers give them: a recipe, or the whole address that has one behind its `#`.

import { requireText } from "./arguments.js";
import { BunsenError } from "./errors.js";

/** The recipe of a link, with or without the address before its fragment. */
export function requireLink(value: unknown): string {
  const text = requireText(value, "a link", "recipe");
  const recipe = text.replace(/^[^#]*#/, "");
  if (recipe === text && /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw new BunsenError("recipe", "This is an address without a recipe, which stands behind its #.");
  }
  return recipe;
}
