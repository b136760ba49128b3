import { css, unsafeCSS } from "lit";
import uPlotStyles from "uplot/dist/uPlot.min.css?inline";

/** What uPlot needs, and the element `.plot` that it fills. */
export const plotStyles = [
  unsafeCSS(uPlotStyles),
  css`
    .plot {
      position: relative;
      overflow: hidden;
    }

    .uplot {
      position: absolute;
      font-family: inherit;
    }
  `,
];
