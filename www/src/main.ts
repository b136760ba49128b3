import { Bench } from "./bench/bench.js";
import { loadFirst } from "./panels/registry.js";
import { startLanguage } from "./words/language.js";
import { surviveTranslators } from "./words/translators.js";

// The worker is started before anything is drawn: the first training step waits for nothing but the module.
const bench = new Bench();
surviveTranslators();
const [{ BenchApp }, { translatePage }] = await Promise.all([
  import("./app/bench-app.js"),
  import("./words/page-text.js"),
  import("./words/language-select.js"),
  loadFirst(),
  startLanguage(),
]);
translatePage();
const app = document.querySelector("bench-app");
if (app instanceof BenchApp) app.bench = bench;
