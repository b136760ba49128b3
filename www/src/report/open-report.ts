import type { Bench } from "../bench/bench.js";
import { loadPart } from "../ui/load-part.js";

/** Opens the report of the run at hand as a dialog, from which it is printed. @returns why that could not be loaded */
export function openReport(bench: Bench): Promise<string | undefined> {
  return loadPart(async () => (await import("./report-dialog.js")).showReport(bench));
}
