import { css, unsafeCSS } from "lit";

import { LIGHT } from "../figure/colours.js";

/** Paper is light, whatever the page's theme. */
export const lightTokens = css`
  dialog {
    --bench: ${unsafeCSS(LIGHT.sunk)};
    --paper: ${unsafeCSS(LIGHT.paper)};
    --sunk: ${unsafeCSS(LIGHT.sunk)};
    --ink: ${unsafeCSS(LIGHT.ink)};
    --ink-soft: ${unsafeCSS(LIGHT.soft)};
    --line: ${unsafeCSS(LIGHT.line)};
    --edge: ${unsafeCSS(LIGHT.edge)};
    --flame: ${unsafeCSS(LIGHT.flame)};
    --flame-strong: ${unsafeCSS(LIGHT.flame)};
    --on-flame: ${unsafeCSS(LIGHT.paper)};
    --ink-filter: none;
    color-scheme: light;
  }
`;

export const sheetStyles = css`
  dialog {
    --widest: 52rem;
  }

  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    align-items: center;
    margin-bottom: 0.75rem;
  }

  .bar h2 {
    flex: 1 1 auto;
  }

  .bar p {
    flex-basis: 100%;
  }

  article {
    padding: clamp(0.75rem, 4vw, 2rem);
    background: var(--paper);
    font-size: 0.8125rem;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }

  .head,
  .result {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1rem;
    align-items: baseline;
    justify-content: space-between;
  }

  .head {
    padding-bottom: 0.35rem;
    border-bottom: 2px solid var(--ink);
  }

  .head h3 {
    font-size: 1.35rem;
  }

  .result {
    justify-content: flex-start;
    margin-top: 0.6rem;
  }

  .result b {
    font-size: 2rem;
    line-height: 1.2;
  }

  .columns {
    display: grid;
    gap: 0.9rem 1.5rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr));
    margin-top: 0.6rem;
  }

  section > svg {
    display: block;
    width: 100%;
    height: auto;
  }

  h4 {
    margin: 0 0 0.2rem;
    font-size: 0.875rem;
    font-weight: 620;
  }

  section + section {
    margin-top: 0.5rem;
  }

  .mistakes {
    display: grid;
    gap: 0.4rem;
    grid-template-columns: repeat(5, minmax(0, 1fr));
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: 0.6875rem;
    line-height: 1.25;
  }

  .mistakes pixel-image {
    padding: 0.1rem;
    border: 1px solid var(--line);
  }

  dl {
    display: grid;
    gap: 0.1rem 0.75rem;
    grid-template-columns: auto 1fr;
    margin: 0;
  }

  dt {
    color: var(--ink-soft);
  }

  dd {
    margin: 0;
  }

  .below {
    margin-top: 0.6rem;
    padding-top: 0.5rem;
    border-top: 1px solid var(--line);
  }

  ul.changes {
    margin: 0.15rem 0;
    padding-inline-start: 1.1rem;
  }

  .address {
    margin-top: 0.15rem;
    font-size: 0.75rem;
  }

  /* The sheet is the page: no frame, no scrolling, one size for the columns. */
  @media print {
    .bar {
      display: none;
    }

    dialog {
      position: static;
      margin: 0;
      width: 100%;
      max-width: none;
      max-height: none;
      padding: 0;
      overflow: visible;
      border: 0;
      background: none;
    }

    dialog::backdrop {
      display: none;
    }

    article {
      padding: 0;
    }

    .columns {
      grid-template-columns: 1fr 1fr;
    }

    section,
    li {
      break-inside: avoid;
    }
  }
`;

/** Of the document while a report is open: nothing else is printed. */
export const printed = css`
  @page {
    margin: 11mm 12mm;
  }

  @media print {
    html {
      font-size: 10.5pt;
    }

    body {
      background: none;
    }

    body > :not(report-dialog) {
      display: none !important;
    }
  }
`;
