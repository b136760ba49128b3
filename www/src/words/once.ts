import { textsNow, type Translation } from "./catalogue.js";

/** A function of what is declared in English and of the language, which is computed once for each; in English it is what is declared. */
export function once<T extends object>(translate: (value: T) => T): (value: T) => T {
  let texts: ReadonlyMap<string, Translation> | undefined;
  let known = new WeakMap<T, T>();
  return (value) => {
    const now = textsNow();
    if (now.size === 0) return value;
    if (texts !== now) [texts, known] = [now, new WeakMap()];
    let found = known.get(value);
    if (!found) known.set(value, (found = translate(value)));
    return found;
  };
}
