/** Where the curves of a lesson's pictures lie: known to who draws them when the site is built, and to the page's script, which draws over them. */

/** Of the picture, in its own units. */
export const WIDTH = 640;
export const HEIGHT = 360;
/** Of the plot in it. */
export const FRAME = { left: 56, right: 626, top: 12, bottom: 320 } as const;

/** What the axes go from and to. */
export interface Scale {
  x: [from: number, to: number];
  y: [from: number, to: number];
  isLog: boolean;
}
