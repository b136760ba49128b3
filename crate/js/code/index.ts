// "Show as code": a link as a complete program in another language. Loaded only when asked for.

import type { Structure } from "../cpu/bunsen.js";
import { BunsenError } from "../errors.js";
import { isPapers, PAPERS } from "./lenet5-1998.js";
import { pytorch } from "./pytorch.js";
import { Recipe } from "./recipe.js";
import { manifest, rust } from "./rust.js";
import { Unsayable } from "./tree.js";

export type Language = "pytorch" | "rust";

/** A file of a program. */
export interface CodeFile {
  name: string;
  text: string;
}

const LABELS: Record<Language, string> = { pytorch: "PyTorch", rust: "Rust" };

/** The program's files; throws a `recipe` error where the language cannot say the network yet. */
export function program(
  language: Language,
  structure: Structure | undefined,
  link: string,
  values: Record<string, string>,
): CodeFile[] {
  const recipe = new Recipe(link, values);
  const cannot = (why: string): BunsenError =>
    new BunsenError("recipe", `${recipe.model} cannot be shown as ${LABELS[language] ?? language} code yet: ${why}.`);
  const said = isPapers(recipe) ? PAPERS : structure;
  if (!said) throw cannot("it has layers that no other network has");
  try {
    switch (language) {
      case "pytorch":
        return [{ name: `${recipe.model}.py`, text: pytorch(said, recipe) }];
      case "rust":
        return [
          { name: "Cargo.toml", text: manifest(recipe) },
          { name: "src/main.rs", text: rust(said, recipe) },
        ];
      default:
        throw new BunsenError("recipe", `There is no language "${String(language)}": choose "pytorch" or "rust".`);
    }
  } catch (thrown) {
    throw thrown instanceof Unsayable ? cannot(thrown.message) : thrown;
  }
}
