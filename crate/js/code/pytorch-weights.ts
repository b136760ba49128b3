// The weights that a PyTorch script starts from.

import type { ExportedGraph } from "../cpu/bunsen.js";
import { endsOf } from "./ends.js";
import type { Recipe } from "./recipe.js";

/** What the script's head says of the file of weights. */
export const weightsUsage = ({ init }: Recipe): string =>
  init === ""
    ? `--weights is a file that Bunsen's
"Save weights" made; without it, training starts from PyTorch's own initial weights.`
    : `--weights is the file of weights that
the run starts from, or one that Bunsen's "Save weights" made of this run.`;

/** Where the run starts from a file: the function `start`. */
export function startFunction({ init }: Recipe, graph: ExportedGraph): string {
  if (init === "") return "";
  const ends = endsOf(graph)
    .map((layer) => `"${layer}"`)
    .join(", ");
  return `# The file of weights that the run starts from: the beginning of its SHA-256.
INIT = "${init}"

# The layers whose shapes follow from the data: they start anew where the file has others.
ENDS = [${ends}]


def start(network, file):
    """Sets the network's weights as the run starts; or as they are in a file of its own weights."""
    with open(file, "rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()[:16]
    weights = load_file(file)
    if digest != INIT:
        print(f"{file} has {digest}, and the run starts from {INIT}: it is taken for weights of this network.")
        network.load_state_dict(weights)
        return
    if "optimizer.average" in weights:
        raise SystemExit(f"{file} is a checkpoint with an average of its weights: save its weights, and start from those.")
    drawn = network.state_dict()
    # What PyTorch's wrappers put before names is dropped.
    weights = {re.sub(r"^((module|model|_orig_mod)\\.)+", "", name): tensor for name, tensor in weights.items()}
    weights = {name: tensor.float() for name, tensor in weights.items() if name in drawn}
    for end in ENDS:
        names = [name for name in weights if name.rpartition(".")[0] == end]
        if any(weights[name].shape != drawn[name].shape for name in names):
            print(f"{end} starts anew: the file has another shape.")
            weights |= {name: drawn[name] for name in names}
    counters = {name: tensor for name, tensor in drawn.items() if name.endswith("num_batches_tracked")}
    network.load_state_dict(counters | weights)
`;
}

/** The lines of `main` that set the network's weights. */
export const started = ({ init }: Recipe): string =>
  init === ""
    ? `    if options.weights:
        from safetensors.torch import load_file

        network.load_state_dict(load_file(options.weights))
`
    : `    start(network, options.weights)
`;
