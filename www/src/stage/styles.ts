import { css } from "lit";

/**
 * The image on the left, the layers in the middle, the answer on the right; on a narrower screen the layers go below the two, so that image and
 * answer are in view together while somebody draws.
 */
export const layout = css`
  :host {
    container-type: inline-size;
  }

  .parts {
    display: grid;
    gap: 0.4rem 0.75rem;
    grid-template:
      "image answer" auto "tools answer" 1fr "network network" auto "below below" auto
      / minmax(0, 1.1fr) minmax(0, 1fr);
  }

  try-sources::part(image) {
    grid-area: image;
  }

  try-sources::part(tools) {
    grid-area: tools;
  }

  try-sources::part(error) {
    grid-column: 1 / -1;
  }

  .network {
    display: flex;
    grid-area: network;
    gap: 0.5rem;
    align-items: start;
    min-width: 0;
    --stage-height: 9rem;
  }

  stage-columns {
    flex: 1;
  }

  .network-input figcaption {
    font-size: 0.75rem;
    text-align: center;
  }

  .network-input {
    flex: none;
    width: 4.5rem;
    /* Beside the maps, below their titles. */
    margin-top: 2.7rem;
  }

  .answer {
    grid-area: answer;
    min-width: 0;
  }

  figure {
    min-width: 0;
  }

  figcaption,
  figure .soft {
    margin-top: 0.25rem;
  }

  .image {
    width: 100%;
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
    padding: 0.75rem;
    text-align: center;
  }

  .below {
    display: flex;
    grid-area: below;
    flex-wrap: wrap;
    gap: 0.25rem 0.35rem;
    align-items: center;
    min-width: 0;
  }

  /* Two lines, so that nothing moves when a value is pointed at. */
  .below > p:first-child {
    flex: 1 1 18rem;
    min-height: 2.35rem;
    align-content: center;
    font-size: 0.8125rem;
    line-height: 1.4;
  }

  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.25rem;
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
  }

  /* With a line for what is right, so that nothing moves when a digit is drawn. */
  .prediction {
    min-height: 3.3rem;
    font-size: 0.8125rem;
    line-height: 1.35;
  }

  .prediction b {
    font-size: 1.5rem;
    line-height: 1.2;
    overflow-wrap: anywhere;
  }

  .truth {
    display: block;
    font-weight: 620;
    overflow-wrap: anywhere;
  }

  .truth.wrong {
    color: var(--bad);
  }

  /* Somebody's own classes may be 256. */
  .bars {
    max-height: 16rem;
    overflow-y: auto;
  }

  .answer button,
  .below button {
    min-height: 2.1rem;
    padding: 0.2rem 0.6rem;
    font-size: 0.8125rem;
  }

  .answer button {
    max-width: 100%;
    margin-top: 0.4rem;
    white-space: normal;
  }

  @container (min-width: 32rem) {
    .parts {
      grid-template:
        "image answer" auto "tools answer" 1fr "network network" auto "below below" auto
        / minmax(0, 11rem) minmax(0, 1fr);
    }
  }

  @container (min-width: 56rem) {
    .parts {
      gap: 0.4rem 1rem;
      /* The second column is what the tools need beside the image's width. */
      grid-template:
        "image network network answer" auto "tools tools below below" auto
        / 11rem auto minmax(0, 1fr) 11rem;
    }

    .network-input {
      width: 4rem;
    }

    .network {
      --stage-height: 11.5rem;
    }
  }

  @container (min-width: 68rem) {
    .parts {
      grid-template-columns: 11rem auto minmax(0, 1fr) 14rem;
    }

    .network-input {
      width: 4.5rem;
    }
  }
`;
