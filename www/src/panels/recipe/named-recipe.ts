import { css, html } from "lit";
import { customElement } from "lit/decorators.js";

import { BenchElement } from "../../app/bench-element.js";
import { namedOf } from "../../state/recipe.js";
import { isLocked } from "../../state/run-state.js";
import { labels } from "../../styles/forms.js";
import { shared } from "../../styles/shared.js";
import { select } from "../../ui/select.js";
import { msg } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** The network's named recipes, to choose one as a whole: none of them is chosen once a value was changed. */
@customElement("named-recipe")
export class NamedRecipe extends BenchElement {
  static override styles = [
    shared,
    labels,
    css`
      div {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.75rem;
        align-items: center;
      }

      p {
        margin-top: 0.25rem;
      }
    `,
  ];

  override render() {
    const { recipe, run } = this.state;
    const named = namedOf(recipe);
    const recipes = recipe.description?.recipes ?? [];
    return html`
      <div>
        <label for="recipe">${msg("Recipe")}</label>
        ${select({
          id: "recipe",
          options: recipes.map(({ link, label }) => ({ value: link, label: translated(label) })),
          value: named?.link ?? "",
          disabled: isLocked(run) || recipes.length === 0,
          placeholder: recipes.length > 0 ? msg("Changed") : "…",
          describedBy: "named-help",
          onChange: (link) => this.bench.recipe.changeTo(link),
        })}
      </div>
      <p class="soft" id="named-help" ?hidden=${!named || named.name === "own"}>${translated(named?.help ?? "")}</p>
    `;
  }
}
