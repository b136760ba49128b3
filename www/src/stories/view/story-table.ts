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
import { openRecorded, type RecordedFiles, type RecordedStory } from "./recording.js";
import type { StoryResult } from "./results.js";
import { summaryOf } from "./summary.js";

/** The recipes of a story: what differs, and what came out. Its parts say what they are: shown as a grid, a row is none to a browser. */
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
        forced-color-adjust: none;
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

      /* On a phone a recipe has two lines: its name and its button, then what differs and what came out. */
      @media (max-width: 30rem) {
        thead {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }

        table,
        tbody {
          display: block;
        }

        tbody tr {
          display: grid;
          gap: 0.2rem 0.75rem;
          grid-template: "name open" "differs accuracy" / minmax(0, 1fr) auto;
          padding-block: 0.5rem;
          border-bottom: 1px solid var(--line);
        }

        tbody th,
        tbody td {
          padding: 0;
          border: 0;
        }

        tbody th {
          grid-area: name;
        }

        td:nth-child(2) {
          grid-area: differs;
        }

        td:nth-child(3) {
          grid-area: accuracy;
          text-align: end;
        }

        td:last-child {
          grid-area: open;
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
      <table role="table" aria-label=${msg("Recipes of the story")}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">${msg("Recipe")}</th>
            <th role="columnheader" scope="col">${msg("What differs")}</th>
            <th role="columnheader" scope="col">${msg("Test accuracy")}</th>
            <td role="cell"></td>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${recipes.map((recipe, at) => this.#row(recipe, at))}
        </tbody>
      </table>
    `;
  }

  #row(recipe: StoryRecipe, at: number) {
    const results = this.results.filter(({ result }) => result.recipe === recipe.id).map(({ result }) => result);
    const { text, seeds } = summaryOf(results, this.story.seeds);
    return html`
      <tr role="row">
        <th role="rowheader" scope="row">
          <i aria-hidden="true" ${inlineStyle(`color: ${cssColourOf(at)}`)}></i>${recipe.name}
        </th>
        <td role="cell">${this.differences[at] ?? "…"}</td>
        <td role="cell">${text}${seeds ? html`<span class="seeds">${seeds}</span>` : nothing}</td>
        <td role="cell">${this.#open(recipe)}</td>
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

  async #openRecorded(files: RecordedFiles): Promise<void> {
    try {
      await openRecorded(this.bench, files);
    } catch (thrown) {
      this.bench.state.stores.files.update({
        unreadable: msg("The recorded run could not be loaded. {why}", { why: translated(messageOf(thrown)) }),
      });
    }
  }
}

/** Whose it is, is heard alone: it stands beside the button. */
function openLabel(label: string, name: string) {
  return html`${label}<span class="heard"> ${name}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "story-table": StoryTable;
  }
}
