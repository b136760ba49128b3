import { css } from "lit";

/** An element that is a dialog; `--widest` is how wide it may get. */
export const dialogs = css`
  /* Closed, it takes no place. */
  :host {
    display: contents;
  }

  dialog {
    width: min(var(--widest), calc(100vw - 1.5rem));
    max-height: calc(100vh - 2rem);
    padding: 1rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--bench);
    color: var(--ink);
  }

  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
`;
