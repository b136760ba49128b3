import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { messageOf } from "../../../../crate/js/errors.js";
import { cssColourOf } from "../../panels/runs/run-colours.js";
import { isLocked } from "../../state/run-state.js";
import { shared } from "../../styles/shared.js";
import { tables } from "../../styles/tables.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";
import { button } from "../../ui/button.js";
import { inlineStyle } from "../../ui/inline-style.js";
import type { Story, StoryRecipe } from "../story.js";
import type { KnownRun } from "./known.js";
import { openRecorded, type RecordedStory } from "./recording.js";
import type { StoryResult } from "./results.js";
import { summaryOf } from "./summary.js";

/** The recipes of a story: what differs, and what came out. */
@customElement("story-table")
export class StoryTable extends BenchElement {
  static override styles = [
    shared,
    tables,
    css`
      th,
      td {
        white-space: normal;
        vertical-align: top;
      }

      td:nth-child(2) {
        overflow-wrap: anywhere;
      }

      /* Of a long text beside it as much is left of a name that it can be read. */
      tbody th {
        min-width: 5rem;
      }

      tbody th {
        color: var(--ink);
        font-weight: 600;
        overflow-wrap: anywhere;
      }

      i {
        display: inline-block;
        width: 0.7rem;
        height: 0.7rem;
        margin-inline-end: 0.4rem;
        border-radius: 50%;
        background: currentcolor;
      }

      .seeds {
        display: block;
        color: var(--ink-soft);
        font-size: 0.8125rem;
      }

      td:last-child {
        text-align: end;
      }

      button {
        min-height: 2rem;
        padding: 0.1rem 0.6rem;
        font-size: 0.8125rem;
      }

      @media (max-width: 30rem) {
        th,
        td {
          padding-inline: 0.3rem;
        }

        button {
          padding-inline: 0.5rem;
        }

        /* There is no room to show it; it is heard all the same. */
        .more {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
          white-space: nowrap;
        }
      }
    `,
  ];

  @property({ attribute: false }) story!: Story;
  @property({ attribute: false }) runs: readonly KnownRun[] = [];
  /** Of each recipe; empty until the module has said it. */
  @property({ attribute: false }) differences: readonly string[] = [];
  @property({ attribute: false }) results: readonly StoryResult[] = [];
  /** What is shown, where it is recorded. */
  @property({ attribute: false }) recording: RecordedStory | null = null;

  override render() {
    const { recipes } = this.story;
    return html`
      <table aria-label=${msg("Recipes of the story")}>
        <thead>
          <tr>
            <th scope="col">${msg("Recipe")}</th>
            <th scope="col">${msg("What differs")}</th>
            <th scope="col">${msg("Test accuracy")}</th>
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${recipes.map((recipe, at) => this.#row(recipe, at))}
        </tbody>
      </table>
    `;
  }

  #row(recipe: StoryRecipe, at: number) {
    const results = this.results.filter(({ result }) => result.recipe === recipe.id).map(({ result }) => result);
    const { text, seeds } = summaryOf(results, this.story.seeds);
    return html`
      <tr>
        <th scope="row"><i aria-hidden="true" ${inlineStyle(`color: ${cssColourOf(at)}`)}></i>${recipe.name}</th>
        <td>${this.differences[at] ?? "…"}</td>
        <td>${text}${seeds ? html`<span class="seeds">${seeds}</span>` : nothing}</td>
        <td>${this.#open(recipe)}</td>
      </tr>
    `;
  }

  /** Chooses it with the first seed; of what is recorded, the run, which the next one is then compared with. */
  #open(recipe: StoryRecipe) {
    const { recording } = this;
    const run = this.runs.find((one) => one.recipe.id === recipe.id);
    const recorded = recording?.files.get(recipe.id);
    const enabled = run !== undefined && !isLocked(this.state.run);
    if (recorded) {
      const open = (): void => void this.#openRecorded(recorded);
      return button(openLabel(msg("Open this run"), recipe.name), { enabled, onPress: open });
    }
    return button(openLabel(msg("Open this recipe"), recipe.name), {
      enabled,
      onPress: () => {
        if (run) this.bench.recipe.openLink(run.link);
      },
    });
  }

  async #openRecorded(address: string): Promise<void> {
    try {
      await openRecorded(this.bench, address);
    } catch (thrown) {
      this.bench.state.stores.files.update({
        unreadable: msg("The recorded run could not be loaded. {why}", { why: translated(messageOf(thrown)) }),
      });
    }
  }
}

/** Its first word alone where there is no room: the rest, and whose it is, are heard all the same. */
function openLabel(label: string, name: string) {
  const [first = "", ...rest] = label.split(" ");
  return html`${first}<span class="more"> ${rest.join(" ")}</span><span class="heard"> ${name}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "story-table": StoryTable;
  }
}
