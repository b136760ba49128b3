/** Colours that people with any kind of colour vision tell apart (after Okabe and Ito), dark enough for lines on white. */
const LIGHT = ["#1f5ed4", "#b35408", "#00795c", "#a8327e", "#4d5561", "#0b7fa5"];
const DARK = ["#74abff", "#ffad68", "#35c796", "#f08fc9", "#c3ccd6", "#5cc9ee"];
const DASHES = [[], [9, 4], [2, 4], [9, 4, 2, 4]];

export function colourOf(slot: number, dark: boolean): string {
  const colours = dark ? DARK : LIGHT;
  return colours[slot % colours.length] ?? "currentcolor";
}

/** The colour in the light theme, which saved figures have. */
export function lightColourOf(slot: number): string {
  return colourOf(slot, false);
}

/** The colour for a style sheet, which follows the theme by itself. */
export function cssColourOf(slot: number): string {
  return `light-dark(${colourOf(slot, false)}, ${colourOf(slot, true)})`;
}

/** Where colours repeat, the dashes differ. */
export function dashesOf(slot: number): readonly number[] {
  return DASHES[(slot + Math.floor(slot / LIGHT.length)) % DASHES.length] ?? [];
}
