import { effect, signal, untracked } from "@preact/signals-core";

import type { Bench } from "../../bench/bench.js";
import type { Language } from "../../module.js";
import type { Code } from "../../protocol.js";
import { PanelStore } from "../panel-store.js";

/** The recipe as a program in the chosen language, which is asked for while the dialog is open. */
export class CodeStore extends PanelStore {
  readonly #bench: Bench;
  readonly #isOpen = signal(false);
  readonly #language = signal<Language>("pytorch");
  readonly #code = signal<Code | null>(null);
  /** What was asked for last: language and link. */
  #requested = "";

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
    if (!isOpen) this.#requested = "";
    this.#isOpen.value = isOpen;
  }

  /** The program; null until that of this recipe, in this language, is here. */
  get code(): Code | null {
    const code = this.#code.value;
    return code && code.language === this.language && code.link === this.#link ? code : null;
  }

  get #link(): string | undefined {
    return this.#bench.state.recipe.parsed?.link;
  }

  protected override follow(): (() => void)[] {
    return [
      // Another recipe is another program.
      effect(() => {
        const wanted = `${this.language} ${this.#link ?? ""}`;
        if (!this.#isOpen.value || this.code || this.#requested === wanted) return;
        this.#requested = wanted;
        const { language } = this;
        untracked(() => void this.#request(language));
      }),
    ];
  }

  async #request(language: Language): Promise<void> {
    const code = await this.#bench.connection.request("code", { language });
    if (code) this.#code.value = code;
  }
}
