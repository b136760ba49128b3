import { css } from "lit";

export const storyStyles = css`
  section {
    margin-top: 0.5rem;
  }

  section,
  .columns,
  .columns > div {
    display: grid;
    gap: 0.75rem 2rem;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
  }

  @media (min-width: 56rem) {
    .columns {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr);
    }
  }

  .head {
    display: flex;
    gap: 0.75rem;
    align-items: start;
    justify-content: space-between;
  }

  .head > div {
    min-width: 0;
  }

  .head button {
    min-height: 2rem;
    padding: 0.1rem 0.7rem;
    font-size: 0.875rem;
  }

  .training {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35rem 0.75rem;
    align-items: center;
  }

  /* What is only heard takes no room. */
  .training.idle {
    position: absolute;
  }

  .training button {
    min-height: 2rem;
    padding: 0.1rem 0.7rem;
    font-size: 0.875rem;
  }

  .folded {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35rem 1rem;
    align-items: center;
    padding-block: 0.4rem;
  }

  .folded .kicker {
    color: var(--ink);
    font-weight: 620;
  }

  .buttons button {
    white-space: normal;
  }

  .kicker {
    color: var(--ink-soft);
    font-size: 0.8125rem;
    font-weight: 550;
  }

  h2,
  .about,
  .closing p,
  .note {
    overflow-wrap: anywhere;
  }

  h2 {
    font-size: 1.25rem;
  }

  .about,
  .closing,
  story-curves {
    max-width: 46rem;
  }

  .about {
    white-space: pre-line;
  }

  .note {
    padding-left: 0.6rem;
    border-left: 4px solid var(--edge);
    font-size: 0.875rem;
  }

  .closing {
    display: grid;
    gap: 0.35rem;
    padding: 0.6rem 0.75rem;
    border-left: 4px solid var(--flame);
    background: var(--flame-wash);
  }

  button[aria-pressed="true"] {
    border-color: var(--flame);
    background: var(--flame-wash);
  }
`;
