import { css } from "lit";

/** One row on a wide screen; on a phone the choices above, and what trains fixed at the foot of the window. */
export const layout = css`
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.9rem;
    align-items: end;
  }

  .choices {
    display: flex;
    flex: 1 1 30rem;
    flex-wrap: wrap;
    gap: 0.5rem;
    min-width: 0;
  }

  /* Each has room for its longest choice. */
  .choices > div {
    flex: 1 1 6.75rem;
    min-width: 0;
  }

  .choices > div:has(button) {
    flex-basis: 15.25rem;
  }

  .choices > div:has(#data) {
    flex-basis: 10.5rem;
  }

  .choices select {
    padding-right: 1.5rem;
    padding-left: 0.5rem;
    background-position-x: calc(100% - 0.45rem);
  }

  label {
    margin-bottom: 0.1rem;
    color: var(--ink-soft);
    font-size: 0.8125rem;
    font-weight: 400;
    line-height: 1.3;
  }

  .beside,
  .dock,
  .end {
    display: flex;
    gap: 0.4rem;
  }

  .beside button {
    padding-inline: 0.45rem;
  }

  .dock {
    flex: 1 1 auto;
    gap: 0.9rem;
    align-items: end;
  }

  test-accuracy {
    min-width: 6.5rem;
  }

  .opened {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem 0.9rem;
    align-items: center;
  }

  .opened p {
    flex: 1 1 16rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }

  :host([projected]) .beside button {
    display: none;
  }

  :host([projected]) .choices {
    flex-basis: 20rem;
  }

  :host([projected]) .choices > div {
    flex-basis: 9rem;
  }

  run-line {
    margin-top: 0.4rem;
  }

  /* The name of the page stands before it. */
  @media (min-width: 76rem) {
    .bar {
      flex-wrap: nowrap;
      column-gap: 0.7rem;
    }

    /* As wide as the longest name of data is, in each language. */
    .choices > div:has(#data) {
      flex: 0 0 auto;
    }

    .dock {
      gap: 0.7rem;
    }

    .choices {
      flex: 1 1 22rem;
      flex-wrap: nowrap;
    }

    .dock {
      flex: 0 1 auto;
    }

    :host(:not([projected])) .bar {
      padding-left: 7.6rem;
    }
  }

  @media (max-width: 30rem) {
    .choices {
      display: grid;
      flex-basis: 100%;
      gap: 0.4rem;
    }

    /* Of which network and data it is, they say themselves. */
    label {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }

    /* The thumb reaches it, whatever is in view. */
    .dock {
      position: fixed;
      z-index: 5;
      inset: auto 0 0;
      align-items: center;
      padding: 0.5rem 0.75rem calc(0.5rem + env(safe-area-inset-bottom));
      border-top: 1px solid var(--line);
      background: var(--paper);
    }

    run-buttons {
      flex: 1 1 auto;
      min-width: 0;
    }

    test-accuracy {
      flex: 0 1 auto;
      min-width: min-content;
      max-width: 7rem;
    }
  }

  /* Beside the name of the page. */
  @media (max-width: 75.99rem) {
    :host(:not([projected])) .end {
      position: absolute;
      top: 0.15rem;
      right: clamp(0.75rem, 2.5vw, 2rem);
    }
  }
`;
