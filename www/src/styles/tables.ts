import { css } from "lit";

/** What is wider than its place is scrolled, and has a shadow at the side where more of it is. */
export const scrolled = css`
  .scroll {
    --shade: color-mix(in srgb, var(--ink) 38%, transparent);
    /* What is heard alone stands in it too, and not beside the page. */
    position: relative;
    overflow: auto;
    background:
      linear-gradient(to right, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local,
      linear-gradient(to left, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local,
      linear-gradient(to right, var(--shade), transparent) left / 0.9rem 100% no-repeat scroll,
      linear-gradient(to left, var(--shade), transparent) right / 0.9rem 100% no-repeat scroll;
  }
`;

export const tables = css`
  ${scrolled}

  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.875rem;
  }

  th,
  td {
    padding: 0.35rem 0.6rem;
    border-bottom: 1px solid var(--line);
    text-align: left;
    white-space: nowrap;
  }

  th {
    color: var(--ink-soft);
    font-weight: 550;
  }

  th:first-child,
  td:first-child {
    padding-left: 0;
  }

  th:last-child,
  td:last-child {
    padding-right: 0;
  }

  .number {
    text-align: right;
  }
`;
