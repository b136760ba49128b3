import { INIT_KEY, withInit } from "../../../crate/js/init-key.js";
import { printable } from "../../../crate/js/printable.js";
import { choiceLabel, fieldOf } from "../fields.js";
import { asInLink } from "../format.js";
import type { Field, WeightsInfo } from "../module.js";
import type { HeldWeights } from "../protocol.js";
import type { AppState } from "../state/app-state.js";
import { networkOf, shownOf, wantedLink } from "../state/recipe.js";
import { isLocked } from "../state/run-state.js";
import { canTrainFurther } from "../state/weights.js";
import type { TrainedNetwork } from "../trained/networks.js";
import { msg } from "../words/msg.js";
import type { Connection } from "./connection.js";
import { save, underWay } from "./files.js";
import type { RecipeEditor } from "./recipe-editor.js";
import type { RunFiles } from "./run-files.js";

/** How much longer a finished run is trained. */
export const FURTHER_EPOCHS = 4;

/** Weights that come in from a file, and those of a finished run: to answer with, and to train on from. */
export class WeightsFiles {
  readonly #state: AppState;
  readonly #connection: Connection;
  readonly #editor: RecipeEditor;
  readonly #files: RunFiles;
  readonly #trainAgain: () => void;

  constructor(state: AppState, connection: Connection, editor: RecipeEditor, files: RunFiles, trainAgain: () => void) {
    this.#state = state;
    this.#connection = connection;
    this.#editor = editor;
    this.#files = files;
    this.#trainAgain = trainAgain;
  }

  /**
   * Opens a file of weights or a checkpoint. A checkpoint goes on, paused, where it stands; of weights a person says what becomes of them, unless they
   * are those that the recipe asks for.
   */
  open(file: File): Promise<void> {
    const load = async (): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());
    const name = printable(file.name);
    return this.#files.read(file, load, async (bytes) => {
      const info = await this.#connection.requestOrThrow("readWeights", { bytes });
      if (info) await this.#wasRead(name, bytes, info);
    });
  }

  async #wasRead(name: string, bytes: Uint8Array, info: WeightsInfo): Promise<void> {
    const { files, recipe, run } = this.#state.stores;
    // Train may have been pressed while the file was read.
    if (isLocked(run.current)) return files.update({ unreadable: underWay(name) });
    const { missing } = files.current;
    if (info.digest === missing) {
      if (await this.#keep(bytes)) this.#connection.restart(wantedLink(recipe.current));
      return;
    }
    if (info.format === "checkpoint") return this.#files.takeCheckpoint(bytes);
    if (missing === null) return files.update({ offered: { name, bytes, info } });
    const network = networkIn(info.link, recipe.current.fields);
    const values = { name, found: info.digest, wanted: missing, network };
    files.update({
      unreadable: network
        ? msg(
            "{name} was not used: it has weights of {network}, its digest begins with {found}, and this run starts from the file whose digest begins with {wanted}.",
            values,
          )
        : msg(
            "{name} was not used: its digest begins with {found}, and this run starts from the file whose digest begins with {wanted}.",
            values,
          ),
    });
  }

  /** The network of the file's own recipe answers, by the weights of the file. */
  answer(): Promise<void> {
    return this.#use(({ link }) => link ?? this.#linkAtHand);
  }

  /** A network that comes with the page answers. */
  answerBy({ link, digest }: Pick<TrainedNetwork, "link" | "digest">): void {
    this.#editor.openLink(withInit(link, digest));
  }

  /** The recipe at hand starts from the file, if it has the file's network; else the file's own does. */
  trainOn(): Promise<void> {
    return this.#use(({ link }) => {
      const isSame = link === undefined || modelIn(link) === networkOf(this.#state.stores.recipe.current);
      return isSame ? this.#linkAtHand : link;
    });
  }

  /** Puts the file away. */
  close(): void {
    this.#state.stores.files.update({ offered: null });
  }

  async #use(linkOf: (info: WeightsInfo) => string): Promise<void> {
    const { files, run } = this.#state.stores;
    const { offered } = files.current;
    if (!offered) return;
    if (isLocked(run.current)) return files.update({ unreadable: underWay(offered.name) });
    const link = withInit(linkOf(offered.info), offered.info.digest);
    if (await this.#keep(offered.bytes)) this.#editor.openLink(link);
  }

  /** The finished run goes on as one of its own, which starts from its weights: a few epochs at a tenth of the rate. */
  async trainFurther(): Promise<void> {
    const { run, recipe } = this.#state.stores;
    if (!canTrainFurther(run.current, recipe.current)) return;
    const kept = await this.#keep(null);
    const { parsed, fields } = recipe.current;
    if (kept && parsed && canTrainFurther(run.current, recipe.current)) {
      this.#editor.changeAll(furtherChanges(parsed.values, fields, kept.digest));
      this.#trainAgain();
    }
  }

  /** The browser saves the file that the recipe starts from. */
  saveInitial(): void {
    const { files, recipe } = this.#state.stores;
    const { initial } = files.current;
    if (!initial) return;
    const name = `${networkOf(recipe.current)}-${initial.digest}.weights.safetensors`;
    save(initial.file, name, "application/octet-stream");
  }

  /** Has the worker hold a file, or the weights of the run as it stands. Nothing where another run was chosen meanwhile. */
  async #keep(bytes: Uint8Array | null): Promise<HeldWeights | undefined> {
    this.#connection.reopenIfDead();
    const held = await this.#connection.request("keepWeights", { bytes });
    if (held) this.#state.stores.files.update({ initial: held, missing: null });
    return held ?? undefined;
  }

  get #linkAtHand(): string {
    const { recipe } = this.#state.stores;
    return shownOf(recipe.current)?.link ?? wantedLink(recipe.current);
  }
}

/** What of a recipe changes where its run is trained further. */
export function furtherChanges(
  values: Readonly<Record<string, string>>,
  fields: readonly Field[],
  digest: string,
): Record<string, string> {
  const changes: Record<string, string> = { [INIT_KEY]: digest, epochs: String(FURTHER_EPOCHS) };
  if (Number(values["steps"]) > 0) changes["steps"] = "0";
  const rate = Number(values["lr"]) / 10;
  const kind = fieldOf(fields, "lr")?.kind;
  if (kind?.type === "number" && rate >= kind.min) changes["lr"] = asInLink(rate);
  return changes;
}

function modelIn(link: string | undefined): string {
  return new URLSearchParams(link).get("model") ?? "";
}

/** What the network of a link is called; empty where it names none. */
export function networkIn(link: string | undefined, fields: readonly Field[]): string {
  const model = modelIn(link);
  return model && choiceLabel(fields, "model", model);
}
