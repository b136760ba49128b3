import { css } from "lit";

/** Pictures of different widths beside each other, each with its heading and caption. */
export const figures = css`
  .parts {
    display: flex;
    flex-wrap: wrap;
    gap: 1.25rem;
    align-items: start;
    margin: 0.75rem 0;
  }

  .small {
    flex: 1 1 8rem;
    max-width: 11.5rem;
  }

  .wide {
    flex: 1 1 22rem;
    min-width: min(100%, 14rem);
    max-width: 46rem;
  }

  figure {
    min-width: 0;
  }

  h3 {
    margin-bottom: 0.4rem;
    overflow-wrap: anywhere;
  }

  figcaption {
    margin-top: 0.35rem;
  }

  label {
    display: block;
    margin-top: 0.5rem;
    font-size: 0.875rem;
  }
`;
