import { describe, expect, test } from "vitest";

import { useLanguage, type Catalogue } from "../words/catalogue.js";
import { found } from "../words/translated.js";
import { kindOf, layerNames, layerTitle } from "./layer-names.js";
import { notBuilt, zoo } from "./zoo.testing.js";

const CATALOGUES = import.meta.glob<Catalogue>("../words/*.json", { import: "default", eager: true });

const layer = (name: string, kind: string, ...inputs: number[]) => ({ name, kind, inputs });
const titles = (...layers: ReturnType<typeof layer>[]): string[] => layerNames(layers).map(({ title }) => title);

test("layers are called by their kind, with a number where there are several, and activations after their layer", () => {
  expect(
    titles(
      layer("conv1", "convolution 5×5, padding 2", 0),
      layer("relu1", "ReLU", 1),
      layer("pool1", "max pooling 2×2", 2),
      layer("conv2", "convolution 5×5", 3),
      layer("bn2", "batch normalization", 4),
      layer("relu2", "ReLU", 5),
      layer("pool2", "average pooling 2×2", 6),
      layer("fc", "linear", 7),
    ),
  ).toEqual([
    "Convolution 1",
    "Convolution 1 after ReLU",
    "Pooling 1",
    "Convolution 2",
    "Convolution 2 after batch norm",
    "Convolution 2 after ReLU",
    "Pooling 2",
    "Linear",
  ]);
});

test("what a skip connection leads past is a block, and its layers are counted within it", () => {
  expect(
    titles(
      layer("conv1", "convolution 3×3, padding 1", 0),
      layer("layer1.0.conv1", "convolution 3×3, padding 1", 1),
      layer("layer1.0.relu1", "ReLU", 2),
      layer("layer1.0.conv2", "convolution 3×3, padding 1", 3),
      layer("layer1.0.downsample.0", "convolution 1×1, stride 2", 1),
      layer("layer1.0.add", "addition of the block's input, projected", 4, 5),
      layer("layer1.0.relu2", "ReLU", 6),
    ),
  ).toEqual([
    "Convolution",
    "Block 1 · convolution 1",
    "Block 1 · convolution 1 after ReLU",
    "Block 1 · convolution 2",
    "Block 1 · shortcut convolution",
    "Block 1 · sum",
    "Block 1 · sum after ReLU",
  ]);
});

test("a stack's residual blocks are called as those of other networks, also where one stands in another", () => {
  expect(
    titles(
      layer("layers.0", "convolution 3×3", 0),
      layer("layers.1.0", "convolution 3×3", 1),
      layer("layers.1.1.0", "convolution 3×3", 2),
      layer("layers.1.1", "addition of the block's input", 2, 3),
      layer("layers.1", "addition of the block's input", 1, 4),
    ),
  ).toEqual(["Convolution", "Block 1 · convolution", "Block 2 · convolution", "Block 2 · sum", "Block 1 · sum"]);
});

test("a network of no layers has no names", () => {
  expect(layerNames([])).toEqual([]);
});

describe.skipIf(notBuilt)(`all networks of the module${notBuilt ? ` (skipped: ${notBuilt})` : ""}`, async () => {
  const networks = await zoo([
    ...["model=resnet-20&skip=off", "model=vit&pool=token", "model=vit&pool=mean", "model=alexnet&lrn=on"],
    "model=stack&layers=conv8x3g1,conv8x3p1s2g2,avg3s2,max3p1,sigmoid,tanh,res(conv8x3p1),drop0.5,gap,fc12",
  ]);

  test.each(networks)("$name has a name for every layer, each once, and none is PyTorch's", ({ description }) => {
    const names = layerNames(description.layers).map(({ title }) => title);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Z][\p{L}\d ·-]+$/u);
  });

  test.each(Object.entries(CATALOGUES))("each kind of layer has its words in %s", (path, catalogue) => {
    useLanguage(path.slice(-7, -5), catalogue);
    const kinds = networks.flatMap(({ description }) =>
      description.layers.flatMap((layer) => [layer.kind, kindOf(layer)]),
    );
    const isSame = (kind: string): boolean => /^(ReLU|GELU|dropout [\d.]+)$/.test(kind);
    const isLacking = (kind: string): boolean => /\b(padding|stride|groups|heads)\b|^$/.test(found(kind) ?? "");
    const lacking = kinds.filter((kind) => !isSame(kind) && isLacking(kind));
    useLanguage("en", null);
    expect([...new Set(lacking)]).toEqual([]);
  });

  const titlesOf = (wanted: string): string[] =>
    layerNames(networks.find(({ name }) => name === wanted)?.description.layers ?? []).map(({ title }) => title);

  test("some of them as they are read", () => {
    expect(titlesOf("model=lenet5")).toEqual([
      "Convolution 1",
      "Convolution 1 after ReLU",
      "Pooling 1",
      "Convolution 2",
      "Convolution 2 after ReLU",
      "Pooling 2",
      "Linear 1",
      "Linear 1 after ReLU",
      "Linear 2",
      "Linear 2 after ReLU",
      "Linear 3",
    ]);
    expect(titlesOf("model=vit")).toEqual(expect.arrayContaining(["Attention of block 1", "Block 4 · sum 2"]));
    expect(titlesOf("model=googlenet")).toEqual(
      expect.arrayContaining(["Inception 3a · branch 2 · convolution 2 after ReLU", "Inception 5b · concatenation"]),
    );
    expect(titlesOf("model=densenet")).toEqual(
      expect.arrayContaining(["Dense block 1 · layer 2 · concatenation", "Transition 1 · pooling"]),
    );
    expect(titlesOf("model=resnet-110").at(-3)).toBe("Block 54 · sum after ReLU");
  });
});

test("they are called in the language of the page", () => {
  useLanguage("de", CATALOGUES["../words/de.json"]!);
  const names = titles(
    layer("conv1", "convolution 3×3, padding 1", 0),
    layer("layer1.0.conv1", "convolution 3×3, padding 1", 1),
    layer("layer1.0.bn1", "batch normalization", 2),
    layer("layer1.0.downsample.0", "convolution 1×1, stride 2", 1),
    layer("layer1.0.add", "addition of the block's input, projected", 3, 4),
    layer("block.attention", "attention", 5),
    layer("block.add", "addition of what went in", 6, 5),
    layer("fc", "linear", 7),
  );
  useLanguage("en", null);
  expect(names).toEqual([
    "Faltung",
    "Block 1 · Faltung",
    "Block 1 · Faltung nach Batchnorm",
    "Block 1 · Faltung der Abkürzung",
    "Block 1 · Summe",
    "Attention von Block 2",
    "Block 2 · Summe",
    "Linear",
  ]);
});

test("a layer is found by PyTorch's name, which stands for one that is not there", () => {
  const layers = [layer("conv1", "convolution 5×5", 0), layer("relu1", "ReLU", 1)];
  expect(layerTitle(layers, "relu1")).toBe("Convolution after ReLU");
  expect(layerTitle(layers, "fc9")).toBe("fc9");
});
