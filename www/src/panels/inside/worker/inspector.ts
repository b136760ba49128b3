/** Inspects the network for the page: at once where nothing else is to be done, else now and then. */
import type { Activation, LayerInfo, Run } from "../../../module.js";
import type { DeadUnits, Inspection, InspectionRequest } from "../inspection.js";
import { argmax } from "../../../math.js";
import { unitPixels } from "../../../pixels.js";
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
  #dead: { run: Run; layer: number; step: number; units: DeadUnits } | undefined;

  /** What the page wants to see from now on; null for nothing. */
  setRequest(request: InspectionRequest | null): void {
    this.#request = request;
  }

  /** Whether it is time to inspect while training goes on. */
  get due(): boolean {
    return this.#request?.visible === true && this.#pace.isDue;
  }

  /** Inspects the network; undefined where nothing is requested, or the test image is not fetched yet. */
  async inspect(run: Run, layers: readonly LayerInfo[], step: number): Promise<Inspection | undefined> {
    return this.#pace.keep(() => this.#inspect(run, layers, step));
  }

  async #inspect(run: Run, layers: readonly LayerInfo[], step: number): Promise<Inspection | undefined> {
    const request = this.#request;
    const layer = layers[request?.layer ?? -1];
    const image = request && imageOf(run, request);
    if (!request || !image || !layer) return undefined;
    const { pixels } = image;
    const probabilities = await run.predict(pixels);
    const salientLabel = request.label ?? argmax(probabilities);
    return {
      step,
      pixels,
      label: image.label,
      probabilities,
      layer: request.layer,
      activation: (await run.activations(pixels, request.layer)) ?? null,
      saliency: { label: salientLabel, values: await run.saliency(pixels, salientLabel) },
      attention: await attentionOf(run, layers, pixels),
      weights: layer.parameters > 0 ? await weightsOf(run, layer.name) : [],
      dead: layer.kind === "ReLU" ? await this.#deadOf(run, request.layer, step) : null,
    };
  }

  async #deadOf(run: Run, layer: number, step: number): Promise<DeadUnits | null> {
    const last = this.#dead;
    if (last && last.run === run && last.layer === layer && last.step === step) return last.units;
    const units = await countDead(run, layer);
    if (units) this.#dead = { run, layer, step, units };
    return units;
  }
}

function imageOf(
  run: Run,
  { pixels, testImage }: InspectionRequest,
): { pixels: Float32Array; label: number | null } | null {
  const { channels, height, width } = run.data;
  if (pixels) return pixels.length === channels * height * width ? { pixels, label: null } : null;
  const [example] = run.examples("test", testImage, 1);
  return example ? { pixels: unitPixels(example.pixels), label: example.label } : null;
}

async function attentionOf(run: Run, layers: readonly LayerInfo[], pixels: Float32Array): Promise<Activation[]> {
  const attention: Activation[] = [];
  for (const [layer, { kind }] of layers.entries()) {
    const weights = kind === "attention" ? await run.activations(pixels, layer) : undefined;
    if (weights) attention.push(weights);
  }
  return attention;
}

async function weightsOf(run: Run, layer: string): Promise<Inspection["weights"]> {
  const tensors = Object.entries(readSafetensors(await run.weights()));
  const ofLayer = tensors.filter(([name]) => name === layer || name.startsWith(`${layer}.`));
  return ofLayer.map(([name, tensor]) => ({ name, ...tensor }));
}

/** A unit is a channel of feature maps, or a number; it is dead where it is 0 everywhere in every image. */
async function countDead(run: Run, layer: number): Promise<DeadUnits | null> {
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
