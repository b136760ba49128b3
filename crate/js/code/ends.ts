// The layers at the ends of a network, whose shapes follow from the data: they start anew where the weights that a run starts from have
// others. And those that training leaves as they are.

import type { ExportedGraph, ExportedLayer } from "../cpu/bunsen.js";

/** The layer of a parameter: `fc3` of `fc3.weight`. */
export const layerOf = (parameter: string): string => parameter.replace(/\.[^.]*$/, "");

const layersOf = ({ parameters }: ExportedLayer): string[] => parameters.slice(0, 1).map(({ name }) => layerOf(name));

/** The first layer with parameters that sees the image. */
function firstLayer({ layers }: ExportedGraph): string[] {
  const sees = [true];
  for (const layer of layers) {
    const seesImage = layer.inputs.some((input) => sees[input]);
    if (seesImage && layer.parameters.length > 0) return layersOf(layer);
    sees.push(seesImage);
  }
  return [];
}

/** The layer with parameters that a value comes from, with nothing but operations without parameters between. */
function layerBefore(layers: ExportedLayer[], value: number): string[] {
  for (let layer = layers[value - 1]; layer; layer = layers[(layer.inputs[0] ?? 0) - 1]) {
    if (layer.parameters.length > 0) return layersOf(layer);
  }
  return [];
}

/** The first layer, and those that give classes, auxiliary heads' too. */
export function endsOf(graph: ExportedGraph): string[] {
  const heads = graph.layers.flatMap(({ op }, index) => (op === "auxiliary" ? [index + 1] : []));
  const classes = [graph.logits, ...heads].flatMap((value) => layerBefore(graph.layers, value));
  return [...new Set([...firstLayer(graph), ...classes])];
}

/** The names of the parameters that training leaves as they are. */
export const frozenOf = (graph: ExportedGraph): string[] => graph.layers.flatMap(({ frozen }) => frozen);

/** The batch normalizations of which all is left as it is: these normalize by their running statistics. */
export const frozenNormsOf = ({ layers }: ExportedGraph): string[] =>
  layers
    .filter(({ op, parameters, frozen }) => op === "batchNorm" && frozen.length === parameters.length)
    .flatMap(layersOf);
