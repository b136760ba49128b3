// Loads what writes a recipe as a program, and its data for one: a chunk of its own, which most visits never need.

import type { CodeFile, Language } from "./api.js";
import type { Promised } from "./code/pytorch-distributed.js";
import type { HeldImages } from "./code/own-images.js";
import type { ExportedGraph } from "./cpu/bunsen.js";
import { BunsenError, messageOf } from "./errors.js";
import { importScript, wasmUrls } from "./module.js";

type Programs = typeof import("./code/index.js");

/** @param promised what the link promises, where it is a checked one @param held a person's own images, where the recipe is on such and they are here */
export async function programOf(
  language: Language,
  graph: ExportedGraph | undefined,
  link: string,
  values: Record<string, string>,
  held: HeldImages | undefined,
  promised: Promised | undefined,
): Promise<CodeFile[]> {
  const { program } = await load();
  return program(language, graph, link, values, held, promised);
}

/** A person's own images as an npz. */
export async function npzOf(held: HeldImages): Promise<Uint8Array> {
  const { npzOfImages } = await load();
  return npzOfImages(held);
}

function load(): Promise<Programs> {
  const loading = importScript(() => import("./code/index.js"), "../code/index.js", wasmUrls.cpu);
  return loading.catch((thrown: unknown) => {
    const why = messageOf(thrown).replace(/\.$/, "");
    const sentence = `What writes programs could not be loaded (${why}). Look at the connection and try again.`;
    throw new BunsenError("engine", sentence, { cause: thrown });
  });
}
