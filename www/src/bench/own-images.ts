import { customDatasetValues } from "../../../crate/js/custom-dataset-keys.js";
import type { CustomDatasetInfo, GivenFile, Requests } from "../protocol.js";
import { batchFor } from "../panels/custom-images/batch.js";
import { isLocked, underWay, type State } from "./state.js";

/** What own images need of the bench. */
export interface Host {
  state(): State;
  /** The link that was last asked for. */
  link(): string;
  set(change: Partial<State>): void;
  /** Asks the worker, a new one where the last has come to its end; undefined where it fails or is of another run. */
  request<K extends keyof Requests>(
    method: K,
    params: Requests[K]["params"],
  ): Promise<Requests[K]["result"] | undefined>;
  /** Starts over with the same link. */
  again(): void;
  /** Starts over with some values of the recipe changed. */
  change(changed: Record<string, string>): void;
}

/** The bench's part of a person's own images, and of a known data set's own files. */
export class OwnImages {
  readonly #host: Host;
  /** What was given last, to be read anew where it is to be made into something else. */
  #files: GivenFile[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Takes a person's own images, or a known data set's own files.
   * @param anew whether they may be others than the link names
   */
  async take(gathered: GivenFile[] | Promise<GivenFile[]>, anew = false): Promise<void> {
    const host = this.#host;
    host.set({ notTaken: null, given: null });
    if (isLocked(host.state())) return host.set({ unreadable: underWay("What you gave") });
    let files: GivenFile[];
    try {
      files = await gathered;
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      return host.set({ notTaken: { message: `It could not be read: ${why}`, sound: false } });
    }
    if (files.length === 0) return;
    this.#files = files;
    const { parsed, own, draft } = host.state();
    const values = { ...parsed?.values, ...draft };
    const others = values["data"] !== "own" || !values["own"] || values["own"] === own?.digest;
    const size = values["size"] === "28" ? 28 : 32;
    const channels = values["channels"] === "grey" ? "grey" : "colour";
    const options = { size, channels, seed: Number(values["seed"] ?? 1) } as const;
    const read = host.request("readFiles", {
      files,
      options: anew || others ? options : { ...options, link: host.link() },
    });
    host.set({ taking: { done: 0, total: files.length } });
    this.#became(await read);
  }

  #became(read: Requests["readFiles"]["result"] | undefined): void {
    if (!read) return;
    const { set, change } = this.#host;
    switch (read.type) {
      case "customDataset":
        return this.took(read.dataset);
      case "knownFiles": {
        const { given } = read;
        set({ taking: null, given });
        if (given.missing.length === 0) change({ data: given.name });
        return;
      }
      case "refused":
        return set({ taking: null, notTaken: { message: read.message, sound: read.sound } });
      default:
        read satisfies never;
    }
  }

  /** Takes what was given last, though the link names others. */
  takeAnyway(): void {
    void this.take(this.#files, true);
  }

  /** Another size or other channels: they are read again. */
  reshape(key: "size" | "channels", value: string): void {
    const { state, change } = this.#host;
    if (isLocked(state())) return;
    const { own, parsed } = state();
    const again = own !== null && own.digest === parsed?.values["own"] && this.#files.length > 0;
    change({ [key]: value, own: "" });
    if (again) void this.take(this.#files, true);
  }

  keep(keep: boolean): void {
    void this.#host.request("storeDataset", { store: keep });
  }

  forget(): void {
    void this.#host.request("removeStoredDatasets", null);
  }

  /** What the recipe becomes where own images are chosen: those that are here, if there are any. */
  get choice(): Record<string, string> {
    const { own } = this.#host.state();
    return own ? customDatasetValues(own) : { data: "own" };
  }

  /** They were read. */
  took(own: CustomDatasetInfo): void {
    const { state, set, again, change } = this.#host;
    set({ own, taking: null });
    const { parsed } = state();
    if (parsed?.values["data"] === "own" && parsed.values["own"] === own.digest) {
      // Those that the link names: they were found in the storage, or given for it just now.
      if (own.split) again();
      return;
    }
    change(customDatasetValues(own));
  }

  /** They may be fewer than a network's usual batch: unless that was asked for, a smaller one is taken. */
  fitBatch(asked: Record<string, string>): void {
    const { state, change } = this.#host;
    const { parsed, own, data } = state();
    if (parsed?.values["data"] !== "own" || "batch" in asked) return;
    const here = own && own.digest === parsed.values["own"] ? own.split?.train : undefined;
    const images = here ?? (data?.name === "own" ? data.train : Infinity);
    const batch = Number(parsed.values["batch"]);
    if (batch > images) change({ batch: String(batchFor(batch, images)) });
  }
}
