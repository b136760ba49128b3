import { describe, expect, it } from "vitest";

import { DEFAULT_LOOK, readLook } from "./look.js";

describe("a look", () => {
  it("is the usual one where nothing is said", () => {
    expect(readLook("")).toEqual({ look: DEFAULT_LOOK, warning: null });
  });

  it("is what the query says", () => {
    const { look, warning } = readLook(
      "?show=pad,curve&edit=lr,model&start=visible&load=near&theme=dark&until=200&brand=full",
    );
    expect(warning).toBeNull();
    expect(look).toEqual({
      show: new Set(["pad", "curve"]),
      edit: ["lr", "model"],
      start: "visible",
      load: "near",
      theme: "dark",
      until: 200,
      brand: "full",
    });
  });

  it.each([
    ["shwo=curve", DEFAULT_LOOK],
    ["show=curve,curves", { ...DEFAULT_LOOK, show: new Set(["curve"]) }],
    ["start=now", DEFAULT_LOOK],
    ["theme=", DEFAULT_LOOK],
    ["until=0", DEFAULT_LOOK],
    ["until=-3", DEFAULT_LOOK],
    ["until=2e3", DEFAULT_LOOK],
  ])("warns of %s once, and goes on without it", (query, expected) => {
    const { look, warning } = readLook(query);
    expect(warning).toBe(`Bunsen: not understood in this address: ${query}.`);
    expect(look).toEqual(expected);
  });
});
