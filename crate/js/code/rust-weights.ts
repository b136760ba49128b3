// The weights that a Rust program starts from, and the layers that it leaves as they are.

import type { ExportedGraph } from "../cpu/bunsen.js";
import { endsOf, frozenOf, layerOf } from "./ends.js";
import type { Recipe } from "./recipe.js";

/** A line of `Cargo.toml`. */
export const SHA2 = `sha2 = { version = "0.11", default-features = false }
`;

/** A layer's path in the program: a name of digits is none of Rust's. */
const pathOf = (layer: string): string => layer.replace(/(^|\.)(\d+)(?=\.|$)/g, "$1layer$2");

/** The layers of which some parameters are frozen. */
const frozenLayers = (graph: ExportedGraph): string[] => [...new Set(frozenOf(graph).map(layerOf))];

/** What the program uses for them. */
export function weightsUses({ init }: Recipe, graph: ExportedGraph): string[] {
  return [
    ...(init === ""
      ? []
      : ["burn::module::ModuleMapper", "burn::module::Param", "burn::store::ApplyError", "burn::tensor::FloatDType"]),
    ...(frozenOf(graph).length > 0 ? ["burn::module::ParamGroup"] : []),
  ];
}

/** What the program's head says of the file of weights, after what it says of the images. */
export const weightsUsage = ({ init }: Recipe): string =>
  init === ""
    ? `the second, which may be left out, a file that Bunsen's
//! "Save weights" made. Without it, training starts from burn's own initial weights.`
    : `the second the file of weights
//! that the run starts from, or one that Bunsen's "Save weights" made of this run.`;

const LOAD = `/// Sets the network's weights to those of a file. Layers that PyTorch numbers have names here: \`0\` is \`layer0\`.
fn load(network: &mut Network, file: &str) -> Result<(), Box<dyn Error>> {
    let mut store = SafetensorsStore::from_file(file).with_from_adapter(PyTorchToBurnAdapter);
    for _ in 0..2 {
        store = store.with_key_remapping(r"(^|\\.)(\\d+)\\.", "\${1}layer\${2}.");
    }
    store.apply_to(network)?;
    Ok(())
}
`;

/** The functions \`load\` and, where the run starts from a file, \`start\`. */
export function loading({ init }: Recipe, graph: ExportedGraph): string {
  if (init === "") return LOAD;
  const ends = endsOf(graph).map(pathOf);
  const anew = ends.map(
    (path) => `    if anew.contains(&"${path}") {
        network.${path} = drawn.${path};
    }
`,
  );
  return `${LOAD}
/// The file of weights that the run starts from: the beginning of its SHA-256.
const INIT: &str = "${init}";

/// The layers whose shapes follow from the data: they start anew where the file has others.
const ENDS: [&str; ${ends.length}] = [${ends.map((path) => `"${path}"`).join(", ")}];

/// The network as the run starts; or as it is in a file of its own weights.
fn start(file: &str, device: &Device) -> Result<Network, Box<dyn Error>> {
    let mut network = Network::new(device);
    let bytes = fs::read(file).map_err(|why| format!("{file}: {why}"))?;
    let digest: String = Sha256::digest(&bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    if digest != INIT {
        println!("{file} has {digest}, and the run starts from {INIT}: it is taken for weights of this network.");
        load(&mut network, file)?;
        return Ok(network);
    }
    // What PyTorch's wrappers put before names is dropped, and shapes are looked at below.
    let mut store = SafetensorsStore::from_bytes(Some(bytes)).with_from_adapter(PyTorchToBurnAdapter).validate(false);
    store = store.with_key_remapping(r"^((module|model|_orig_mod)\\.)+", "");
    for _ in 0..2 {
        store = store.with_key_remapping(r"(^|\\.)(\\d+)\\.", "\${1}layer\${2}.");
    }
    let result = store.apply_to(&mut network)?;
    if result.unused.iter().any(|name| name == "optimizer.average") {
        return Err(format!("{file} is a checkpoint with an average of its weights: save its weights, and start from those.").into());
    }
    let mut anew = Vec::new();
    for error in result.errors {
        let ApplyError::ShapeMismatch { path, expected, found } = &error else { return Err(error.into()) };
        let Some(end) = ENDS.into_iter().find(|end| path.rsplit_once('.').is_some_and(|(layer, _)| layer == *end)) else {
            return Err(error.into());
        };
        println!("{end} starts anew: the file has {found:?} where this network has {expected:?}.");
        anew.push(end);
    }
    let drawn = Network::new(device);
${anew.join("")}    Ok(network.map(&mut Widened))
}

/// Makes numbers of 16 bits, in which files may have weights, such of 32.
struct Widened;

impl ModuleMapper for Widened {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|values| {
            let is_trained = values.is_require_grad();
            let values = values.detach().set_require_grad(false).cast(FloatDType::F32);
            values.set_require_grad(is_trained)
        })
    }
}
`;
}

/** The lines of \`main\` that make the network. */
export function made({ init }: Recipe, graph: ExportedGraph): string {
  const frozen = frozenLayers(graph);
  const first =
    init === ""
      ? `    let mut network = Network::new(&device);
    if let Some(file) = words.get(1) {
        load(&mut network, file)?;
    }
`
      : `    let file = words.get(1).ok_or(format!("The run starts from the weights with the digest {INIT}: give their file as the second word."))?;
    let mut network = start(file, &device)?;
`;
  if (frozen.length === 0) return first;
  const layers = frozen.map((layer) => pathOf(layer).replaceAll(".", "\\.")).join("|");
  return `${first}    // Training leaves these as they are; of batch normalization the running statistics, too, by which it normalizes then.
    let frozen = ParamGroup::from_regex(r"^(${layers})\\.\\w+$").map_err(|why| format!("{why:?}"))?;
    network = network.freeze_group(frozen);
`;
}
