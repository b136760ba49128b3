import { describe, expect, it } from "vitest";

import { DEFAULT_LOOK, readLook } from "./look.js";
import { embedAddress, snippet, type Chosen } from "./snippet.js";

const USUAL: Chosen = {
  site: "https://school.example/bunsen/",
  link: "model=lenet5&data=digits&seed=7",
  title: "Train LeNet-5",
  show: DEFAULT_LOOK.show,
  edit: [],
  start: "click",
  theme: "auto",
  until: null,
};

describe("a snippet", () => {
  it("is a frame with the embed's address, escaped for an attribute", () => {
    expect(snippet("frame", USUAL)).toBe(`<iframe
  src="https://school.example/bunsen/embed.html#model=lenet5&amp;data=digits&amp;seed=7"
  title="Train LeNet-5"
  width="100%"
  height="360"
  loading="lazy"
  style="border: 0"
></iframe>`);
  });

  it("is an element with a link for who has no scripts", () => {
    expect(snippet("element", { ...USUAL, edit: ["lr"], start: "visible" }))
      .toBe(`<script type="module" src="https://school.example/bunsen/element.js"></script>
<bunsen-lab
  src="https://school.example/bunsen/"
  recipe="model=lenet5&amp;data=digits&amp;seed=7"
  edit="lr"
  start="visible"
  load="near"
>
  <a href="https://school.example/bunsen/#model=lenet5&amp;data=digits&amp;seed=7">Train LeNet-5</a>
</bunsen-lab>`);
  });

  it.each(["frame", "element"] as const)("in the form of a %s lets nothing out of an attribute", (form) => {
    const text = snippet(form, { ...USUAL, title: `"><script>alert(1)</script>`, link: `model="><img>` });
    expect(text).not.toMatch(/<script>|<img>/);
    expect(text).toContain("&quot;&gt;&lt;script&gt;");
  });

  it("has a look that the embed reads as it was chosen, without a %", () => {
    const chosen: Chosen = {
      ...USUAL,
      show: new Set(["curve", "pad", "controls"]),
      edit: ["lr", "model"],
      start: "never",
      theme: "dark",
      until: 200,
    };
    const address = embedAddress(chosen);
    expect(address).not.toContain("%");
    const { look, warning } = readLook(new URL(address).search);
    expect(warning).toBeNull();
    const { show, edit, start, theme, until } = chosen;
    expect(look).toEqual({ ...DEFAULT_LOOK, show, edit, start, theme, until });
  });

  it("says that nothing is shown but the button, where nothing is chosen", () => {
    const address = embedAddress({ ...USUAL, show: new Set() });
    expect(address).toContain("embed.html?show=#");
    expect(readLook(new URL(address).search)).toMatchObject({ warning: null, look: { show: new Set() } });
  });

  it("is higher with panels, or as high as they ask for", () => {
    const chosen: Chosen = { ...USUAL, show: new Set(["curve", "pad"]) };
    expect(snippet("frame", chosen)).toContain('height="1380"');
    expect(snippet("element", chosen)).toContain('height="auto"');
  });
});
