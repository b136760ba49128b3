// What a figure was taken on: without it no figure means anything.
import { cpus, loadavg, release, totalmem, type } from "node:os";

/** `browser` and `facts` where a browser took part. */
export function machine(browser, facts) {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    command: ["node", "tests/bench/run.mjs", ...process.argv.slice(2)].join(" "),
    cpu: processors[0]?.model.trim() || "unknown",
    cores: processors.length,
    memoryGB: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    loadAtStart: loadavg()[0].toFixed(2),
    browser: browser && `Chromium ${browser.version()}`,
    adapter: facts?.adapter,
    crossOriginIsolated: facts?.isolated,
    node: process.version,
  };
}

export function describe(info) {
  const lines = [
    `- machine: ${info.cpu}, ${info.cores} cores, ${info.memoryGB} GB; ${info.system}; load ${info.loadAtStart} at the start`,
    info.browser && `- browser: ${info.browser}${info.adapter ? `; WebGPU adapter: ${info.adapter}` : ""}`,
    `- date: ${info.date}`,
    `- command: \`${info.command}\``,
  ];
  return lines.filter(Boolean).join("\n");
}
