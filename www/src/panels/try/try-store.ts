import { computed, effect, signal, untracked } from "@preact/signals-core";

import type { Bench } from "../../bench/bench.js";
import type { DataInfo, Example } from "../../module.js";
import { unitPixels } from "../../pixels.js";
import { PanelStore } from "../panel-store.js";
import { defaultOptions, isDigits, prepare, type Options } from "./prepare.js";
import type { Picture } from "./read.js";

const NOT_READY = {
  pixels: null,
  message: "What the network gets of it is shown once the run is ready: on a GPU, when it trains.",
};

/** What is tried: nothing, a drawing, a test example, or a picture that a person gave. */
export type Input =
  | { kind: "none" | "drawing" }
  | { kind: "example"; example: Example }
  | { kind: "picture"; picture: Picture; options: Options; message: string };

/** What is tried, and made into what the network's images are; the network is given it by `bench.subscriptions`. */
export class TryStore extends PanelStore {
  readonly #bench: Bench;
  readonly #input = signal<Input>({ kind: "none" });
  /** What is known of the data that the input was prepared for. */
  #dataKey = "";
  #nextExample = 0;

  constructor(bench: Bench) {
    super();
    this.#bench = bench;
  }

  get input(): Input {
    return this.#input.value;
  }

  /** What the network is given of it: `[channels, height, width]`, from 0 to 1. */
  get pixels(): Float32Array | null {
    return this.#bench.state.inspection.picture;
  }

  clear(): void {
    this.#set({ kind: "none" }, null);
  }

  takeDrawing(pixels: Float32Array | null): void {
    this.#set({ kind: pixels ? "drawing" : "none" }, pixels);
  }

  /** Takes the next test image. */
  async takeExample(): Promise<void> {
    const example = await this.#bench.connection.request("testExample", { index: this.#nextExample++ });
    if (example) this.#set({ kind: "example", example }, unitPixels(example.pixels));
  }

  takePicture(picture: Picture, options?: Options): void {
    const { info } = this.#bench.state.stores.data.current;
    const chosen = options ?? defaultOptions(picture, info);
    const { pixels, message } = info ? prepare(picture, info, chosen) : NOT_READY;
    this.#set({ kind: "picture", picture, options: chosen, message }, pixels);
  }

  setOption(key: keyof Options, value: boolean): void {
    const input = this.#input.peek();
    if (input.kind === "picture") this.takePicture(input.picture, { ...input.options, [key]: value });
  }

  protected override follow(): (() => void)[] {
    const { state } = this.#bench;
    const data = computed(() => state.data.info);
    return [
      effect(() => {
        const info = data.value;
        if (!info || this.#dataKey === keyOf(info)) return;
        this.#dataKey = keyOf(info);
        untracked(() => this.#takeData(info));
      }),
    ];
  }

  /** Other data: a picture is prepared for them; what else was tried means nothing to a network of other images. */
  #takeData(info: DataInfo): void {
    const input = this.#input.peek();
    if (input.kind === "picture") this.takePicture(input.picture);
    else if (input.kind === "example" || !isDigits(info)) this.clear();
  }

  #set(input: Input, pixels: Float32Array | null): void {
    this.#bench.state.change(() => {
      this.#input.value = input;
      this.#bench.subscriptions.try(pixels);
    });
  }
}

/** What of the data decides how an input is prepared. */
function keyOf({ name, classes, channels, height, width }: DataInfo): string {
  return [name, channels, height, width, ...classes].join();
}
