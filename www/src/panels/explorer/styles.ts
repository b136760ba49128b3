import { css } from "lit";

/** An image that is shown large, under its heading. */
export const largeImage = css`
  h3 {
    margin-bottom: 0.35rem;
  }

  .large {
    width: 9rem;
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    overflow: hidden;
  }
`;
