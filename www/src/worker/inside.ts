/** Looks inside the network for the page: at once where nothing else is to be done, else now and then. */
import type { Activation, LayerInfo, Run } from "../module.js";
import type { Dead, Inside, InsideWish } from "../panels/inside/what.js";
import { readSafetensors } from "../tensors.js";

/** Looks no more often than this. */
const LEAST_MS = 400;
/** The share of the time that looking may take from training. */
const SHARE = 0.02;
/** Test images that a unit must say nothing to, to be called dead. */
const DEAD_IMAGES = 16;

export class Insight {
  #wish: InsideWish | null = null;
  #next = 0;
  #dead: { of: Run; layer: number; step: number; found: Dead } | undefined;

  /** What the page wants to see from now on; null for nothing. */
  wish(wish: InsideWish | null, run: Run | undefined): void {
    this.#wish = wish;
    if (run) this.attend(run);
  }

  /** A run is there: its steps are watched if somebody looks. */
  attend(run: Run): void {
    run.watch(this.#wish !== null);
  }

  /** Whether it is time to look while training goes on. */
  get due(): boolean {
    return this.#wish?.seen === true && performance.now() >= this.#next;
  }

  /** The inside as it is now; nothing where nobody looks, or where the image is not there yet. */
  async look(run: Run, layers: readonly LayerInfo[], step: number): Promise<Inside | undefined> {
    const wish = this.#wish;
    const layer = layers[wish?.layer ?? -1];
    const image = wish && imageOf(run, wish);
    if (!wish || !image || !layer) return undefined;
    const began = performance.now();
    const { pixels, truth } = image;
    const probabilities = await run.predict(pixels);
    const label = wish.label ?? probabilities.indexOf(Math.max(...probabilities));
    const inside: Inside = {
      step,
      pixels,
      truth,
      probabilities,
      layer: wish.layer,
      activation: (await run.look(pixels, wish.layer)) ?? null,
      evidence: { label, values: await run.evidence(pixels, label) },
      attention: await attentionOf(run, layers, pixels),
      weights: layer.parameters > 0 ? await weightsOf(run, layer.name) : [],
      norms: await run.norms(),
      dead: layer.kind === "ReLU" ? await this.#deadOf(run, wish.layer, step) : null,
    };
    const took = performance.now() - began;
    this.#next = performance.now() + Math.max(LEAST_MS, took / SHARE);
    return inside;
  }

  async #deadOf(run: Run, layer: number, step: number): Promise<Dead | null> {
    const known = this.#dead;
    if (known && known.of === run && known.layer === layer && known.step === step) return known.found;
    const found = await countDead(run, layer);
    if (found) this.#dead = { of: run, layer, step, found };
    return found;
  }
}

function imageOf(run: Run, { pixels, testImage }: InsideWish): { pixels: Float32Array; truth: number | null } | null {
  const { channels, height, width } = run.data;
  if (pixels) return pixels.length === channels * height * width ? { pixels, truth: null } : null;
  const [example] = run.examples("test", testImage, 1);
  return example ? { pixels: Float32Array.from(example.pixels, (value) => value / 255), truth: example.label } : null;
}

async function attentionOf(run: Run, layers: readonly LayerInfo[], pixels: Float32Array): Promise<Activation[]> {
  const found: Activation[] = [];
  for (const [at, { kind }] of layers.entries()) {
    const shares = kind === "attention" ? await run.look(pixels, at) : undefined;
    if (shares) found.push(shares);
  }
  return found;
}

async function weightsOf(run: Run, layer: string): Promise<Inside["weights"]> {
  const tensors = Object.entries(readSafetensors(await run.weights()));
  const its = tensors.filter(([name]) => name === layer || name.startsWith(`${layer}.`));
  return its.map(([name, tensor]) => ({ name, ...tensor }));
}

/** A unit is a channel of feature maps, or a number; it is dead where it is 0 everywhere in every image. */
async function countDead(run: Run, layer: number): Promise<Dead | null> {
  let alive: boolean[] = [];
  let images = 0;
  for (const { pixels } of run.examples("test", 0, DEAD_IMAGES)) {
    const seen = await run.look(
      Float32Array.from(pixels, (value) => value / 255),
      layer,
    );
    if (!seen) return null;
    const [channels, rows, columns] = seen.shape;
    const maps = channels > 1 || rows > 1;
    const units = maps ? channels : columns;
    const size = maps ? rows * columns : 1;
    if (alive.length === 0) alive = new Array<boolean>(units).fill(false);
    for (let at = 0; at < seen.values.length; at++) if (seen.values[at]! > 0) alive[Math.floor(at / size)] = true;
    images++;
  }
  return images === 0 ? null : { images, units: alive.length, dead: alive.filter((lives) => !lives).length };
}
