// Links as callers give them: a recipe as text or as an object, or the whole address that has one behind its `#`.

import { requireText, shown } from "./arguments.js";
import { BunsenError } from "./errors.js";
import { linkText } from "./link-text.js";

/** The text of a recipe, without the address before it. */
export function requireLink(value: unknown): string {
  if (value instanceof URLSearchParams) return linkText(value);
  if (!(value instanceof URL) && isPlainObject(value)) return textOf(value);
  const text = requireText(value instanceof URL ? value.href : value, "a link", "recipe");
  // What stands behind a second # is the link's own matter.
  const recipe = text.replace(/^(?:\s*[a-z][a-z0-9+.-]*:\/\/[^#\s]*|\s*)#/i, "");
  if (recipe === text && /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw new BunsenError("recipe", "This is an address without a recipe, which stands behind its #.");
  }
  return recipe;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // One of another page has that page's.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function textOf(recipe: Record<string, unknown>): string {
  const given = Object.entries(recipe).filter(([, value]) => value !== undefined);
  if (given.length === 0)
    throw new BunsenError("recipe", "This recipe is an object without keys: name its model at least.");
  return linkText(given.map(([key, value]) => [wellFormed(key), valueOf(key, value)]));
}

function valueOf(key: string, value: unknown): string {
  if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value)))
    return wellFormed(String(value));
  throw new BunsenError("recipe", `${shown(value)} was given for ${key}: a text or a number.`, { key });
}

/** What is half a character has no UTF-8. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");
