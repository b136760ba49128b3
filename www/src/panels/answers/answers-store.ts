import { computed, signal } from "@preact/signals-core";

import { DIGEST_KEY, isCustom } from "../../../../crate/js/custom-dataset-keys.js";
import { messageOf } from "../../../../crate/js/errors.js";
import type { Bench } from "../../bench/bench.js";
import type { UnreadFile } from "../../module.js";
import type { GivenFile } from "../../protocol.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { PanelStore } from "../panel-store.js";
import type { AnsweredImage, AnswersPart, BegunAnswers } from "./requests.js";
import { chosen, countsOf, PAGE_SIZE, sorted, type Counts, type Filter } from "./shown-answers.js";

/** What was answered, and by what. */
export interface Answered {
  network: BegunAnswers;
  /** The most doubtful first, once it has ended. */
  answers: readonly AnsweredImage[];
  unread: readonly UnreadFile[];
  notices: readonly string[];
  /** Files that were read, of all. */
  done: number;
  total: number;
  /** Whether it was ended before all files were read. */
  isStopped: boolean;
}

const ALL: Filter = { kind: "all", answer: null };

/** A person's files, and what the network answers to them: these are on this page alone, and gone with it. */
export class AnswersStore extends PanelStore {
  readonly #bench: Bench;
  /** Which files were given last: what is answered to earlier ones is dropped. */
  #given = 0;
  readonly #progress = signal<{ done: number; total: number } | null>(null);
  readonly #answered = signal<Answered | null>(null);
  readonly #failure = signal<string | undefined>(undefined);
  readonly #filter = signal(ALL);
  readonly #page = signal(0);
  readonly #counts = computed(() => countsOf(this.#answered.value?.answers ?? []));
  readonly #chosen = computed(() => chosen(this.#answered.value?.answers ?? [], this.#filter.value));

  constructor(bench: Bench) {
    super();
    this.#bench = bench;
  }

  /** How far it is; null where nothing is under way. */
  get progress(): { done: number; total: number } | null {
    return this.#progress.value;
  }

  get answered(): Answered | null {
    return this.#answered.value;
  }

  get failure(): string | undefined {
    return this.#failure.value;
  }

  get filter(): Filter {
    return this.#filter.value;
  }

  get counts(): Counts {
    return this.#counts.value;
  }

  /** The answers that the filter leaves. */
  get chosen(): readonly AnsweredImage[] {
    return this.#chosen.value;
  }

  get page(): number {
    return this.#page.value;
  }

  get rows(): readonly AnsweredImage[] {
    return this.chosen.slice(this.page * PAGE_SIZE, (this.page + 1) * PAGE_SIZE);
  }

  choose(change: Partial<Filter>): void {
    this.#filter.value = { ...this.#filter.peek(), ...change };
    this.#page.value = 0;
  }

  canTurn(by: number): boolean {
    const page = this.page + by;
    return page >= 0 && page * PAGE_SIZE < this.chosen.length;
  }

  turn(by: number): void {
    if (this.canTurn(by)) this.#page.value += by;
  }

  /** Images that were given to train on and have no class: the network may be asked about them. */
  get leftOut(): readonly string[] {
    const { customDataset, recipe } = this.#bench.state;
    const { dataset } = customDataset;
    const isNamed = dataset?.digest === recipe.parsed?.values[DIGEST_KEY];
    return isNamed ? (dataset?.unlabelled ?? []) : [];
  }

  /** Answers those. */
  answerLeftOut(): Promise<void> {
    return this.answer(this.#bench.customImages.given, this.leftOut);
  }

  /** Answers files. What was answered before is forgotten. @param only the paths of those that are asked about; null for all */
  async answer(
    given: Promise<GivenFile[]> | readonly GivenFile[],
    only: readonly string[] | null = null,
  ): Promise<void> {
    const turn = ++this.#given;
    this.#answered.value = null;
    this.#failure.value = undefined;
    this.#filter.value = ALL;
    this.#page.value = 0;
    this.#progress.value = { done: 0, total: 0 };
    try {
      const files = [...(await given)];
      if (turn !== this.#given) return;
      await this.#answerAll(files, only, turn);
    } catch (thrown) {
      if (turn === this.#given) this.#failure.value = translated(messageOf(thrown));
    } finally {
      if (turn === this.#given) this.#progress.value = null;
    }
  }

  async #answerAll(files: GivenFile[], only: readonly string[] | null, turn: number): Promise<void> {
    const { connection, state } = this.#bench;
    const { data, recipe } = state.stores;
    const normalization = isCustom(recipe.current.parsed?.values ?? {}) ? data.current.normalization : null;
    this.#progress.value = { done: 0, total: files.length };
    const network = await connection.requestOrThrow("beginAnswers", { files, only, normalization });
    if (!network || turn !== this.#given) return;
    const answers: AnsweredImage[] = [];
    let last: AnswersPart | null | undefined;
    do {
      last = await connection.requestOrThrow("nextAnswers", { job: network.job });
      if (turn !== this.#given) return;
      if (!last) break;
      answers.push(...last.answers);
      this.#progress.value = { done: last.done, total: last.total };
    } while (!last.end);
    // Another run has taken the place of this one, or it was ended.
    if (!last?.end) this.end();
    if (last?.end?.type === "failed") throw new Error(last.end.message);
    const end = last?.end ?? { unread: [], notices: [] };
    const { done, total } = this.#progress.peek() ?? { done: 0, total: 0 };
    this.#answered.value = { ...end, network, answers: sorted(answers), done, total, isStopped: !last?.end };
  }

  /** Ends it: what was answered until then is shown. */
  end(): void {
    void this.#bench.connection.request("stopAnswers", {});
  }

  protected override follow(): (() => void)[] {
    return [];
  }
}

/** Why an answer is called unsure, as a part of a sentence. */
export function unsureText({ unsure }: AnsweredImage): string {
  switch (unsure) {
    case "flat":
      return msg("unsure: all nearly equal");
    case "blank":
      return msg("unsure: an image of one colour");
    case "out-of-range":
      return msg("unsure: much lighter or darker than what it learned from");
    case undefined:
      return "";
  }
}
