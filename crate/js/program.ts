// Loads what writes a recipe as a program: a chunk of its own, which most visits never need.

import type { CodeFile, Language } from "./api.js";
import type { ExportedGraph } from "./cpu/bunsen.js";
import { BunsenError, messageOf } from "./errors.js";
import { importScript, wasmUrls } from "./module.js";

export async function programOf(
  language: Language,
  graph: ExportedGraph | undefined,
  link: string,
  values: Record<string, string>,
): Promise<CodeFile[]> {
  const load = importScript(() => import("./code/index.js"), "../code/index.js", wasmUrls.cpu);
  const { program } = await load.catch((thrown: unknown) => {
    const why = messageOf(thrown).replace(/\.$/, "");
    const sentence = `What writes programs could not be loaded (${why}). Look at the connection and try again.`;
    throw new BunsenError("engine", sentence, { cause: thrown });
  });
  return program(language, graph, link, values);
}
