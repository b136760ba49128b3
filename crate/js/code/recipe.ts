// A recipe's values, as programs need them.

const FOLDERS: Record<string, string> = { fashion: "data/fashion-mnist", cifar10: "data/cifar-10" };

/** A link's values with types; what a recipe does not have is 0 or empty. */
export class Recipe {
  readonly #values: Record<string, string>;

  /** `link` is the canonical one. */
  constructor(
    readonly link: string,
    values: Record<string, string>,
  ) {
    this.#values = values;
  }

  #text(key: string): string {
    return this.#values[key] ?? "";
  }

  #number(key: string): number {
    return Number(this.#values[key] ?? 0);
  }

  get model(): string {
    return this.#text("model");
  }
  get data(): string {
    return this.#text("data");
  }
  /** A program's default folder of the data. */
  get folder(): string {
    return FOLDERS[this.data] ?? "data/mnist";
  }
  get augmentations(): string[] {
    return this.#text("aug")
      .split(",")
      .filter((name) => name !== "" && name !== "none");
  }
  get opt(): string {
    return this.#text("opt");
  }
  get lr(): number {
    return this.#number("lr");
  }
  get momentum(): number {
    return this.#number("momentum");
  }
  get nesterov(): boolean {
    return this.#text("nesterov") === "on";
  }
  get wd(): number {
    return this.#number("wd");
  }
  get decay(): string {
    return this.#text("decay");
  }
  get schedule(): string {
    return this.#text("schedule");
  }
  get warmup(): number {
    return this.#number("warmup");
  }
  get smooth(): number {
    return this.#number("smooth");
  }
  get clip(): number {
    return this.#number("clip");
  }
  get batch(): number {
    return this.#number("batch");
  }
  get epochs(): number {
    return this.#number("epochs");
  }
  get steps(): number {
    return this.#number("steps");
  }
  get seed(): number {
    return this.#number("seed");
  }
  get subset(): number {
    return this.#number("subset");
  }
  get val(): number {
    return this.#number("val");
  }
  get dropout(): number {
    return this.#number("dropout");
  }
  /** How many shards a batch has: the next smaller number that divides it. */
  get shards(): number {
    let shards = Math.min(this.#number("shards"), this.batch);
    while (shards > 1 && this.batch % shards !== 0) shards--;
    return Math.max(1, shards);
  }
}
