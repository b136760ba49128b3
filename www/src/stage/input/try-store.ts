import { computed, effect, signal, untracked } from "@preact/signals-core";

import type { Bench } from "../../bench/bench.js";
import type { DataInfo, Example } from "../../module.js";
import { unitPixels } from "../../pixels.js";
import { PanelStore } from "../../panels/panel-store.js";
import { defaultOptions, isDigits, prepare, type Options, type Prepared } from "./prepare.js";
import type { Picture } from "./read.js";
import { languageNow } from "../../words/catalogue.js";
import { msg } from "../../words/msg.js";

const notReady = (): Prepared => ({
  pixels: null,
  message: msg("What the network sees of it is shown once the run is ready: on a GPU, when it trains."),
});

/** What is put through the network: nothing, a drawing, a test image, or a picture that a person gave. */
export type Input =
  | { kind: "none" | "drawing" }
  | { kind: "example"; example: Example }
  | { kind: "picture"; picture: Picture; options: Options; message: string };

/**
 * What is put through the network, made into what its images are; the network is given it by `bench.subscriptions`. Until a person gives
 * something, test images take turns.
 */
export class TryStore extends PanelStore {
  readonly #bench: Bench;
  readonly #input = signal<Input>({ kind: "none" });
  /** What is known of the data that the input was prepared for. */
  #dataKey = "";
  #nextExample = 0;
  /** Whether the next of them was asked for, and is not here yet. */
  #isWaiting = false;
  /** Whether test images take turns by themselves. */
  readonly #takesTurns = signal(true);
  /** Whether they end with the first of them. */
  #keepsFirst = false;

  readonly #examplePixels = computed(() => {
    const { example } = this.#bench.state.inspection;
    return example && unitPixels(example.pixels);
  });

  constructor(bench: Bench) {
    super();
    this.#bench = bench;
  }

  get input(): Input {
    return this.#input.value;
  }

  /** What the network is given of it: `[channels, height, width]`, from 0 to 1. */
  get pixels(): Float32Array | null {
    return this.#bench.state.inspection.picture ?? this.#examplePixels.value;
  }

  get takesTurns(): boolean {
    return this.#takesTurns.value;
  }

  /** The test image stays that is there; where there is none yet, the first that comes. */
  keep(): void {
    if (this.#takesTurns.peek() && this.#input.peek().kind === "none") this.#keepsFirst = true;
    else this.#takesTurns.value = false;
  }

  clear(): void {
    this.#set({ kind: "none" }, null);
  }

  takeDrawing(pixels: Float32Array | null): void {
    this.#set({ kind: pixels ? "drawing" : "none" }, pixels);
  }

  /** Takes the next test image, which stays. */
  async takeExample(): Promise<void> {
    const example = await this.#bench.connection.request("testExample", { index: this.#nextExample++ });
    if (!example) return;
    this.#bench.state.change(() => {
      this.#takesTurns.value = false;
      this.#input.value = { kind: "example", example };
      this.#bench.subscriptions.watch(example);
    });
  }

  /** The next test image, unless a person gave something meanwhile. */
  async takeTurn(): Promise<void> {
    // The test images may be on their way for long.
    if (!this.#takesTurns.peek() || this.#isWaiting) return;
    this.#isWaiting = true;
    const { runId } = this.#bench.state.stores;
    const id = runId.peek();
    let example: Example | null = null;
    try {
      example = (await this.#bench.connection.requestOrThrow("testExample", { index: this.#nextExample++ })) ?? null;
    } catch {
      // Nobody asked for it: who scores the run is told what is missing. It is not asked for again and again.
      if (id === runId.peek()) this.#takesTurns.value = false;
    }
    this.#isWaiting = false;
    if (id !== runId.peek()) return this.#bench.state.plan ? this.takeTurn() : undefined;
    if (!example || !this.#takesTurns.peek()) return;
    this.#bench.state.change(() => {
      if (this.#keepsFirst) this.#takesTurns.value = false;
      this.#input.value = { kind: "example", example };
      this.#bench.subscriptions.watch(example);
    });
  }

  takePicture(picture: Picture, options?: Options): void {
    const { info } = this.#bench.state.stores.data.current;
    const chosen = options ?? defaultOptions(picture, info);
    const { pixels, message } = info ? prepare(picture, info, chosen) : notReady();
    this.#set({ kind: "picture", picture, options: chosen, message }, pixels);
  }

  setOptions(changes: Partial<Options>): void {
    const input = this.#input.peek();
    if (input.kind === "picture") this.takePicture(input.picture, { ...input.options, ...changes });
  }

  protected override follow(): (() => void)[] {
    const { state } = this.#bench;
    const data = computed(() => state.data.info);
    const isPrepared = computed(() => state.plan !== null);
    return [
      effect(() => {
        languageNow();
        untracked(() => this.#sayAgain());
      }),
      effect(() => {
        const [info, prepared, takesTurns] = [data.value, isPrepared.value, this.#takesTurns.value];
        untracked(() => {
          const key = info ? keyOf(info) : "";
          if (this.#dataKey !== key) {
            this.#dataKey = key;
            this.#takeData(info);
          }
          if (prepared && takesTurns && this.#input.peek().kind === "none") void this.takeTurn();
        });
      }),
    ];
  }

  /** What was done to a picture is told in the language of the page. */
  #sayAgain(): void {
    const input = this.#input.peek();
    if (input.kind === "picture") this.takePicture(input.picture, input.options);
  }

  /** Other data, or none yet: a picture is prepared for them; what else was tried means nothing to a network of other images. */
  #takeData(info: DataInfo | null): void {
    const input = this.#input.peek();
    if (input.kind === "picture") this.takePicture(input.picture);
    else if (this.#takesTurns.peek()) this.#rest();
    else if (input.kind === "example" || !info || !isDigits(info)) this.clear();
  }

  /** Nothing is put through the network until there is a test image of these data. */
  #rest(): void {
    this.#bench.state.change(() => {
      this.#input.value = { kind: "none" };
      this.#bench.subscriptions.watch(null);
    });
  }

  #set(input: Input, pixels: Float32Array | null): void {
    this.#bench.state.change(() => {
      this.#takesTurns.value = false;
      this.#input.value = input;
      this.#bench.subscriptions.try(pixels);
    });
  }
}

/** What of the data decides how an input is prepared. */
function keyOf({ name, classes, channels, height, width }: DataInfo): string {
  return [name, channels, height, width, ...classes].join();
}
