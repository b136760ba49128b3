import { css } from "lit";

/** Three columns where there is room: what is tried, what the network gets of it, and what it predicts. */
export const columns = css`
  :host {
    container-type: inline-size;
  }

  .parts {
    display: grid;
    gap: 0.75rem 1.5rem;
    grid-template-columns: minmax(0, 1fr);
    margin-top: 0.5rem;
  }

  figure {
    min-width: 0;
  }

  .image {
    max-width: 19rem;
    margin-top: 0.35rem;
  }

  .framed {
    border: 1px solid var(--edge);
    border-radius: var(--radius-small);
    background: var(--sunk);
    overflow: hidden;
  }

  .empty {
    display: grid;
    place-items: center;
    aspect-ratio: 1;
    padding: 1.5rem;
    text-align: center;
  }

  .network-input {
    background: none;
  }

  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.25rem;
    margin-top: 0.35rem;
  }

  label {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    min-height: 2.5rem;
    font-size: 0.875rem;
  }

  .message {
    max-width: 34rem;
    margin-top: 0.4rem;
  }

  .prediction {
    margin-bottom: 0.6rem;
    font-weight: 600;
    line-height: 1.35;
  }

  .prediction b {
    font-size: 1.5rem;
    line-height: 1.2;
    overflow-wrap: anywhere;
  }

  /* Somebody's own classes may be 256. */
  .bars {
    max-height: 24rem;
    overflow-y: auto;
  }

  @container (max-width: 39.99rem) {
    .network-input {
      width: 9.5rem;
    }
  }

  @container (min-width: 40rem) {
    .parts {
      grid-template-columns: repeat(2, minmax(0, 19rem));
    }

    .answer {
      grid-column: 1 / -1;
    }
  }

  @container (min-width: 60rem) {
    .parts {
      grid-template-columns: repeat(2, minmax(0, 19rem)) minmax(0, 1fr);
    }

    .answer {
      grid-column: auto;
    }
  }
`;
