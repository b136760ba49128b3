import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";

import { linkText } from "../../../../crate/js/link-text.js";
import { BenchElement } from "../../app/bench-element.js";
import { count } from "../../format.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { button } from "../../ui/button.js";
import { select, valueOf } from "../../ui/select.js";
import { msg, rich } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { MOST_CHARACTERS } from "../link/recognize.js";
import { LIMITS, type Story, type StoryRecipe } from "../story.js";
import { choiceLabel } from "../../fields.js";
import { readClosing, readSeeds, withRecipe, withoutRecipe } from "./draft.js";
import { settingsText } from "./known.js";
import { LEGEND } from "./legend.js";
import { showStory } from "./open.js";
import { withinSentence } from "../../words/within.js";

/** Where a person writes a story. What they write is the story that is open, and its link is the page's address. */
@customElement("story-editor")
export class StoryEditor extends BenchElement {
  static override styles = [
    shared,
    labels,
    css`
      :host {
        padding: 0.75rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--sunk);
      }

      .fields {
        display: grid;
        gap: 0.75rem;
        grid-template-columns: minmax(0, 1fr);
        max-width: 46rem;
      }

      textarea {
        width: 100%;
        min-height: 4.5rem;
        padding: 0.35rem 0.65rem;
        border: 1px solid var(--edge);
        border-radius: var(--radius-small);
        background: var(--paper);
        color: inherit;
        font: inherit;
        resize: vertical;
      }

      textarea[aria-invalid="true"] {
        border-color: var(--bad);
        outline: 1px solid var(--bad);
      }

      h3 {
        font-size: 0.9375rem;
      }

      ul {
        display: grid;
        gap: 0.5rem;
        margin: 0.35rem 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: grid;
        gap: 0.1rem 0.5rem;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
      }

      li p {
        grid-column: 1 / -1;
        overflow-wrap: anywhere;
      }

      .add {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: center;
      }

      .add button {
        max-width: 100%;
        white-space: normal;
      }

      .add select {
        flex: 1 1 14rem;
        width: auto;
        max-width: 24rem;
      }

      dl {
        display: grid;
        gap: 0.1rem;
        margin: 0.35rem 0 0;
        font-size: 0.875rem;
      }

      dt,
      code {
        font-family: ui-monospace, monospace;
        font-size: 0.8125rem;
        overflow-wrap: anywhere;
      }

      dd {
        margin: 0 0 0.35rem;
        color: var(--ink-soft);
      }
    `,
  ];

  /** What is written, as it is open. */
  @property({ attribute: false }) story!: Story;
  /** As they are written; the story has those of them that can be read. */
  @internal() private closing = "";
  @internal() private seeds = "";
  /** Why nothing was added. */
  @internal() private refusal = "";
  #written: Story | null = null;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    // Another one, or what was removed took sentences along.
    if (!changed.has("story") || this.story === this.#written) return;
    this.#written = this.story;
    this.closing = this.story.closing.join("\n");
    this.seeds = this.story.seeds.join(", ");
  }

  #write(story: Story): void {
    this.#written = story;
    showStory(this.bench, story);
  }

  override render() {
    const { story } = this;
    const { wrong } = this.#closing;
    const isSeedsWrong = readSeeds(this.seeds) === null;
    return html`
      <div class="fields" role="group" aria-label=${msg("Write a story")}>
        ${this.#text("title", msg("Title"), LIMITS.title)} ${this.#text("question", msg("Question"), LIMITS.question)}
        <div>
          <label for="about">${msg("What to look at, what the recipes have in common")}</label>
          <textarea
            id="about"
            maxlength=${LIMITS.about}
            .value=${story.about}
            @input=${(event: Event) => this.#write({ ...story, about: valueOf(event) })}
          ></textarea>
        </div>
        ${this.#recipes()}
        <div>
          <label for="seeds">${msg("Seeds")}</label>
          <input
            id="seeds"
            autocomplete="off"
            aria-invalid=${isSeedsWrong ? "true" : nothing}
            aria-describedby="seeds-help"
            .value=${this.seeds}
            @input=${this.#seedsChanged}
          />
          <p class="soft" id="seeds-help">
            ${isSeedsWrong ? msg("These have to be 1 to {most} different whole numbers.", { most: String(LIMITS.seeds) }) : msg("Each recipe is trained once with each: with one seed alone, much is luck.")}
          </p>
        </div>
        <div>
          <label for="closing">${msg("Closing sentences, one a line")}</label>
          <textarea
            id="closing"
            maxlength=${LIMITS.closing}
            aria-invalid=${wrong.length > 0 ? "true" : nothing}
            aria-describedby="closing-wrong"
            .value=${this.closing}
            @input=${this.#closingChanged}
          ></textarea>
          <p
            class=${wrong.length > 0 ? "failure" : "heard"}
            id="closing-wrong"
            role="status"
            aria-label=${msg("Closing sentences")}
          >
            ${wrong.map((why) => msg("Left out: {why}", { why })).join(" ")}
          </p>
          ${this.#legend()}
        </div>
        ${this.#length()}
      </div>
    `;
  }

  #text(key: "title" | "question", label: string, most: number) {
    return html`
      <div>
        <label for=${key}>${label}</label>
        <input
          id=${key}
          maxlength=${most}
          autocomplete="off"
          .value=${this.story[key]}
          @input=${(event: Event) => this.#write({ ...this.story, [key]: valueOf(event) })}
        />
      </div>
    `;
  }

  #recipes() {
    const { recipes } = this.story;
    const { list } = this.state.runs;
    const { parsed } = this.state.recipe;
    const isFull = recipes.length >= LIMITS.recipes;
    return html`
      <div>
        <h3>${msg("Recipes")}</h3>
        <ul>
          ${recipes.map((recipe) => this.#recipe(recipe))}
        </ul>
        <div class="add">
          ${button(msg("Add the settings at hand"), { enabled: parsed !== null && !isFull, onPress: () => this.#addAtHand() })}
          ${
            list.length > 0
              ? select({
                  name: msg("Add a run of the list"),
                  options: list.map(({ id, name }) => ({ value: id, label: name })),
                  value: "",
                  disabled: isFull,
                  placeholder: msg("Add a run of the list …"),
                  onChange: (id) => this.#addRun(id),
                })
              : nothing
          }
        </div>
        <p class=${this.refusal ? "failure" : "heard"} role="status" aria-label=${msg("Recipes")}>${this.refusal}</p>
      </div>
    `;
  }

  #recipe({ id, name, link }: StoryRecipe) {
    const { story } = this;
    const rename = (event: Event): void => {
      const recipes = story.recipes.map((one) => (one.id === id ? { ...one, name: valueOf(event) || id } : one));
      this.#write({ ...story, recipes });
    };
    return html`
      <li>
        <input
          aria-label=${msg("Name of recipe {id}", { id })}
          maxlength=${LIMITS.name}
          autocomplete="off"
          .value=${name}
          @change=${rename}
        />
        ${button(html`${msg("Remove")}<span class="heard"> ${name}</span>`, {
          enabled: story.recipes.length > 1,
          onPress: () => {
            this.refusal = "";
            this.#written = null;
            showStory(this.bench, withoutRecipe(story, id));
          },
        })}
        <p class="soft">
          ${rich("In closing sentences it is {id}. Settings: {link}", {
            id: html`<code>${id}</code>`,
            link: settingsText(link, this.state.recipe.fields),
          })}
        </p>
      </li>
    `;
  }

  #addAtHand(): void {
    const { next, fields, ...recipe } = this.bench.state.recipe;
    // What is to be trained next is what the controls show.
    const parsed = next?.parsed ?? recipe.parsed;
    if (!parsed) return;
    const changed = Object.entries(parsed.values).filter(
      ([key, value]) => key !== "seed" && key !== "model" && parsed.defaults[key] !== value,
    );
    const [first] = changed;
    const network = choiceLabel(fields, "model", parsed.values["model"] ?? "");
    const label = first && fields.find(({ key }) => key === first[0])?.label;
    this.#add(
      label ? `${network}, ${withinSentence(label)} ${choiceLabel(fields, first[0], first[1])}` : network,
      parsed.link,
    );
  }

  #addRun(id: string): void {
    const run = this.bench.state.stores.runs.current.list.find((one) => one.id === id);
    if (run) this.#add(run.name, run.link);
  }

  #add(name: string, link: string): void {
    const settings = new URLSearchParams(link);
    for (const key of ["seed", "check", "marks"]) settings.delete(key);
    const story = withRecipe(this.story, name, linkText(settings));
    this.refusal = story ? "" : msg("These settings are in the story already.");
    if (story) this.#write(story);
  }

  readonly #seedsChanged = (event: Event): void => {
    this.seeds = valueOf(event);
    const seeds = readSeeds(this.seeds);
    if (seeds) this.#write({ ...this.story, seeds });
  };

  readonly #closingChanged = (event: Event): void => {
    this.closing = valueOf(event);
    this.#write({ ...this.story, closing: this.#closing.sound });
  };

  get #closing() {
    return readClosing(
      this.closing,
      this.story.recipes.map(({ id }) => id),
    );
  }

  #legend() {
    return html`
      <details>
        <summary>${msg("What can stand in a closing sentence")}</summary>
        <p class="soft">
          ${msg("What compares has a wording for each way that it can turn out, so that no sentence says what the result does not show. A and B are the recipes' short names above.")}
        </p>
        <dl>
          ${LEGEND.map(
            ([hole, meaning]) =>
              html`<dt>${hole}</dt>
                <dd>${translated(meaning)}</dd>`,
          )}
        </dl>
      </details>
    `;
  }

  #length() {
    const isTooLong = this.state.story.link === null;
    return html`<p class=${isTooLong ? "failure" : "soft"} role="status" aria-label=${msg("Length of the link")}>
      ${
        isTooLong
          ? msg("This story is too long for a link: {most} characters are the most. Shorten its texts.", {
              most: count(MOST_CHARACTERS),
            })
          : msg("This story is the page's address: Copy link gives it to others. Below is how they see it.")
      }
    </p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "story-editor": StoryEditor;
  }
}
