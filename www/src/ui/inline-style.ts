// A style of one element. The page's Content-Security-Policy lets no `style` attribute take effect that a template or a script writes
// (`setAttribute`, and so Lit's `styleMap`), but does let scripts set an element's `style`.

import { noChange } from "lit";
import { directive, Directive, type ElementPart } from "lit/directive.js";

class InlineStyle extends Directive {
  #css = "";

  render(_css: string): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [css]: [string]): typeof noChange {
    if (css !== this.#css) {
      this.#css = css;
      (element as HTMLElement | SVGElement).style.cssText = css;
    }
    return noChange;
  }
}

/** Sets an element's style: html`<i ${inlineStyle("width: 3%")}></i>`. */
export const inlineStyle = directive(InlineStyle);
