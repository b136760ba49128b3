import { css } from "lit";

/** How an embed is laid out: complete at 350 × 210, and its curve as high as there is room. */
export const styles = css`
  :host {
    display: grid;
    gap: 0.4rem;
    grid-template-columns: minmax(0, 1fr);
    min-height: 100vh;
    min-height: 100dvh;
    padding: 0.5rem 0.65rem;
  }

  .own {
    display: flex;
    flex-direction: column;
    gap: 0.4rem;
    min-height: 0;
    height: calc(100vh - 1rem);
    height: calc(100dvh - 1rem);
    min-height: 11rem;
  }

  .above {
    max-height: 30rem;
  }

  /* Nothing in it takes what room there is. */
  .bare {
    height: auto;
    min-height: 0;
  }

  .head,
  .foot {
    display: flex;
    flex: none;
    gap: 0.6rem;
    align-items: center;
    min-width: 0;
  }

  .head {
    align-items: baseline;
    justify-content: space-between;
  }

  h1 {
    overflow: hidden;
    margin: 0;
    font-size: 0.9375rem;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .accuracy {
    flex: none;
    font-size: 0.8125rem;
    color: var(--ink-soft);
    white-space: nowrap;
  }

  .accuracy strong {
    margin-left: 0.25rem;
    color: var(--ink);
    font-size: 1.25rem;
    font-weight: 650;
  }

  curve-chart {
    flex: 1 1 0;
    min-height: 0;
  }

  bench-verification {
    flex: none;
    max-height: 4.6rem;
    overflow: auto;
    font-size: 0.8125rem;
  }

  .edit {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    gap: 0.3rem 0.75rem;
  }

  .edit > div {
    display: flex;
    gap: 0.35rem;
    align-items: center;
  }

  .edit select,
  .edit input {
    width: auto;
    max-width: 9rem;
    min-height: 1.9rem;
    padding-block: 0.1rem;
  }

  .foot button {
    flex: none;
    min-height: 2.2rem;
    padding-block: 0.2rem;
  }

  /* On a phone it has two lines, which are as high as the button. */
  .foot p {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    flex: 1 1 auto;
    overflow: hidden;
    margin: 0;
    font-size: 0.8125rem;
    line-height: 1.2;
    color: var(--ink-soft);
  }

  .foot a {
    flex: none;
    font-size: 0.8125rem;
  }

  .item {
    flex: none;
    overflow: auto;
    margin: 0;
    font-size: 0.875rem;
  }

  .item p {
    margin: 0;
  }

  .legend {
    display: flex;
    flex: none;
    gap: 0 1rem;
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: 0.8125rem;
    color: var(--ink-soft);
  }

  .legend li {
    display: flex;
    gap: 0.35rem;
    align-items: center;
    min-width: 0;
  }

  .legend li > span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .legend strong {
    flex: none;
    color: var(--ink);
    font-weight: 600;
  }

  .legend i {
    flex: none;
    width: 1.1rem;
    border-top: 2.5px solid var(--flame);
  }

  .legend .beside {
    border-top: 2px dashed var(--warm);
  }

  .note {
    flex: none;
    font-size: 0.75rem;
    line-height: 1.3;
    color: var(--ink-soft);
  }

  @media (max-height: 19rem) {
    .note {
      position: absolute;
      width: 1px;
      height: 1px;
      margin: -1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }

  .narrow {
    display: none;
  }

  @media (max-width: 27rem) {
    .wide {
      display: none;
    }

    .narrow {
      display: inline;
    }

    /* Three beside each other take the height of one. */
    .edit {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(5.5rem, 1fr));
    }

    .edit > div {
      display: block;
    }

    .edit label {
      overflow: hidden;
      font-size: 0.75rem;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .edit select,
    .edit input {
      width: 100%;
      max-width: none;
      font-size: 0.875rem;
    }
  }

  @media (max-height: 16rem) {
    .item {
      padding: 0.3rem 0.6rem;
      font-size: 0.8125rem;
      line-height: 1.35;
    }

    /* There is no curve to come, and room for the sentence alone. */
    .refused ~ curve-chart {
      visibility: hidden;
    }
  }
`;
