import { effect, signal, untracked } from "@preact/signals-core";

import type { Bench } from "../bench/bench.js";
import { compose } from "../bench/link.js";
import { choiceLabel, fieldOf } from "../fields.js";
import { refusalText, wrongOf } from "../panels/recipe/refusal.js";
import { failureOf, type Refusal } from "../state/run-state.js";
import { msg } from "../words/msg.js";
import { translated } from "../words/translated.js";
import type { Differences } from "./look.js";

/** These name a run by themselves. */
const NAMES_ITSELF: readonly string[] = ["model", "data"];

/** A value, and what its field is called; empty where the value says it. */
interface Named {
  label: string;
  value: string;
}

/** What one of two runs is called by. */
export class Name {
  constructor(readonly values: readonly Named[]) {}

  toString(): string {
    return this.values.map(({ label, value }) => `${label} ${value}`.trim()).join(", ");
  }
}

/** The second run of an embed: the recipe of the first but for some values. It has a worker of its own, once it is trained. */
export class Comparison {
  readonly #first: Bench;
  readonly #differences: Differences;
  readonly #open: (link: string) => Bench;
  readonly #run = signal<Bench | null>(null);
  readonly #refusal = signal<Refusal | null>(null);
  /** The second run's link as the module writes it; null before it was read. */
  readonly #canonical = signal<string | null>(null);
  readonly #unlisten: () => void;
  /** Of the second run; empty before the first has a recipe. */
  #link = "";

  /** @param open makes a bench with that link, of which nothing is kept */
  constructor(first: Bench, differences: Differences, open: (link: string) => Bench) {
    this.#first = first;
    this.#differences = differences;
    this.#open = open;
    this.#unlisten = effect(() => {
      const { parsed, fields } = first.state.recipe;
      if (!parsed) return;
      const link = compose(parsed, fields, Object.fromEntries(differences));
      untracked(() => this.#choose(link));
    });
  }

  dispose(): void {
    this.#unlisten();
    this.drop();
  }

  /** Null before anything of it was trained. */
  get run(): Bench | null {
    return this.#run.value;
  }

  /** Whether it cannot be trained. */
  get isRefused(): boolean {
    return this.wrong !== null;
  }

  /** Why it cannot be trained, or what ended it, as a sentence; null where nothing is wrong. */
  get wrong(): string | null {
    const { fields, parsed } = this.#first.state.recipe;
    const differences = [...this.#differences.keys()];
    // What the recipe of a network has not, the module would pass over. Of another network only it knows.
    const isThere = (key: string): boolean =>
      fieldOf(fields, key) !== undefined && (key in (parsed?.values ?? {}) || differences.includes("model"));
    const missing = parsed && differences.find((key) => !isThere(key));
    if (missing) return msg("“{name}” is no value of this recipe.", { name: missing });
    if (parsed && this.#canonical.value === parsed.link) return msg("The second run would be the first one again.");
    const run = this.run?.state.run;

    const refusal = this.#refusal.value ?? (run && wrongOf(run));
    if (!refusal) return translated((run && failureOf(run)?.message) ?? "") || null;
    const value = refusal.key === null ? undefined : (new URLSearchParams(this.#link).get(refusal.key) ?? undefined);
    return refusalText(refusal, fields, value);
  }

  /** What each run is called by: the values in which they differ. */
  get names(): { first: Name; second: Name } {
    const { parsed } = this.#first.state.recipe;
    const values = { ...parsed?.defaults, ...parsed?.values };
    const differences = [...this.#differences];
    return {
      first: new Name(differences.map(([key]) => this.#called(key, values[key] ?? ""))),
      second: new Name(differences.map(([key, value]) => this.#called(key, value))),
    };
  }

  /** The second run, opened where it is not yet. */
  begin(): Bench {
    const run = this.#run.peek() ?? this.#open(this.#link);
    this.#run.value = run;
    return run;
  }

  /** Forgets what was trained of it. */
  drop(): void {
    const run = this.#run.peek();
    this.#run.value = null;
    run?.dispose();
  }

  #called(key: string, value: string): Named {
    const { fields } = this.#first.state.recipe;
    const label = NAMES_ITSELF.includes(key) ? "" : (fieldOf(fields, key)?.label ?? key);
    return { label, value: choiceLabel(fields, key, value) || msg("none") };
  }

  /** The first run has another recipe, and so has this one. */
  #choose(link: string): void {
    if (link === this.#link) return;
    this.#link = link;
    this.drop();
    this.#refusal.value = null;
    this.#canonical.value = null;
    void this.#first.connection.read(link).then((read) => {
      if (link !== this.#link) return;
      if (read?.type === "refused") this.#refusal.value = read.refusal;
      if (read?.type === "recipe") this.#canonical.value = read.link;
    });
  }
}
