import { css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";

import { BenchElement } from "../../app/bench-element.js";
import type { Field } from "../../module.js";
import { shownOf } from "../../state/recipe.js";
import { fieldsets, labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { settingsOf } from "./changes.js";
import { fieldStyles, labelledControl } from "./field-control.js";
import { defineMessage, msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

const GROUPS: readonly { group: Field["group"]; title: string }[] = [
  { group: "network", title: defineMessage("Network") },
  { group: "training", title: defineMessage("Training") },
  { group: "data", title: defineMessage("Data") },
  { group: "run", title: defineMessage("Length and seed") },
];

/** All settings of the chosen network but those that are in view above, by their groups, closed at first. */
@customElement("recipe-controls")
export class RecipeControls extends BenchElement {
  static override styles = [
    shared,
    fieldsets,
    labels,
    fieldStyles,
    css`
      summary {
        font-size: 0.9375rem;
      }

      .groups {
        display: flex;
        flex-wrap: wrap;
        gap: 1.1rem 1rem;
        margin-top: 0.5rem;
      }

      .group {
        display: grid;
        gap: 0.75rem 1rem;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 11.5rem), 1fr));
      }
    `,
  ];

  /** The keys of those that are in view above. */
  @property({ attribute: false }) without: readonly string[] = [];
  @query("details") private details!: HTMLDetailsElement | null;

  /** The control of a field, where it is in view here. */
  shown(key: string): HTMLElement | null {
    return this.details?.open ? this.renderRoot.querySelector<HTMLElement>(`#${CSS.escape(key)}`) : null;
  }

  override render() {
    const { recipe } = this.state;
    const parsed = shownOf(recipe);
    if (!parsed) return nothing;
    const shown = settingsOf(parsed, recipe.fields).filter(({ key }) => !this.without.includes(key));
    const groups = GROUPS.map(({ group, title }) => ({
      title,
      fields: shown.filter((field) => field.group === group),
    })).filter((group) => group.fields.length > 0);
    return html`
      <details>
        <summary>${msg("All settings")}</summary>
        <div class="groups">
          ${repeat(
            groups,
            ({ title }) => title,
            (group) => html`
              <fieldset class="group" ${inlineStyle(`flex: ${group.fields.length} 1 ${11.5 * group.fields.length}rem`)}>
                <legend>${translated(group.title)}</legend>
                ${repeat(
                  group.fields,
                  // By the field: the one that has the focus keeps it, and what was typed, when others come or go before it.
                  ({ key }) => key,
                  (field) => labelledControl(this.bench, field),
                )}
              </fieldset>
            `,
          )}
        </div>
      </details>
    `;
  }
}
