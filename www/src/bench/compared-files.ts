import { messageOf } from "../../../crate/js/errors.js";
import { printable } from "../../../crate/js/printable.js";
import { count } from "../format.js";
import type { GivenFile } from "../protocol.js";
import { RequestError } from "../rpc/protocol.js";
import { newId } from "../runs/new-id.js";
import type { RunHistory } from "../runs/run-history.js";
import type { AppState } from "../state/app-state.js";
import { isLocked } from "../state/run-state.js";
import { hasRoom, MOST_RUNS } from "../state/runs.js";
import { msg, plural } from "../words/msg.js";
import { translated } from "../words/translated.js";
import type { Connection } from "./connection.js";
import { tooLarge, underWay } from "./files.js";

/** As run files are called, also where a browser saved several of that name. */
const RUN_FILE = /\.bunsen ?(\(\d+\))?\.json$/i;
/** More are not read: where the list has no room, or they cannot be read, it is said. */
const MOST_READ = 100;
/** So many files that cannot be read are named. */
const MOST_NAMED = 3;

/** The run files among files that were given together: those in a folder of a sweep, or several that were chosen. */
export function runFilesOf(files: readonly GivenFile[]): readonly GivenFile[] {
  const named = files.filter(({ path }) => RUN_FILE.test(path));
  const areAll = files.length > 1 && files.every(({ path }) => /\.json$/i.test(path));
  const found = named.length > 0 ? named : areAll ? files : [];
  // As a person counts: run 2 is before run 10.
  return [...found].sort((one, other) => one.path.localeCompare(other.path, "en", { numeric: true }));
}

/** Opens several run files as a comparison: they come into the list of runs, and the recipe stays. */
export class ComparedFiles {
  readonly #state: AppState;
  readonly #connection: Connection;
  readonly #history: RunHistory;
  readonly #showComparison: () => void;

  constructor(state: AppState, connection: Connection, history: RunHistory, showComparison: () => void) {
    this.#state = state;
    this.#connection = connection;
    this.#history = history;
    this.#showComparison = showComparison;
  }

  /**
   * Puts them into the list, ticked, in the order of their names, as long as there is room: none that is there goes for them.
   * @param given those of `runFilesOf`
   */
  async open(given: readonly GivenFile[]): Promise<void> {
    const { run, runs, files } = this.#state.stores;
    files.update({ unreadable: null, offered: null });
    if (isLocked(run.current)) return files.update({ unreadable: underWay(msg("The folder")) });
    this.#connection.reopenIfDead();
    await this.#history.load();
    const unread: string[] = [];
    let opened = 0;
    let isFull = false;
    for (const { path, file } of given.slice(0, MOST_READ)) {
      try {
        const taken = await this.#take(file);
        if (taken === "unanswered") break;
        if (taken === "full") isFull = true;
        else opened += 1;
      } catch (thrown) {
        // What ended the worker, a `failed` event tells.
        if (thrown instanceof RequestError && (thrown.kind === "crash" || thrown.kind === "closed")) return;
        unread.push(`${printable(path)}: ${translated(messageOf(thrown))}`);
      }
      if (isFull) break;
    }
    const sentences: string[] = [];
    if (opened < given.length) {
      const values = { opened: count(opened), all: count(given.length) };
      sentences.push(msg("{opened} of {all} run files were opened, the first by their names.", values));
    }
    if (isFull) {
      const most = { most: count(MOST_RUNS) };
      sentences.push(
        msg("The list has no more room: it holds {most} runs. Remove some from it, then open the others.", most),
      );
    }
    sentences.push(...unread.slice(0, MOST_NAMED));
    const others = unread.length - MOST_NAMED;
    if (others > 0) {
      sentences.push(plural(others, "One more cannot be read.", "{count} more cannot be read."));
    }
    if (opened > 0) this.#showComparison();
    if (sentences.length > 0) runs.update({ listNotice: sentences.join(" ") });
    if (opened === 0) files.update({ unreadable: sentences.join(" ") });
  }

  /** Puts a run file into the list, where it has room. Nothing answers where another run was chosen meanwhile. */
  async #take(file: File): Promise<"listed" | "full" | "unanswered"> {
    const why = tooLarge(file);
    if (why) throw new Error(why);
    const text = await file.text();
    const read = await this.#connection.requestOrThrow("readRunFile", { text });
    const { runs } = this.#state.stores;
    if (!read) return "unanswered";
    if (!hasRoom(runs.current, read.file.check, text.length)) return "full";
    const record = {
      id: newId(),
      name: "",
      values: read.values,
      text,
      accuracy: null,
      stepsPerEpoch: null,
      autosave: null,
    };
    await this.#history.add({ ...record, isFromFile: true });
    const listed = runs.current.list.find(({ check }) => check === read.file.check);
    if (listed) this.#history.tick(listed.id, true);
    return "listed";
  }
}
