import { css } from "lit";

/** Where a frame stands over a picture. */
export const fieldStyle = css`
  .seen {
    position: relative;
  }

  .field {
    position: absolute;
    border: 2px solid var(--flame);
    outline: 1px solid var(--paper);
    pointer-events: none;
  }
`;
