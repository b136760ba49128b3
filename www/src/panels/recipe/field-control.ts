/** The control of a setting, made from the field that the module declares, with its help or what is wrong with it. */
import { css, html, nothing } from "lit";

import type { Bench } from "../../bench/bench.js";
import { choicesOf } from "../../fields.js";
import { plainNumber } from "../../format.js";
import type { Field } from "../../module.js";
import { shownOf } from "../../state/recipe.js";
import { isLocked } from "../../state/run-state.js";
import { select, valueOf } from "../../ui/select.js";
import { settingText } from "./changes.js";
import { entered, shownIn } from "./entered.js";
import { refusalText, wrongAt } from "./refusal.js";
import { msg } from "../../words/msg.js";

export const fieldStyles = css`
  label {
    margin-bottom: 0.2rem;
  }

  .several {
    display: block;
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  .several legend {
    margin-bottom: 0.2rem;
    padding: 0;
    font-size: 0.875rem;
    font-weight: 550;
  }

  .several label {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    min-height: 1.75rem;
    margin: 0;
    font-weight: inherit;
  }

  .default {
    color: var(--flame);
    font-weight: 550;
  }

  .wrong {
    color: var(--bad);
  }

  .help {
    margin-top: 0.2rem;
    font-size: 0.8125rem;
    line-height: 1.35;
  }
`;

/** A field as its control has it now. */
export interface Setting {
  value: string;
  /** The network's own. */
  usual: string | undefined;
  /** Why the value is refused, as a sentence; null where it is not. */
  wrong: string | null;
}

export function settingOf({ state }: Bench, { key }: Field): Setting {
  const { run, recipe } = state;
  const parsed = shownOf(recipe);
  const value = recipe.draft[key] ?? parsed?.values[key] ?? "";
  // Where several fields were changed, the refusal names those that are wrong.
  const refusal = wrongAt(key, run, recipe.nextRefusal);
  const wrong = refusal && refusalText(refusal, recipe.fields, value);
  return { value, usual: parsed?.defaults[key], wrong };
}

/** Label, control and help. */
export function labelledControl(bench: Bench, field: Field) {
  const { key, label, kind } = field;
  return html`
    <div>
      ${kind.type === "choiceSet" ? nothing : html`<label for=${key}>${label}</label>`} ${control(bench, field)}
      ${help(bench, field)}
    </div>
  `;
}

/** What the setting does and may have, and its default; or what is wrong. */
export function help(bench: Bench, field: Field) {
  const { key } = field;
  const { fields } = bench.state.recipe;
  const { value, usual, wrong } = settingOf(bench, field);
  const differs = usual !== undefined && value !== usual;
  return html`
    <p class="soft help ${wrong ? "told" : ""}" id="${key}-help">
      ${wrong ? html`<span class="wrong">${wrong}</span>` : html`${field.help}${range(field)}`}
      ${differs ? html` <span class="default">${msg("Default: {value}.", { value: settingText(fields, key, usual) })}</span>` : nothing}
    </p>
  `;
}

export function control(bench: Bench, field: Field) {
  const { key, label, kind } = field;
  const { value, wrong } = settingOf(bench, field);
  const disabled = isLocked(bench.state.run);
  const change = (text: string): void => bench.recipe.change(key, entered(kind, text, key));
  if (kind.type === "choice") {
    return select({
      id: key,
      options: choicesOf(field),
      value,
      placeholder: value,
      describedBy: `${key}-help`,
      invalid: wrong !== null,
      disabled,
      onChange: change,
    });
  }
  if (kind.type === "choiceSet") {
    const chosen = value.split(",");
    const tick = ({ currentTarget }: Event): void => {
      const ticked = (currentTarget as HTMLElement).querySelectorAll<HTMLInputElement>("input:checked");
      bench.recipe.change(key, Array.from(ticked, (box) => box.value).join(","));
    };
    return html`
      <fieldset
        class="several"
        id=${key}
        tabindex="-1"
        ?disabled=${disabled}
        aria-describedby="${key}-help"
        @change=${tick}
      >
        <legend>${label}</legend>
        ${kind.choices.map(
          (choice) => html`
            <label title=${choice.help}>
              <input type="checkbox" value=${choice.value} .checked=${chosen.includes(choice.value)} />
              ${choice.label}
            </label>
          `,
        )}
      </fieldset>
    `;
  }
  return html`
    <input
      id=${key}
      aria-describedby="${key}-help"
      aria-invalid=${wrong === null ? "false" : "true"}
      inputmode=${kind.type !== "number" ? "text" : kind.integer ? "numeric" : "decimal"}
      autocomplete="off"
      spellcheck="false"
      ?disabled=${disabled}
      .value=${shownIn(kind, value, key)}
      @change=${(event: Event) => change(valueOf(event))}
    />
  `;
}

function range({ kind }: Field): string {
  if (kind.type !== "number" && kind.type !== "numberList") return "";
  return ` ${msg("From {from} to {to}.", { from: plainNumber(kind.min), to: plainNumber(kind.max) })}`;
}
