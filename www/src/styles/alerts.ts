import { css } from "lit";

/** What went wrong, and what is worth knowing. */
export const alerts = css`
  .item {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem 1rem;
    align-items: center;
    margin-top: var(--gap);
    padding: 0.75rem 1rem;
    border: 1px solid var(--line);
    border-left: 4px solid var(--edge);
    border-radius: var(--radius-small);
    background: var(--paper);
  }

  .item p {
    flex: 1 1 20rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .bad {
    border-color: var(--bad);
    background: var(--bad-wash);
  }
`;
