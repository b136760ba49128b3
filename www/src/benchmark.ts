// The benchmark's page. What there is to measure is looked at before anything is drawn.
import { Benchmark } from "./benchmark/benchmark.js";

const benchmark = new Benchmark();
const { BenchmarkApp } = await import("./benchmark/elements/benchmark-app.js");
const app = document.querySelector("benchmark-app");
if (app instanceof BenchmarkApp) app.benchmark = benchmark;
