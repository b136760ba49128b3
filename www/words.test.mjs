// @ts-check
import { expect, test } from "vitest";
import { compare, ordered, read, readPage, twice } from "./words.mjs";

/** @param {string} source */
const converted = (source) => read("panels/a/b.ts", source, true);

test("texts are read where they are looked up", () => {
  const { shown, wrong } = converted(
    'const a = msg("Step {step}", { step: count(1) }) + plural(n, "{count} step", "{count} steps");\nconst b = { title: defineMessage("Data"), c: html`<p>${rich("See {link}.", { link })}</p>` };',
  );
  expect(shown.map(({ text }) => text)).toEqual(["Step {step}", "{count} steps", "Data", "See {link}."]);
  expect(shown.map(({ place }) => place)).toContain("panels/a/b.ts:2");
  expect(wrong).toEqual([]);
});

test("a text that is no literal is a fault", () => {
  expect(converted("msg(`${a} images`)").wrong).toEqual(["panels/a/b.ts:1: msg() takes its text as a literal."]);
});

test.each([
  ["html`<p>Not looked up</p>`", "Not looked up"],
  ["html`<p>${a} of ${b}</p>`", "{…} of {…}"],
  ['html`<button aria-label="Save it">${icon}</button>`', "Save it"],
  ['const text = "The run is over.";', "The run is over."],
  ["const text = `${count(n)} images are left`;", "{…} images are left"],
])("in a converted folder %s is a fault", (source, text) => {
  expect(converted(source).wrong).toEqual([`panels/a/b.ts:1: “${text}” is not looked up.`]);
  expect(read("panels/a/b.ts", source, false).wrong).toEqual([]);
});

test("names, styles, selectors and errors for programmers are no texts", () => {
  const source =
    'import x from "./a b.js"; const s = css`a b { c: d }`; html`<p class="soft item">${a}</p>`; throw new Error("There is none."); root.querySelector("p button");';
  expect(converted(source).wrong).toEqual([]);
});

test("numbers are written in one place", () => {
  for (const source of ["n.toFixed(1)", 'n.toLocaleString("en")', "new Intl.NumberFormat()"])
    expect(converted(source).wrong.join()).toContain("format.ts");
  expect(read("format.ts", "n.toFixed(1)", true).wrong).toEqual([]);
});

test("the texts of a page's HTML are read", () => {
  const page = "<title>A title</title><p>\n <span class=a data-text>One\n two</span></p>";
  expect(readPage("index.html", page).map(({ text }) => text)).toEqual(["A title", "One two"]);
});

const SHOWN = ["Step {step}", "{count} steps", "Data"].map((text) => ({ text, place: "a.ts:1" }));

test("a translation that lacks a text, has one too many, or other values is at fault", () => {
  const whole = { "Step {step}": "Schritt {step}", "{count} steps": { one: "ein Schritt", other: "{count} Schritte" } };
  const compared = (/** @type {Record<string, string>} */ more) =>
    compare("de.json", { page: { ...whole, ...more }, module: {} }, SHOWN);
  expect(compared({ Data: "Daten" })).toEqual([]);
  expect(compared({})).toEqual(["de.json lacks “Data” (a.ts:1)."]);
  expect(compared({ Data: "" })).toEqual(["de.json lacks “Data” (a.ts:1)."]);
  expect(compared({ Data: "Daten", Old: "Alt" })).toEqual(["de.json has “Old”, which nobody shows."]);
  expect(compared({ Data: "Daten", "Step {step}": "Schritt {n}" })).toEqual([
    "de.json: “Schritt {n}” has other values than “Step {step}”.",
  ]);
});

test("a translation is brought into the order of the code", () => {
  const { page } = ordered({ page: { Old: "Alt", Data: "Daten" }, module: {} }, SHOWN);
  expect(Object.entries(page)).toEqual([
    ["Step {step}", ""],
    ["{count} steps", ""],
    ["Data", "Daten"],
  ]);
});

test("a text that stands in a file twice is a fault", () => {
  expect(twice("de.json", '{\n  "page": {\n    "a": "b",\n    "a": "c"\n  }\n}')).toEqual(["de.json has “a” twice."]);
});
