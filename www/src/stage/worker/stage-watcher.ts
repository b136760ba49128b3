/** What the network makes of an image, for the stage: probabilities, and the maps of the layers that are in view. */
import type { LayerInfo } from "../../module.js";
import type { Answers } from "../../worker/request-context.js";
import { mapsOf, type LayerMaps } from "../maps.js";

/** What is put through the network, and what is to be seen of it. */
export interface Watched {
  /** Which image it is, for the page. */
  image: number;
  pixels: Float32Array;
  /** The layers whose maps are in view, by their indices. */
  layers: readonly number[];
}

export interface Watching {
  probabilities: Float32Array;
  maps: LayerMaps[];
}

/** Watches one image on its way through the network. */
export class StageWatcher {
  #chosen: { run: Answers; pixels: Float32Array; channels: Map<number, readonly number[]> } | undefined;

  /** @param isTraining whether the maps stay that were shown last: those of an image that change all the time cannot be read */
  async watch(
    run: Answers,
    { pixels, layers }: Watched,
    infos: readonly LayerInfo[],
    isTraining: boolean,
  ): Promise<Watching> {
    if (layers.length === 0) return { probabilities: await run.predict(pixels), maps: [] };
    const { probabilities, activations } = await run.forward(pixels, layers);
    const last = this.#chosen;
    const stays = isTraining && last?.run === run && last.pixels === pixels;
    const channels = stays ? last.channels : new Map<number, readonly number[]>();
    const maps: LayerMaps[] = [];
    for (const [at, layer] of layers.entries()) {
      const activation = activations[at];
      if (!activation) continue;
      const areTokens = infos[layer]?.shape.length === 2;
      const ofLayer = mapsOf(layer, activation, areTokens, channels.get(layer));
      channels.set(layer, ofLayer.channels);
      maps.push(ofLayer);
    }
    this.#chosen = { run, pixels, channels };
    return { probabilities, maps };
  }
}
