// Which modules the bench's first view is made of. Left to itself, the build makes a file of every few modules that the same pages and panels
// share: the first view came in over fifty, each of which a connection waits for.

import { join } from "node:path";
import type { Rolldown } from "vite";

/** The page's script, which starts the worker before anything is drawn. It waits for the others, and so is in no file with them. */
const START = ["main"];
/** What is drawn first. */
const FIRST = [
  "app/bench-app",
  "words/page-text",
  "words/language-select",
  "stage/stage-panel",
  "panels/curves/curves-panel",
  "panels/recipe/settings-panel",
];
/** Pages that have little in common with the bench: what they share with it stays apart, so that they load nothing else. */
const OTHERS = ["../learn/client/learn", "benchmark", "benchmark/elements/benchmark-app"];

/** What imports what, as far as the build knows. */
interface Graph {
  getModuleInfo(id: string): Rolldown.ModuleInfo | null;
}

/** The modules that those import statically, and themselves. */
function withImports(ids: readonly string[], graph: Graph): Set<string> {
  const found = new Set(ids);
  // What is found on the way is gone through, too.
  for (const id of found) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/** Names the file for a module of the first view alone. `folder`: of the page's sources. */
export function firstViewIn(folder: string): (id: string, graph: Graph) => string | null {
  const all = (names: readonly string[]): string[] => names.map((name) => join(folder, `${name}.ts`));
  let files: Map<string, string> | undefined;
  const filesOf = (graph: Graph): Map<string, string> => {
    const found = new Map<string, string>();
    for (const id of withImports(all(FIRST), graph)) found.set(id, "first-view");
    for (const id of withImports(all(START), graph)) found.set(id, "start");
    for (const id of [...all(START), ...withImports(all(OTHERS), graph)]) found.delete(id);
    return found;
  };
  return (id, graph) => (files ??= filesOf(graph)).get(id) ?? null;
}
