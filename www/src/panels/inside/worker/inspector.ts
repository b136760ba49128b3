/** Inspects the network for the page: at once where nothing else is to be done, else now and then. */
import type { Activation, LayerInfo } from "../../../module.js";
import type { Answers } from "../../../worker/request-context.js";
import type { DeadUnits, Inspection, InspectionRequest } from "../inspection.js";
import { argmax } from "../../../math.js";
import { unitPixels } from "../../../pixels.js";
import { neededFor } from "../../../stage/explain/explain.js";
import { normalized } from "../../../stage/explain/values.js";
import { chainOf } from "../../../stage/layer-names.js";
import { readSafetensors } from "../../../tensors.js";
import { Pace } from "../../../worker/pace.js";

/** Inspections are at least this far apart. */
const INSPECTION_INTERVAL_MS = 400;
/** The share of the time that inspecting may take. */
const MAX_SHARE = 0.02;
/** Test images for which a unit must stay at 0, to be called dead. */
const DEAD_IMAGES = 16;

export class Inspector {
  #request: InspectionRequest | null = null;
  readonly #pace = new Pace(INSPECTION_INTERVAL_MS, MAX_SHARE);
  /** The dead units that were counted last. */
  #dead: { run: Answers; layer: number; step: number; units: DeadUnits } | undefined;

  /** What the page wants to see from now on; null for nothing. */
  setRequest(request: InspectionRequest | null): void {
    this.#request = request;
  }

  /** Whether it is time to inspect while training goes on. */
  get due(): boolean {
    return this.#request?.visible === true && this.#pace.isDue;
  }

  /** Inspects the network; undefined where nothing is requested, or the test image is not fetched yet. */
  async inspect(run: Answers, layers: readonly LayerInfo[], step: number): Promise<Inspection | undefined> {
    return this.#pace.keep(() => this.#inspect(run, layers, step));
  }

  async #inspect(run: Answers, layers: readonly LayerInfo[], step: number): Promise<Inspection | undefined> {
    const request = this.#request;
    const layer = layers[request?.layer ?? -1];
    const image = request && imageOf(run, request);
    if (!request || !image || !layer) return undefined;
    const { pixels } = image;
    const numbers = neededFor(layers, request.layer);
    const seen = await seenBy(run, pixels, [
      ...numbers.filter((number) => number > 0).map((number) => number - 1),
      ...layers.flatMap(({ kind }, at) => (kind === "attention" ? [at] : [])),
    ]);
    const values = new Map(numbers.flatMap((number) => entryOf(number, seen.activations.get(number - 1))));
    if (numbers[0] === 0) values.set(0, normalized(pixels, run.data, run.normalization()));
    const { probabilities } = seen;
    const salientLabel = request.label ?? argmax(probabilities);
    const chain = chainOf(layers, request.layer).map((at) => layers[at]!);
    return {
      step,
      ...image,
      probabilities,
      layer: request.layer,
      activation: seen.activations.get(request.layer) ?? null,
      values,
      saliency: { label: salientLabel, values: await run.saliency(pixels, salientLabel) },
      attention: layers.flatMap(({ kind }, at) => (kind === "attention" ? (seen.activations.get(at) ?? []) : [])),
      weights: chain.some(({ parameters }) => parameters > 0) ? await weightsOf(run, chain) : [],
      dead: layer.kind === "ReLU" ? await this.#deadOf(run, request.layer, step) : null,
    };
  }

  async #deadOf(run: Answers, layer: number, step: number): Promise<DeadUnits | null> {
    const last = this.#dead;
    if (last && last.run === run && last.layer === layer && last.step === step) return last.units;
    const units = await countDead(run, layer);
    if (units) this.#dead = { run, layer, step, units };
    return units;
  }
}

interface Image {
  pixels: Float32Array;
  label: number | null;
  testImage: number | null;
}

function imageOf(run: Answers, { pixels, truth, testImage }: InspectionRequest): Image | null {
  const { channels, height, width } = run.data;
  if (pixels) return pixels.length === channels * height * width ? { pixels, label: truth, testImage: null } : null;
  const [example] = run.examples("test", testImage, 1);
  return example ? { pixels: unitPixels(example.pixels), label: example.label, testImage } : null;
}

/** One forward pass: the answer, and the outputs of these layers that there are. */
async function seenBy(run: Answers, pixels: Float32Array, wanted: readonly number[]) {
  const layers = [...new Set(wanted)];
  const { probabilities, activations } = await run.forward(pixels, layers);
  return {
    probabilities,
    activations: new Map(layers.flatMap((layer, at) => entryOf(layer, activations[at]))),
  };
}

function entryOf(number: number, activation?: Activation): [number, Activation][] {
  return activation ? [[number, activation]] : [];
}

async function weightsOf(run: Answers, layers: readonly LayerInfo[]): Promise<Inspection["weights"]> {
  const tensors = Object.entries(readSafetensors(await run.weights()));
  const ofLayers = tensors.filter(([name]) =>
    layers.some((layer) => name === layer.name || name.startsWith(`${layer.name}.`)),
  );
  return ofLayers.map(([name, tensor]) => ({ name, ...tensor }));
}

/** A unit is a channel of feature maps, or a number; it is dead where it is 0 everywhere in every image. */
async function countDead(run: Answers, layer: number): Promise<DeadUnits | null> {
  let alive: boolean[] = [];
  let images = 0;
  for (const { pixels } of run.examples("test", 0, DEAD_IMAGES)) {
    const activation = await run.activations(unitPixels(pixels), layer);
    if (!activation) return null;
    const [channels, rows, columns] = activation.shape;
    const maps = channels > 1 || rows > 1;
    const units = maps ? channels : columns;
    const size = maps ? rows * columns : 1;
    if (alive.length === 0) alive = new Array<boolean>(units).fill(false);
    for (let at = 0; at < activation.values.length; at++)
      if (activation.values[at]! > 0) alive[Math.floor(at / size)] = true;
    images++;
  }
  return images === 0 ? null : { images, units: alive.length, dead: alive.filter((lives) => !lives).length };
}
