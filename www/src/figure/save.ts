/** Saves figures as files. Loaded when somebody wants one. */
import { save } from "../bench/files.js";
import { csvOf } from "./csv.js";
import type { Figure } from "./figure.js";
import { pngOfSvg } from "./png.js";
import { svgOf } from "./svg.js";

export type Format = "SVG" | "PNG" | "CSV";

/** The browser saves it. @returns the file's name */
export async function saveFigure(figure: Figure, format: Format): Promise<string> {
  const name = `${figure.fileName}.${format.toLowerCase()}`;
  switch (format) {
    case "SVG":
      save(svgOf(figure).text, name, "image/svg+xml");
      break;
    case "PNG":
      save(await pngOfSvg(svgOf(figure)), name, "image/png");
      break;
    case "CSV":
      save(csvOf(figure.table), name, "text/csv");
  }
  return name;
}
