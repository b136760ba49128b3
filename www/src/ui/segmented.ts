import { css, html } from "lit";

interface Segmented<T extends string> {
  /** What is chosen, to screen readers. */
  label: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few, all of them in view: radio buttons that look like one switch. */
export function segmented<T extends string>({ label, options, value, onChange }: Segmented<T>) {
  return html`
    <div class="segmented" role="radiogroup" aria-label=${label}>
      ${options.map(
        (option) => html`
          <label>
            <input
              type="radio"
              name=${label}
              .checked=${option.value === value}
              @change=${() => onChange(option.value)}
            /><span>${option.label}</span>
          </label>
        `,
      )}
    </div>
  `;
}

export const segmentedStyles = css`
  .segmented {
    display: inline-flex;
    border: 1px solid var(--edge);
    border-radius: var(--radius-small);
    overflow: hidden;
  }

  .segmented label {
    position: relative;
    cursor: pointer;
  }

  .segmented input {
    position: absolute;
    inset: 0;
    width: 100%;
    min-height: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }

  .segmented span {
    display: block;
    padding: 0.2rem 0.7rem;
    font-size: 0.875rem;
    font-weight: 550;
    line-height: 1.35;
  }

  .segmented label + label span {
    border-inline-start: 1px solid var(--edge);
  }

  .segmented :checked + span {
    background: var(--flame-wash);
    box-shadow: inset 0 -2px var(--flame);
  }

  .segmented :focus-visible + span {
    outline: 2px solid var(--flame);
    outline-offset: -3px;
  }

  @media (forced-colors: active) {
    .segmented :checked + span {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
`;
