import { css } from "lit";

/** What elements have in common: shadow roots see the page's tokens but none of its rules. */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    display: block;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  h2,
  h3 {
    margin: 0;
    font-size: 1rem;
    font-weight: 620;
    letter-spacing: -0.005em;
    line-height: 1.3;
  }

  p,
  figure {
    margin: 0;
  }

  /* What was asked for and could not be had, in its place. */
  .failure {
    padding-left: 0.6rem;
    border-left: 4px solid var(--bad);
    overflow-wrap: anywhere;
  }

  a {
    color: var(--flame);
  }

  button,
  select,
  input {
    font: inherit;
    font-variant-numeric: inherit;
    color: inherit;
  }

  button {
    min-height: 2.5rem;
    padding: 0.35rem 0.95rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius-small);
    background: var(--paper);
    font-weight: 550;
    white-space: nowrap;
    cursor: pointer;
    transition:
      background 0.12s,
      border-color 0.12s;
  }

  button:hover {
    background: var(--sunk);
  }

  button.primary[aria-disabled="false"] {
    border-color: var(--flame);
    background: var(--flame);
    color: var(--on-flame);
  }

  button.primary[aria-disabled="false"]:hover {
    border-color: var(--flame-strong);
    background: var(--flame-strong);
  }

  button[aria-disabled="true"],
  button[aria-disabled="true"]:hover {
    border-color: var(--line);
    background: transparent;
    color: var(--ink-soft);
    opacity: 0.75;
    cursor: default;
  }

  select,
  input {
    width: 100%;
    min-width: 0;
    min-height: 2.5rem;
    padding: 0.35rem 0.65rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius-small);
    background: var(--paper);
  }

  input[type="checkbox"] {
    flex: none;
    width: 1.1rem;
    min-height: 1.1rem;
    margin: 0;
    accent-color: var(--flame);
  }

  select {
    appearance: none;
    padding-right: 2rem;
    text-overflow: ellipsis;
    /* A chevron in a grey that stands out on light and dark. */
    background-image: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 12 12'%3E%3Cpath d='m2 4 4 4 4-4' fill='none' stroke='%237a8594' stroke-width='1.75' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E");
    background-position: right 0.7rem center;
    background-size: 0.8rem;
    background-repeat: no-repeat;
  }

  select:disabled,
  input:disabled {
    border-color: var(--line);
    background-color: var(--sunk);
    color: var(--ink-soft);
    opacity: 1;
  }

  input[aria-invalid="true"],
  select[aria-invalid="true"] {
    border-color: var(--bad);
    outline: 1px solid var(--bad);
  }

  :focus-visible {
    outline: 3px solid var(--flame);
    outline-offset: 2px;
  }

  .panel {
    padding: 1rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--paper);
    box-shadow: var(--shadow);
  }

  .soft {
    color: var(--ink-soft);
    font-size: 0.875rem;
  }

  /* For those who hear the page. */
  .heard {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  progress {
    display: block;
    width: 100%;
    height: 0.4rem;
    border: 0;
    border-radius: 1rem;
    overflow: hidden;
    appearance: none;
    background: var(--sunk);
  }

  progress::-webkit-progress-bar {
    background: var(--sunk);
  }

  progress::-webkit-progress-value {
    border-radius: 1rem;
    background: var(--flame);
  }

  progress::-moz-progress-bar {
    border-radius: 1rem;
    background: var(--flame);
  }

  summary {
    width: fit-content;
    padding: 0.3rem 0.2rem;
    border-radius: var(--radius-small);
    font-weight: 550;
    cursor: pointer;
  }

  summary h2 {
    display: inline;
  }

  /* Buttons in a row. */
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }

  @media (max-width: 30rem) {
    button {
      padding-inline: 0.7rem;
      font-size: 0.9375rem;
    }
  }

  /* Colours that a person has chosen leave no backgrounds: what these say is said by theirs. */
  @media (forced-colors: active) {
    button[aria-pressed="true"],
    button[aria-checked="true"],
    button[aria-expanded="true"] {
      border-color: Highlight;
      background: Highlight !important;
      color: HighlightText;
      forced-color-adjust: none;
    }

    button[aria-disabled="true"],
    button[aria-disabled="true"]:hover {
      border-color: GrayText;
      color: GrayText;
    }

    progress {
      height: 0.5rem;
      border: 1px solid CanvasText;
    }

    progress::-webkit-progress-value {
      background: Highlight;
      forced-color-adjust: none;
    }

    progress::-moz-progress-bar {
      background: Highlight;
      forced-color-adjust: none;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`;
