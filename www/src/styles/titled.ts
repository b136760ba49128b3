import { css } from "lit";

/** A heading, and at the other end of its line what can be done with that under it. */
export const titled = css`
  .titled {
    display: flex;
    gap: 0.5rem;
    align-items: start;
    justify-content: space-between;
  }
`;
