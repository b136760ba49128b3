/** The networks of the built module, for unit tests: their layers as they are, not as somebody remembers them. */
import type { Description, ExportedGraph, Lab } from "../module.js";
import { unitPixels } from "../pixels.js";
import type { Sources } from "./explain/explanation.js";
import { normalized } from "./explain/values.js";

const built = import.meta.glob<{ openLab: () => Promise<Lab> }>("../../../pkg/index.js");
const open = Object.values(built)[0];

/** Why tests of all networks are skipped; false where they are not. */
export const notBuilt = open ? false : "pkg/ is not built";

export interface Network {
  name: string;
  description: Description;
  graph: ExportedGraph | undefined;
}

/** Every network of the zoo as it begins, and some with other options. */
export async function zoo(others: readonly string[] = []): Promise<Network[]> {
  if (!open) return [];
  const lab = await (await open()).openLab();
  const model = lab.fields().find(({ key }) => key === "model")?.kind;
  const names = model?.type === "choice" ? model.choices.map(({ value }) => `model=${value}`) : [];
  const networks = [...names, ...others].map((name) => ({
    name,
    description: lab.describe(name),
    graph: lab.graph(name),
  }));
  lab.close();
  return networks;
}

/** What the module computes for a test image, layer by layer, after a few steps: enough to explain any value. */
export async function sourcesOf(link: string, steps = 2): Promise<Sources> {
  if (!open) throw new Error("pkg/ is not built.");
  const lab = await (await open()).openLab();
  const run = await lab.start(link);
  await run.step(steps);
  const { layers } = lab.describe(link);
  const [example] = run.examples("test", 0, 1);
  const pixels = unitPixels(example!.pixels);
  const { activations } = await run.forward(
    pixels,
    layers.map((_, at) => at),
  );
  const values = new Map([[0, normalized(pixels, run.data, run.normalization())]]);
  for (const [at, activation] of activations.entries()) if (activation) values.set(at + 1, activation);
  const sources = { graph: lab.graph(link)!, layers, values, weights: await run.stateDict() };
  lab.close();
  return sources;
}
