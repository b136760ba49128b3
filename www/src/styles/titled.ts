import { css } from "lit";

/** A heading, and at the other end of its line what can be done with that under it. */
export const titled = css`
  .titled {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 0.5rem;
    align-items: start;
    justify-content: space-between;
  }

  /* Where a word of it has no room beside the menu, that stands below. */
  .titled > :first-child {
    flex: 1 1 6rem;
    min-width: 0;
  }
`;
