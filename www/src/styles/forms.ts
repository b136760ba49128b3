import { css } from "lit";

/** Labels that stand above their controls. */
export const labels = css`
  label {
    display: block;
    font-size: 0.875rem;
    font-weight: 550;
  }
`;

/** Groups of controls, which only their headings set apart. */
export const fieldsets = css`
  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    margin-bottom: 0.35rem;
    padding: 0;
    font-weight: 620;
  }
`;
