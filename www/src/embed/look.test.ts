import { describe, expect, it } from "vitest";

import { DEFAULT_LOOK, readLook } from "./look.js";

describe("a look", () => {
  it("is the usual one where nothing is said", () => {
    expect(readLook("")).toEqual({ look: DEFAULT_LOOK, warning: null });
  });

  it("is what the query says", () => {
    const { look, warning } = readLook(
      "?show=pad,curve&edit=lr,model&start=visible&load=near&theme=dark&until=200&brand=full&compare=skip:off,aug:shift,cutout,lr:0.01&lang=de-at",
    );
    expect(warning).toBeNull();
    expect(look).toEqual({
      show: new Set(["pad", "curve"]),
      edit: ["lr", "model"],
      start: "visible",
      load: "near",
      theme: "dark",
      until: 200,
      // A comma may be part of a value.
      compare: new Map([
        ["skip", "off"],
        ["aug", "shift,cutout"],
        ["lr", "0.01"],
      ]),
      brand: "full",
      lang: "de-AT",
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
    ["compare=", DEFAULT_LOOK],
    ["compare=skip", DEFAULT_LOOK],
    ["compare=:0.01", DEFAULT_LOOK],
    ["lang=", DEFAULT_LOOK],
    ["lang=d", DEFAULT_LOOK],
    ["lang=de_AT", DEFAULT_LOOK],
  ])("warns of %s once, and goes on without it", (query, expected) => {
    const { look, warning } = readLook(query);
    expect(warning).toBe(`Bunsen: not understood in this address: ${query}.`);
    expect(look).toEqual(expected);
  });
});
