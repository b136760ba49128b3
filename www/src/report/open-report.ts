import type { Bench } from "../bench/bench.js";
import { whyNotLoaded } from "../new-version.js";
import { msg } from "../words/msg.js";

/** Opens the report of the run at hand as a dialog, from which it is printed. @returns why that could not be loaded */
export async function openReport(bench: Bench): Promise<string | undefined> {
  try {
    const { showReport } = await import("./report-dialog.js");
    await showReport(bench);
    return undefined;
  } catch (thrown) {
    const why = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
    return whyNotLoaded(msg("The report could not be loaded ({why}). Look at the connection.", { why }));
  }
}
