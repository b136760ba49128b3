import { css } from "lit";

/** A table with a bar in each row; `.lit` is the row that stands out. */
export const bars = css`
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.875rem;
    line-height: 1.3;
  }

  th,
  td {
    padding: 0.09rem 0;
  }

  th {
    padding-right: 0.5rem;
    font-weight: 600;
    text-align: left;
  }

  .number {
    padding-left: 0.5rem;
    text-align: right;
    white-space: nowrap;
  }

  .bar {
    height: 0.75rem;
    border-radius: 3px;
    background: var(--edge);
  }

  .lit .bar {
    background: var(--flame);
  }

  @media (forced-colors: active) {
    .bar {
      background: CanvasText;
      forced-color-adjust: none;
    }

    .lit .bar {
      background: Highlight;
    }
  }
`;
