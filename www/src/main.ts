// The worker is started before anything is drawn: the first training step waits for nothing but the module.
import { Bench } from "./bench/bench.js";

const bench = new Bench();
const { BenchApp } = await import("./app/bench-app.js");
const app = document.querySelector("bench-app");
if (app instanceof BenchApp) app.bench = bench;
