// A network as PyTorch modules.

import {
  classNameOf,
  innermostFirst,
  isChain,
  isNumber,
  otherSummands,
  Unsupported,
  type Block,
  type Item,
  type Leaf,
} from "./tree.js";
import { ClassDefinitions, render, type Placeholder, type Template } from "./template.js";

const ACTIVATIONS: Record<string, [call: string, module: string]> = {
  relu: ["F.relu", "nn.ReLU"],
  tanh: ["torch.tanh", "nn.Tanh"],
  sigmoid: ["torch.sigmoid", "nn.Sigmoid"],
  gelu: ["F.gelu", "nn.GELU"],
};

/** A network in Python: its classes, and what they need. */
export interface PythonNetwork {
  classes: string[];
  /** Whether it has auxiliary heads, whose logits it gives in train mode. */
  auxiliary: boolean;
  imports: string[];
  /** The loss, where that is not a cross-entropy. */
  criterion?: string;
}

/** The classes of a network, the last of which is `Network`. @param dropout whose masks it has: with Bunsen's own every layer is called, for they are counted */
export function pythonOf(tree: Block, dropout: "torch" | "bunsen_streams" = "torch"): PythonNetwork {
  return new Writer(dropout).network(tree);
}

const lastWord = (words: string): string => words.split(" ").at(-1) ?? "";

const placeholder = (role: string, value: number | undefined, before = "", defaultValue?: number): Placeholder => ({
  role,
  value: value ?? 0,
  before,
  ...(defaultValue === undefined ? {} : { default: defaultValue }),
});

class Writer {
  readonly #classes = new ClassDefinitions();
  /** The constructor call of each block that is a class. */
  readonly #constructors = new Map<Block, Template>();
  readonly #residuals = new Set<Block>();
  readonly #helpers = new Set<string>();
  #ordered = false;
  #auxiliary: string[] = [];
  readonly #hasOwnMasks: boolean;

  constructor(dropout: "torch" | "bunsen_streams") {
    this.#hasOwnMasks = dropout === "bunsen_streams";
  }

  network(tree: Block): PythonNetwork {
    for (const level of innermostFirst(tree)) {
      const classes = level.filter((block) => !this.#isSequence(block));
      const blocks = classes.map((block) => ({
        block,
        className: classNameOf(block, "ReLU"),
        template: this.#body(block),
      }));
      this.#classes.add(blocks).forEach(({ definition, arguments: given }, index) => {
        const pieces = given.flatMap((argument, place): Template => [
          { ...argument, before: place > 0 ? ", " : "", default: NaN },
        ]);
        this.#constructors.set(classes[index] as Block, [`${definition.name}(`, ...pieces, ")"]);
      });
    }
    const root = this.#body(tree);
    const classes = this.#classes.all.map(({ name, parameters, body }) => classOf(name, parameters, body));
    classes.push(classOf("Network", [], render(root)));
    const helpers = [...this.#helpers].map((name) => HELPERS[name] ?? "");
    return {
      classes: [...helpers, ...classes],
      auxiliary: this.#auxiliary.length > 0,
      imports: this.#ordered ? ["from collections import OrderedDict"] : [],
    };
  }

  /** Whether it is written as `nn.Sequential`. */
  #isSequence(block: Block): boolean {
    const { items } = block;
    const last = items.at(-1);
    if (last?.kind === "leaf" && last.layer.op === "add" && items.some(({ name }) => isNumber(name))) {
      const chain = { ...block, items: items.slice(0, -1) };
      const sum = new Set([...block.inputs, chain.items.at(-1)?.output]);
      if (!isChain(chain) || !last.inputs.every((value) => sum.has(value))) {
        throw new Unsupported(`its block ${block.name} adds something else than what goes in`);
      }
      this.#residuals.add(block);
      return true;
    }
    const numbered = items.every(
      (item) => isNumber(item.name) || (item.kind === "leaf" && item.layer.parameters.length === 0),
    );
    const plain = numbered || items.length === 1 || items.every(({ kind }) => kind === "block");
    return isChain(block) && plain && items.every((item) => item.kind === "block" || this.#module(item) !== undefined);
  }

  /** The constructor call of an item that has a module, at that indentation. */
  #construct(item: Item, indent: string, outer = ""): Template {
    if (item.kind === "leaf") {
      const module = this.#module(item);
      if (!module) throw new Unsupported(`${item.layer.name} has no module of its own`);
      return module;
    }
    const constructor = this.#constructors.get(item);
    const path = `${outer}${item.name} `;
    if (constructor)
      return constructor.map((piece) =>
        typeof piece === "string" ? piece : { ...piece, role: path + lastWord(piece.role) },
      );
    const residual = this.#residuals.has(item);
    const items = residual ? item.items.slice(0, -1) : item.items;
    if (residual) this.#helpers.add("residual");
    const within = `${indent}    `;
    const placed = items.every(({ name }, at) => name === String(at) || !isNumber(name));
    const hasNumbers = items.some(({ name }) => isNumber(name));
    const lines = items.map((inner) => this.#construct(inner, within, path));
    const start = residual ? "Residual(" : "nn.Sequential(";
    if (placed && hasNumbers) {
      return [`${start}\n`, ...lines.flatMap((line): Template => [within, ...line, ",\n"]), `${indent})`];
    }
    this.#ordered = true;
    const deeper = `${within}    `;
    const named = items.flatMap((inner): Template => [
      `${within}("${keyOf(inner)}", `,
      ...this.#construct(inner, deeper, path),
      "),\n",
    ]);
    return [`${start}OrderedDict([\n`, ...named, `${indent}]))`];
  }

  /** The constructor call of a layer's module; nothing where it has none. */
  #module({ layer, flat }: Leaf): Template | undefined {
    const { op, attributes, parameters } = layer;
    const [weight, bias] = parameters;
    const [kernel = 0, stride = 0, padding = 0, ceilMode = 0] = attributes;
    const activation = ACTIVATIONS[op];
    if (activation) return [`${activation[1]}()`];
    const windows = (name: string): Template => [
      `${name}(${kernel}${stride === kernel ? "" : `, stride=${stride}`}${padding ? `, padding=${padding}` : ""}${ceilMode ? ", ceil_mode=True" : ""})`,
    ];
    switch (op) {
      case "conv": {
        const [to, from = 0, side] = weight?.shape ?? [];
        const [steps, margin, groups = 1] = attributes;
        return [
          "nn.Conv2d(",
          placeholder(`${layer.name.split(".").at(-1)} into`, from * groups),
          placeholder(`${layer.name.split(".").at(-1)} out`, to, ", "),
          placeholder("kernel", side, ", "),
          placeholder("stride", steps, ", stride=", 1),
          placeholder("padding", margin, ", padding=", 0),
          placeholder("groups", groups, ", groups=", 1),
          bias ? ")" : ", bias=False)",
        ];
      }
      case "linear": {
        const [from, to] = weight?.shape ?? [];
        return ["nn.Linear(", placeholder("into", from), placeholder("out", to, ", "), bias ? ")" : ", bias=False)"];
      }
      case "batchNorm": {
        const epsilon = attributes[0] === 1e-5 ? "" : `, eps=${attributes[0]}`;
        return [`nn.BatchNorm${flat ? 1 : 2}d(`, placeholder("channels", weight?.shape[0]), `${epsilon})`];
      }
      case "layerNorm":
        return ["nn.LayerNorm(", placeholder("dim", weight?.shape[0]), ", eps=1e-6)"];
      case "attention": {
        const [dim] = weight?.shape ?? [];
        return ["nn.MultiheadAttention(", placeholder("dim", dim), `, ${attributes[0]}, batch_first=True)`];
      }
      case "sequencePool":
        return ["nn.Linear(", placeholder("dim", weight?.shape[0]), ", 1)"];
      case "maxPool":
        return windows("nn.MaxPool2d");
      case "avgPool":
        return windows("nn.AvgPool2d");
      case "dropout":
        return [`${this.#hasOwnMasks ? "" : "nn."}Dropout(${attributes[0]})`];
      case "responseNorm":
        return ["nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)"];
      case "reshape":
        return ["nn.Flatten()"];
      case "mean":
        return ["nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())"];
      default:
        return undefined;
    }
  }

  /** A class's body: the rest of `__init__`, and `forward`. */
  #body(block: Block): Template {
    const init: Template = [];
    for (const item of block.items) {
      if (item.kind === "leaf" && item.layer.parameters.length === 0) continue;
      const [weight] = item.kind === "leaf" ? item.layer.parameters : [];
      const constructor: Template =
        item.kind === "leaf" && ["positions", "classToken"].includes(item.layer.op)
          ? [`nn.Parameter(0.02 * torch.randn(${weight?.shape.join(", ")}))`]
          : this.#construct(item, "        ");
      init.push(`        self.${item.name} = `, ...constructor, "\n");
    }
    return [...init, "\n    def forward(self, x):\n", ...this.#forward(block)];
  }

  #forward(block: Block): string[] {
    const lines: string[] = [];
    const uses = (value: number, after: number): number =>
      block.items.slice(after).reduce((sum, item) => sum + item.inputs.filter((input) => input === value).length, 0);
    /** The variable of a value, or its expression where that is not assigned yet. */
    const expressions = new Map<number, string>([[block.inputs[0] ?? 0, "x"]]);
    const isVariable = (expression: string): boolean => /^\w+$/.test(expression);
    const variableFor = (value: number, item: Item, at: number): string => {
      const live = new Set(
        [...expressions]
          .filter(([other]) => other !== value && uses(other, at + 1) > 0)
          .map(([, expression]) => expression),
      );
      const joined = block.items
        .slice(at + 1)
        .some((next) => next.kind === "leaf" && next.layer.op === "concat" && next.inputs.includes(value));
      const names = joined && item.kind === "block" && !isNumber(item.name) ? [item.name] : ["x", "y", "z"];
      const found = names.find((name) => !live.has(name)) ?? `${item.name}_out`;
      return found;
    };
    const assign = (value: number, expression: string, item: Item, at: number): string => {
      const variable = variableFor(value, item, at);
      if (variable !== expression) lines.push(`        ${variable} = ${expression}\n`);
      expressions.set(value, variable);
      return variable;
    };
    const auxiliary: string[] = [];
    block.items.forEach((item, at) => {
      const [first = 0] = item.inputs;
      const expressionOf = (value: number): string => expressions.get(value) ?? "x";
      const before = block.items[at - 1] ?? item;
      const named = (): string =>
        isVariable(expressionOf(first)) ? expressionOf(first) : assign(first, expressionOf(first), before, at - 1);
      if (item.kind === "leaf" && item.layer.op === "auxiliary") {
        const variable = before.name;
        lines.push(`        ${variable} = ${expressionOf(first)}\n`);
        auxiliary.push(`(${variable}, ${Number((item.layer.attributes[0] ?? 0).toPrecision(6))})`);
        return;
      }
      const isLayer = item.kind === "block" || item.layer.parameters.length > 0;
      const starts =
        isLayer && !(item.kind === "leaf" && ["batchNorm", "layerNorm", "positions"].includes(item.layer.op));
      if (starts && !isVariable(expressionOf(first))) named();
      const expression =
        item.kind === "block"
          ? `self.${item.name}(${expressionOf(first)})`
          : this.#call(item, [...item.inputs, ...otherSummands(block, item)].map(expressionOf), named);
      expressions.set(item.output, expression);
      const single = uses(item.output, at + 1) === 1;
      const next = block.items[at + 1];
      const isInlined = single && next?.inputs.includes(item.output) && next.inputs.length === 1;
      const isLast = at === block.items.length - 1;
      if (!isInlined && !isLast) assign(item.output, expression, item, at);
    });
    const result = expressions.get(block.output) ?? "x";
    if (auxiliary.length > 0) {
      this.#auxiliary = auxiliary;
      lines.push(`        if self.training:\n            return ${result}, [${auxiliary.join(", ")}]\n`);
    }
    lines.push(`        return ${result}\n`);
    return lines;
  }

  /** A layer's call; `named` assigns its input to a variable, for where it is used more than once. */
  #call({ layer, name }: Leaf, inputs: string[], named: () => string): string {
    const { op, attributes } = layer;
    const [x = "x", ...others] = inputs;
    const [kernel = 0, stride = 0, padding = 0, ceilMode = 0] = attributes;
    const activation = ACTIVATIONS[op];
    if (activation) return `${activation[0]}(${x})`;
    const windows = (call: string): string =>
      `${call}(${x}, ${kernel}${stride === kernel ? "" : `, stride=${stride}`}${padding ? `, padding=${padding}` : ""}${ceilMode ? ", ceil_mode=True" : ""})`;
    const wrapped = /^[\w.]+(\(.*\))?$/.test(x) ? x : `(${x})`;
    switch (op) {
      case "maxPool":
        return windows("F.max_pool2d");
      case "avgPool":
        return windows("F.avg_pool2d");
      case "mean":
        return `${wrapped}.mean((2, 3))`;
      case "reshape":
        return `${wrapped}.flatten(1)`;
      case "dropout":
        if (this.#hasOwnMasks) return `dropout(${x}, ${attributes[0]}, self.training)`;
        return attributes[0] ? `F.dropout(${x}, ${attributes[0]}, self.training)` : x;
      case "responseNorm":
        return `F.local_response_norm(${x}, 5, alpha=5e-4, beta=0.75, k=2)`;
      case "add":
        return [x, ...others].join(" + ");
      case "concat":
        return `torch.cat([${inputs.join(", ")}], 1)`;
      case "shrink":
        this.#helpers.add("shrink");
        return `shrink(${x}, ${others[0]})`;
      case "tokens":
        return `${wrapped}.flatten(2).transpose(1, 2)`;
      case "classToken":
        return `torch.cat([self.${name}.expand(len(${named()}), -1, -1), ${named()}], 1)`;
      case "positions":
        return `${x} + self.${name}`;
      case "attention":
        return `self.${name}(${named()}, ${named()}, ${named()}, need_weights=False)[0]`;
      case "firstToken":
        return `${wrapped}[:, 0]`;
      case "meanToken":
        return `${wrapped}.mean(1)`;
      case "sequencePool":
        return `(self.${name}(${named()}).softmax(1) * ${named()}).sum(1)`;
      default:
        return `self.${name}(${x})`;
    }
  }
}

/** An item's key in an `OrderedDict`. */
function keyOf(item: Item): string {
  return item.kind === "leaf" && item.layer.op === "reshape" ? "flatten" : item.name;
}

function classOf(name: string, parameters: string[], body: string): string {
  const head = `class ${name}(nn.Module):\n    def __init__(self${parameters.map((parameter) => `, ${parameter}`).join("")}):\n        super().__init__()\n`;
  return head + body;
}

const HELPERS: Record<string, string> = {
  residual: `class Residual(nn.Sequential):
    """Adds what goes in to what its layers make of it."""

    def forward(self, x):
        return x + super().forward(x)
`,
  shrink: `def shrink(x, y):
    """A shortcut without parameters, to the shape of y: every other pixel, and new channels of zeros on both sides."""
    stride = math.ceil(x.shape[2] / y.shape[2])
    new = y.shape[1] - x.shape[1]
    return F.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, new // 2, new - new // 2))
`,
};
