/** The network's drawing as a figure. */
import type { Bench } from "../../bench/bench.js";
import { LIGHT } from "../../figure/colours.js";
import type { Diagram, Figure } from "../../figure/figure.js";
import { fileNameOf, recipeLineOf } from "../../figure/recipe.js";
import { count } from "../../format.js";
import type { Description } from "../../module.js";
import { diagramOf, type Block } from "./diagram.js";
import { layoutOf } from "./diagram-layout.js";
import { defineMessage, msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** As the page colours them. */
const COLOURS: Record<Block["kind"], string> = {
  image: LIGHT.soft,
  convolution: LIGHT.flame,
  linear: LIGHT.warm,
  other: LIGHT.edge,
};
const NAMES: Record<Block["kind"], string> = {
  image: defineMessage("layer|image"),
  convolution: defineMessage("layer|convolution"),
  linear: defineMessage("layer|linear"),
  other: defineMessage("layer|other"),
};

export function networkFigure(bench: Bench, description: Description): Figure {
  const { recipe } = bench.state;
  const { title, paper, parameters, multiplyAdds, layers } = description;
  return {
    title,
    fileName: fileNameOf("network", recipe),
    notes: [
      `${msg("{parameters} parameters, {operations} multiply-adds an image.", { parameters: count(parameters), operations: count(multiplyAdds) })} ${translated(paper)}`,
      msg("High blocks have many rows, or units; wide ones many channels. Arcs lead past layers."),
    ],
    recipes: [recipeLineOf(bench)],
    picture: drawingOf(description),
    table: {
      header: ["layer", "name", "kind", "inputs", "output", "parameters", "multiply-adds"],
      rows: () =>
        layers.map(({ name, kind, inputs, shape, ...sizes }, index) => [
          index + 1,
          name,
          kind,
          inputs.join(" "),
          shape.join("×"),
          sizes.parameters,
          sizes.multiplyAdds,
        ]),
    },
  };
}

export function drawingOf(description: Pick<Description, "input" | "layers">): Diagram {
  const { width, height, blocks, arcs } = layoutOf(diagramOf(description));
  const kinds = [...new Set(blocks.map(({ kind }) => kind))];
  return {
    kind: "diagram",
    width,
    height,
    blocks: blocks.map(({ x, y, width, height, kind, layer }) => {
      const name = layer === null ? msg("layer|image") : (description.layers[layer]?.name ?? "");
      return { x, y, width, height, colour: COLOURS[kind], name };
    }),
    arcs,
    legend: kinds.map((kind) => ({ name: translated(NAMES[kind]), colour: COLOURS[kind] })),
  };
}
