import { messageOf } from "../../../crate/js/errors.js";
import { printable } from "../../../crate/js/printable.js";
import type { RunFile } from "../module.js";
import type { Checkpoint } from "../protocol.js";
import { RequestError } from "../rpc/protocol.js";
import { newId } from "../runs/new-id.js";
import type { RunHistory } from "../runs/run-history.js";
import type { StoredRun } from "../runs/stored-run.js";
import type { AppState } from "../state/app-state.js";
import { networkOf } from "../state/recipe.js";
import { isLocked } from "../state/run-state.js";
import type { Connection } from "./connection.js";
import type { RunRecorder } from "./run-recorder.js";
import type { RunSeries } from "./run-series.js";
import { Curves } from "../state/curves.js";
import { save, tooLarge, underWay } from "./files.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";

/** Takes weights, checkpoints and run files out of the page, and back in. */
export class RunFiles {
  readonly #state: AppState;
  readonly #connection: Connection;
  readonly #history: RunHistory;
  readonly #series: RunSeries;
  readonly #recorder: RunRecorder;

  constructor(state: AppState, connection: Connection, history: RunHistory, series: RunSeries, recorder: RunRecorder) {
    this.#state = state;
    this.#connection = connection;
    this.#history = history;
    this.#series = series;
    this.#recorder = recorder;
  }

  /** The browser saves a file of the run as it stands. */
  async save(what: "weights" | "checkpoint"): Promise<void> {
    const file = await this.#connection.request("exportFile", { what });
    if (!file) return;
    const network = networkOf(this.#state.stores.recipe.current);
    save(file.content, `${network}-step-${file.step}.${what}.safetensors`, "application/octet-stream");
  }

  /** The browser saves the run file of the run as it stands. */
  async saveRun(): Promise<void> {
    const file = await this.#connection.request("runFile", { scores: this.#series.curves.scores });
    if (file) save(file.text, "run.bunsen.json", "application/json");
  }

  /** Goes on, paused, where the checkpoint of a file stands, whichever recipe it is of. Throws a `RequestError` where it is none. */
  async takeCheckpoint(bytes: Uint8Array): Promise<void> {
    const read = await this.#connection.requestOrThrow("readCheckpoint", { bytes });
    if (read) this.#checkpointRead(read.link, { step: read.step, bytes, computedHere: false });
  }

  /** Goes on, paused or finished, where the kept checkpoint of a run of the list stands, and with its curves if this browser computed it. */
  async openKept(run: StoredRun): Promise<void> {
    const { stores } = this.#state;
    const { files } = stores;
    files.update({ unreadable: null });
    let checkpoint: Checkpoint;
    try {
      checkpoint = await this.#history.readCheckpoint(run);
    } catch (thrown) {
      return files.update({
        unreadable: msg("{name} cannot be opened. {why}.", { name: run.name, why: translated(messageOf(thrown)) }),
      });
    }
    // Train may have been pressed meanwhile, too.
    if (isLocked(stores.run.current)) return files.update({ unreadable: underWay(run.name) });
    // A network that nobody computed here is no part of the run: another run goes on from it.
    if (!checkpoint.computedHere) {
      this.#goOnAt(run.link, checkpoint);
      // Of one that stands at its end nothing is trained: it is that file's run, and no other.
      if (run.isFromFile && checkpoint.step >= run.steps) this.#recorder.show(run.id, checkpoint.step);
      return;
    }
    // Under the name that it had among the autosaved ones, by which its curves are found again.
    this.#goOnAt(run.link, { ...checkpoint, run: run.autosave ?? undefined });
    this.#series.restore(run, checkpoint.step);
    this.#recorder.goOn(run.id, checkpoint.step);
  }

  /**
   * Opens a run file: its recipe is chosen, its curves are drawn, and the next run is compared with it.
   * @param network the checkpoint at its end, where that came with it: then its network is at hand, and is kept in the list
   */
  openRun(file: File, network: Uint8Array | null = null): Promise<void> {
    const load = (): Promise<string> => file.text();
    return this.read(file, load, async (text) => {
      const read = await this.#connection.requestOrThrow("readRunFile", { text });
      if (read) await this.#runRead(text, read, network);
    });
  }

  /** Puts the opened run away. The run that is there stays, and the next one is compared with nothing. */
  closeRun(): void {
    const { run, recipe, files, progress } = this.#state.stores;
    if (isLocked(run.current)) return;
    files.update({ opened: null });
    if (progress.current.step === 0) this.#connection.restart(recipe.current.link);
  }

  /** Loads a file and has the worker read it, unless something is under way. */
  async read<T>(file: File, load: () => Promise<T>, read: (content: T) => Promise<void>): Promise<void> {
    const { run, files } = this.#state.stores;
    files.update({ unreadable: null, offered: null });
    const unreadable = isLocked(run.current) ? underWay(printable(file.name)) : tooLarge(file);
    if (unreadable) return files.update({ unreadable });
    let content: T;
    try {
      content = await load();
    } catch (thrown) {
      const why = messageOf(thrown);
      return files.update({
        unreadable: msg("{name} could not be read ({why}).", {
          name: printable(file.name),
          why: why.replace(/\.$/, ""),
        }),
      });
    }
    this.#connection.reopenIfDead();
    try {
      await read(content);
    } catch (thrown) {
      if (!(thrown instanceof RequestError)) throw thrown;
      // What ended the worker, a `failed` event tells.
      if (thrown.kind !== "crash" && thrown.kind !== "closed") files.update({ unreadable: thrown.message });
    }
  }

  #checkpointRead(link: string, checkpoint: Checkpoint): void {
    const { run, files } = this.#state.stores;
    // Train may have been pressed while the file was read.
    if (isLocked(run.current)) return files.update({ unreadable: underWay(msg("The file")) });
    this.#goOnAt(link, checkpoint);
  }

  /** @param recipeLink canonical; where the link that is open is of that recipe, what it promises stays */
  #goOnAt(recipeLink: string, checkpoint: Checkpoint): void {
    const { recipe } = this.#state.stores;
    const { link: open, parsed } = recipe.current;
    const isPromised = parsed?.link === recipeLink && parsed.check && checkOf(open) === parsed.check;
    const link = isPromised ? open : recipeLink;
    recipe.update({ draft: {} });
    this.#connection.address.beginEntry();
    this.#connection.address.write(link);
    this.#connection.restart(link);
    this.#connection.train(0, checkpoint);
  }

  async #runRead(
    text: string,
    { file, values }: { file: RunFile; values: Record<string, string> },
    network: Uint8Array | null,
  ): Promise<void> {
    const { run, files, recipe } = this.#state.stores;
    if (isLocked(run.current)) return files.update({ unreadable: underWay(msg("The file")) });
    const record = { id: newId(), name: "", values, text, accuracy: null, stepsPerEpoch: null, autosave: null };
    const listed = this.#history.add({ ...record, isFromFile: true }).catch((thrown: unknown) => {
      files.update({ unreadable: msg("It is not in the list of runs: {why}", { why: translated(messageOf(thrown)) }) });
    });
    files.update({ opened: { file, text, curves: Curves.of(file) }, unreadable: null });
    recipe.update({ draft: {}, addressFollows: true });
    this.#connection.address.beginEntry();
    this.#connection.restart(file.link);
    if (network) await this.#showNetwork(file, network, listed);
  }

  /** The network of a run file is at hand, and kept in the list for a run that nobody trained here. */
  async #showNetwork({ link, check, steps }: RunFile, bytes: Uint8Array, listed: Promise<void>): Promise<void> {
    const { runId, runs } = this.#state.stores;
    const id = runId.peek();
    await listed;
    const run = runs.current.list.find((one) => one.check === check);
    const checkpoint = { step: steps, bytes, computedHere: false };
    if (run?.isFromFile) void this.#history.keepCheckpoint(run.id, checkpoint);
    // Another recipe may have been chosen, or Train pressed.
    if (id !== runId.peek() || isLocked(this.#state.stores.run.current)) return;
    this.#goOnAt(link, checkpoint);
    this.#recorder.show(run?.id ?? newId(), steps);
  }
}

/** The link that was asked for last may not be the one that was taken last. */
function checkOf(link: string): string | null {
  return new URLSearchParams(link).get("check");
}
