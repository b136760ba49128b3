import { afterEach, describe, expect, test } from "vitest";

import { count, percent } from "../format.js";
import { useLanguage, type Catalogue } from "./catalogue.js";
import { defineMessage, msg, plural, rich } from "./msg.js";
import { translatedPart } from "./translated-part.js";
import { translated } from "./translated.js";
import { withinSentence } from "./within.js";

const GERMAN = {
  page: {
    "Step {step} of {steps}": "Schritt {step} von {steps}",
    "{count} steps": { one: "{count} Schritt", other: "{count} Schritte" },
    "{count} of {all} layers": { other: "{count} von {all} Schichten" },
    "answers|Right": "Richtig",
    "See {link} for more.": "Mehr steht in {link}.",
    "not yet": "",
    "{number} of {all}": "{number} von {all}",
  },
  module: {
    "Learning rate": "Lernrate",
    "{field} is not a number.": "{field} ist keine Zahl.",
    "convolution {size}": "Faltung {size}",
    "one of {names}": "eins von {names}",
    "{number} parameters on colour images.": "{number} Parameter bei Farbbildern.",
    "The layers cannot be read. {why}": "Die Schichten sind nicht lesbar. {why}",
    "convolution {size}, padding {padding}": "Faltung {size}, Rand {padding}",
  },
};

afterEach(() => useLanguage("en", null));

test("a text is shown in the language of the page, with its values", () => {
  const said = (): string => msg("Step {step} of {steps}", { step: count(1_200), steps: count(5_000) });
  expect(said()).toBe("Step 1,200 of 5,000");
  useLanguage("de", GERMAN);
  expect(said()).toBe("Schritt 1.200 von 5.000");
  expect(percent(0.93)).toBe("93,0 %");
});

test("what stands before a bar tells two texts apart, and is not shown", () => {
  expect(msg("answers|Right")).toBe("Right");
  useLanguage("de", GERMAN);
  expect(msg("answers|Right")).toBe("Richtig");
});

test("a text has the form of its number", () => {
  const steps = (number: number): string => plural(number, "{count} step", "{count} steps");
  const layers = plural(2, "{count} of {all} layer", "{count} of {all} layers", { all: "3" });
  expect([steps(1), steps(0), steps(1_000), layers]).toEqual(["1 step", "0 steps", "1,000 steps", "2 of 3 layers"]);
  useLanguage("de", GERMAN);
  expect([1, 0, 1_000].map(steps)).toEqual(["1 Schritt", "0 Schritte", "1.000 Schritte"]);
});

test("a missing or empty translation is shown in English, with the numbers of the language", () => {
  useLanguage("de", GERMAN);
  expect(msg("not yet")).toBe("not yet");
  expect(msg("Loss at {step}", { step: count(1_000) })).toBe("Loss at 1.000");
  expect(plural(2, "{count} run", "{count} runs")).toBe("2 runs");
});

test("a value with braces in it stays as it is", () => {
  useLanguage("de", GERMAN);
  expect(msg("Step {step} of {steps}", { step: "{steps}", steps: "$1" })).toBe("Schritt {steps} von $1");
});

test("elements stand where the language wants them", () => {
  const link = Symbol("link");
  expect(rich("See {link} for more.", { link })).toEqual(["See ", link, " for more."]);
  useLanguage("de", GERMAN);
  expect(rich("See {link} for more.", { link })).toEqual(["Mehr steht in ", link, "."]);
});

test("what the module says is looked up where it is shown, and by its pattern where it has values", () => {
  const label = defineMessage("Learning rate");
  expect([translated(label), translated("answers|Right")]).toEqual(["Learning rate", "Right"]);
  useLanguage("de", GERMAN);
  expect(translated(label)).toBe("Lernrate");
  expect(translated("Learning rate is not a number.")).toBe("Lernrate ist keine Zahl.");
  expect(translated("convolution 5×5")).toBe("Faltung 5×5");
  expect(translated("convolution 5×5, padding 2")).toBe("Faltung 5×5, Rand 2");
  expect(translated("nobody knows this")).toBe("nobody knows this");
  expect(translated("one of on, off")).toBe("eins von on, off");
  expect(translated("75,290 parameters on colour images.")).toBe("75.290 Parameter bei Farbbildern.");
  expect(translated("The layers cannot be read. Depth is not a number.")).toBe(
    "Die Schichten sind nicht lesbar. Depth ist keine Zahl.",
  );
  // Of a text of the page the fixed words tell it: "of" alone does not.
  expect(translated("Size of each step")).toBe("Size of each step");
});

test("a label within a sentence begins small, but in languages that write nouns with a capital", () => {
  expect(withinSentence("Learning rate")).toBe("learning rate");
  useLanguage("de", GERMAN);
  expect(withinSentence("Lernrate")).toBe("Lernrate");
});

test("an English text in a translated page says that it is English", () => {
  expect(translatedPart("A help text.")).toBe("A help text.");
  useLanguage("de", GERMAN);
  expect(translatedPart("Learning rate")).toBe("Lernrate");
  expect(translatedPart("A help text.")).toMatchObject({ values: ["A help text."] });
});

const CATALOGUES = import.meta.glob<Catalogue>("./*.json", { import: "default", eager: true });

describe.each(Object.entries(CATALOGUES))("a refusal of the module by %s", (path, catalogue) => {
  test("is translated as a whole, or not at all", () => {
    useLanguage(path.slice(2, 4), catalogue);
    expect(translated("Layer 1, fc, lacks a number, Units: it is written like fc120.")).not.toMatch(
      /Layer|lacks|Units/,
    );
    const unknown = ["Layer 2, max2, does what nobody knows.", "Input 3 is of no use.", "Block 3 is of no use."];
    expect(unknown.map(translated)).toEqual(unknown);
  });
});
