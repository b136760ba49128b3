// The worker is started before anything is drawn: the first training step waits for nothing but the module.
import { Bench } from "./bench/bench.js";
import { loadFirst } from "./panels/registry.js";

const bench = new Bench();
const [{ BenchApp }] = await Promise.all([import("./app/bench-app.js"), loadFirst()]);
const app = document.querySelector("bench-app");
if (app instanceof BenchApp) app.bench = bench;
