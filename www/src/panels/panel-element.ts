import type { PropertyValues } from "lit";
import { property } from "lit/decorators.js";

import { BenchElement } from "../app/bench-element.js";

/** A panel under a summary, which is closed at first: while it is closed it shows and computes nothing. */
export class PanelElement extends BenchElement {
  @property({ attribute: false }) open = false;

  protected override shouldUpdate(changed: PropertyValues): boolean {
    return changed.has("open") || (this.open && super.shouldUpdate(changed));
  }
}
