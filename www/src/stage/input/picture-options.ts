import { html, nothing } from "lit";

import type { DataInfo } from "../../module.js";
import { msg } from "../../words/msg.js";
import { isDigits, wholeFit, type Options } from "./prepare.js";

/** What can be chosen about how a picture is prepared. */
export function pictureOptions(data: DataInfo, options: Options, change: (changes: Partial<Options>) => void) {
  const checkbox = (checked: boolean, label: string, changes: (checked: boolean) => Partial<Options>) => html`
    <label>
      <input
        type="checkbox"
        .checked=${checked}
        @change=${(event: Event) => change(changes((event.target as HTMLInputElement).checked))}
      />
      ${label}
    </label>
  `;
  return html`
    <div class="choices">
      ${data.channels === 1 ? checkbox(options.inverted, msg("Invert"), (inverted) => ({ inverted })) : nothing}
      ${
        isDigits(data)
          ? nothing
          : checkbox(options.fit !== "crop", msg("All of the picture"), (all) => ({
              fit: all ? wholeFit(data) : "crop",
            }))
      }
    </div>
  `;
}
