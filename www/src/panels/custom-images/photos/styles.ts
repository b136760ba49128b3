import { css } from "lit";

/** A class is a card; its photos are a grid of small squares. */
export const layout = css`
  :host {
    display: block;
    text-align: start;
  }

  .add {
    display: flex;
    gap: 0.5rem;
    align-items: end;
  }

  .add > div {
    flex: 1;
    min-width: 0;
  }

  .add label {
    display: block;
    font-size: 0.875rem;
  }

  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .classes > li {
    margin-top: 0.6rem;
    padding: 0.6rem;
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
  }

  .head {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    margin-bottom: 0.5rem;
  }

  .head input {
    flex: 1;
    font-weight: 600;
  }

  .head span {
    flex: none;
  }

  .photos {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
  }

  .photos:not(:empty) {
    margin-top: 0.5rem;
  }

  .photos li {
    display: grid;
    gap: 0.15rem;
  }

  .photos button {
    min-height: 1.6rem;
    padding: 0;
    line-height: 1;
  }

  p[role="status"] {
    margin: 0.6rem 0 0.4rem;
  }
`;
