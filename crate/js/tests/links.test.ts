import { describe, expect, it } from "vitest";

import { linkText } from "../link-text.js";
import { requireLink } from "../links.js";

describe("the text of a link", () => {
  it("is what stands behind the # of an address", () => {
    for (const before of ["", "#", " #", "https://example.org/bunsen/#", "https://example.org/?a=b#"]) {
      expect(requireLink(`${before}model=mlp&seed=7`)).toBe("model=mlp&seed=7");
    }
  });

  it("is left as it is behind a second #, which the module reads or refuses", () => {
    expect(requireLink("model=mlp&seed=7#lr=0.01")).toBe("model=mlp&seed=7#lr=0.01");
    expect(requireLink("https://example.org/#model=mlp#top")).toBe("model=mlp#top");
    expect(requireLink("model=mlp&#seed=9")).toBe("model=mlp&#seed=9");
  });

  it("has escapes where a value has what no link has, so that nobody takes it for damage", () => {
    expect(requireLink({ model: "mlp", lr: "0.1?", widths: "300\n1" })).toBe("model=mlp&lr=0.1%3F&widths=300%0A1");
    expect(requireLink(new URLSearchParams({ lr: "0.1!", aug: "crop,flip" }))).toBe("lr=0.1%21&aug=crop,flip");
    expect(linkText([["layers", "res(norm),drop0.5"]])).toBe("layers=res(norm),drop0.5");
    for (const odd of "%&=#+?!*~'\\\n;<>") {
      const [, value = ""] = linkText([["lr", odd]]).split("=");
      expect(value).toMatch(/^%[0-9A-F]{2}$/);
      expect(decodeURIComponent(value)).toBe(odd);
    }
  });
});
