import { css } from "lit";

/** The rows of the editor. */
export const rows = css`
  fieldset {
    margin-top: 0.75rem;
  }

  ol {
    display: grid;
    gap: 0.4rem;
    margin: 0.4rem 0;
    padding: 0;
    list-style: none;
  }

  li {
    padding: 0.35rem 0.5rem;
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    background: var(--paper);
  }

  li.bad {
    border-color: var(--bad);
    background: var(--bad-wash);
  }

  li ol {
    min-height: 1.5rem;
    margin-left: 0.75rem;
    padding-left: 0.5rem;
    border-left: 3px solid var(--flame-faint);
  }

  .ghost {
    opacity: 0.45;
  }

  .line {
    display: grid;
    gap: 0.25rem 0.6rem;
    grid-template-columns: auto 1.5rem minmax(8rem, 12.5rem) minmax(0, 1fr) auto auto;
    align-items: center;
  }

  .grip {
    padding: 0.35rem 0.4rem;
    border-radius: var(--radius-small);
    color: var(--ink-soft);
    line-height: 1;
    cursor: grab;
    touch-action: none;
    user-select: none;
  }

  fieldset:disabled .grip {
    opacity: 0.4;
    cursor: default;
  }

  .number {
    color: var(--ink-soft);
    font-size: 0.875rem;
    text-align: right;
  }

  .numbers {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 0.5rem;
  }

  .numbers label {
    display: flex;
    gap: 0.3rem;
    align-items: center;
    color: var(--ink-soft);
    font-size: 0.8125rem;
  }

  .numbers input {
    width: 4.4rem;
  }

  .line select,
  .line input {
    min-height: 2rem;
    padding-block: 0.15rem;
    color: var(--ink);
    font-size: 0.9375rem;
  }

  .line input {
    padding-inline: 0.4rem 0.2rem;
  }

  .shape {
    font-size: 0.875rem;
    font-weight: 600;
    text-align: right;
    white-space: nowrap;
  }

  .shape small {
    display: block;
    color: var(--ink-soft);
    font-weight: 400;
  }

  .buttons {
    flex-wrap: nowrap;
    gap: 0.25rem;
  }

  .buttons button {
    min-width: 2.2rem;
    min-height: 2rem;
    padding: 0.1rem 0.4rem;
  }

  .inside {
    min-height: 2rem;
    margin-left: 0.75rem;
    padding-block: 0.1rem;
    font-size: 0.875rem;
  }

  details[open] summary {
    margin-bottom: 0.3rem;
  }

  .end {
    display: flex;
    gap: 0.6rem;
    justify-content: space-between;
    padding: 0.3rem 0.5rem;
    border-radius: var(--radius-small);
    background: var(--sunk);
    font-size: 0.875rem;
  }

  .wrong {
    margin: 0.25rem 0;
    color: var(--bad);
    font-size: 0.875rem;
    overflow-wrap: anywhere;
  }

  .add {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
    margin: 0.75rem 0 0.25rem;
  }

  .add select {
    width: auto;
    flex: 0 1 14rem;
  }

  .add label,
  .text {
    font-size: 0.875rem;
    font-weight: 550;
  }

  .text {
    display: block;
    margin: 0.75rem 0 0.2rem;
  }

  textarea {
    width: 100%;
    padding: 0.4rem 0.65rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius-small);
    background: var(--paper);
    color: inherit;
    font:
      0.875rem/1.4 ui-monospace,
      monospace;
    overflow-wrap: anywhere;
    resize: vertical;
  }

  textarea[aria-invalid="true"] {
    border-color: var(--bad);
    outline: 1px solid var(--bad);
  }

  textarea:disabled {
    background: var(--sunk);
    color: var(--ink-soft);
  }

  @media (max-width: 52rem) {
    .line {
      grid-template-columns: auto 1.5rem minmax(0, 12.5rem) minmax(0, 1fr) auto;
    }

    .numbers {
      grid-row: 2;
      grid-column: 1 / -1;
    }

    .numbers:empty {
      display: none;
    }

    .numbers input {
      width: 4rem;
    }
  }

  @media (max-width: 30rem) {
    li {
      padding-inline: 0.35rem;
    }

    li ol {
      margin-left: 0;
      padding-left: 0.3rem;
    }

    .line {
      grid-template-columns: auto 1.2rem minmax(0, 1fr) auto;
      column-gap: 0.3rem;
    }

    .line > select {
      grid-column: 3 / -1;
    }

    .numbers {
      gap: 0.25rem 0.4rem;
    }

    .numbers label {
      display: grid;
      gap: 0.05rem;
    }

    .numbers input {
      width: 3.4rem;
      appearance: textfield;
    }

    .shape {
      grid-row: 3;
      grid-column: 1 / 4;
      text-align: left;
    }

    .buttons {
      grid-row: 3;
      grid-column: 4;
    }

    .buttons button {
      min-width: 2.4rem;
      padding-inline: 0.2rem;
    }
  }
`;
