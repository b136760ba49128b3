import { effect, signal, untracked } from "@preact/signals-core";

import { DIGEST_KEY, isCustom } from "../../../../crate/js/custom-dataset-keys.js";
import type { Bench } from "../../bench/bench.js";
import { save } from "../../bench/files.js";
import type { Language, ParsedLink } from "../../module.js";
import type { Code } from "../../protocol.js";
import { PanelStore } from "../panel-store.js";

/** The recipe as a program in the chosen language, which is asked for while the dialog is open. */
export class CodeStore extends PanelStore {
  readonly #bench: Bench;
  readonly #isOpen = signal(false);
  readonly #language = signal<Language>("pytorch");
  readonly #code = signal<Code | null>(null);
  /** What was asked for last. A recipe that is chosen again is another: what was asked before may never be answered. */
  #requested: { language: Language; recipe: ParsedLink | null } | undefined;

  constructor(bench: Bench) {
    super();
    this.#bench = bench;
  }

  get language(): Language {
    return this.#language.value;
  }

  choose(language: Language): void {
    this.#language.value = language;
  }

  open(isOpen: boolean): void {
    if (!isOpen) this.#requested = undefined;
    this.#isOpen.value = isOpen;
  }

  /** The program; null until that of this recipe, in this language, is here. */
  get code(): Code | null {
    const code = this.#code.value;
    return code && code.language === this.language && code.link === this.#recipe?.link ? code : null;
  }

  /** Why there is none, where it could not be had. */
  get failure(): string | undefined {
    return this.#bench.state.requests.failed.code;
  }

  /** Whether the recipe is on a person's own images, and these are here. */
  get hasOwnImages(): boolean {
    const values = this.#recipe?.values;
    const { dataset } = this.#bench.state.customDataset;
    return values !== undefined && isCustom(values) && dataset?.digest === values[DIGEST_KEY];
  }

  /** The browser saves the person's own images as networks get them. */
  async saveImages(): Promise<void> {
    const content = await this.#bench.connection.request("preparedImages", null);
    if (content) save(content, "own.npz", "application/octet-stream");
  }

  /** Why they could not be saved. */
  get imagesFailure(): string | undefined {
    return this.#bench.state.requests.failed.preparedImages;
  }

  get #recipe(): ParsedLink | null {
    return this.#bench.state.recipe.parsed;
  }

  protected override follow(): (() => void)[] {
    return [
      // Another recipe is another program.
      effect(() => {
        const { language } = this;
        const recipe = this.#recipe;
        if (this.#isOpen.value && !this.code) untracked(() => void this.#request(language, recipe));
      }),
    ];
  }

  async #request(language: Language, recipe: ParsedLink | null): Promise<void> {
    if (this.#requested?.language === language && this.#requested.recipe === recipe) return;
    this.#requested = { language, recipe };
    const code = await this.#bench.connection.request("code", { language });
    if (code) this.#code.value = code;
    // Whoever opens it again tries again.
    else this.#requested = undefined;
  }
}
