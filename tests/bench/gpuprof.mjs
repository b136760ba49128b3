import { readFileSync, readdirSync } from "node:fs";
import { withBench } from "./session.mjs";
const link = process.argv[2] ?? "model=lenet5&data=digits&subset=2000&batch=64&seed=1";
const steps = Number(process.argv[3] ?? 5), times = Number(process.argv[4] ?? 5);
function gpuPid() {
  let found = [];
  for (const p of readdirSync("/proc")) if (/^\d+$/.test(p)) try {
    const c = readFileSync(`/proc/${p}/cmdline`, "utf8");
    if (c.includes("--type=gpu-process")) found.push([Number(p), c, readFileSync(`/proc/${p}/stat`, "utf8")]);
  } catch {}
  // ours: an ancestor is this process
  const ppid = (pid) => { try { return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")[1]); } catch { return 0; } };
  for (const [p] of found) { let a = p; while (a > 1) { a = ppid(a); if (a === process.pid) return p; } }
}
const cpu = (pid) => { const f = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" "); return (Number(f[11]) + Number(f[12])) * 10; };
await withBench({}, async ({ bench }) => {
  await bench.open("b");
  const t0 = performance.now();
  const { startMs } = await bench.call("b", "open", { engine: "gpu", link });
  const pid = gpuPid();
  console.log("start ms", startMs | 0, "gpu process", pid, "cpu of the start", cpu(pid));
  let c0 = cpu(pid); let f = await bench.call("b", "advance", 1);
  console.log("first", f.seconds * 1000 | 0, "ms, cpu", cpu(pid) - c0);
  await bench.call("b", "advance", 2);
  const measure = async (n) => { const c = cpu(pid); const r = await bench.call("b", "advance", n); return [(cpu(pid) - c) / n, r.seconds * 1000 / n, r.last.loss]; };
  const [base, wall, loss] = await measure(steps * 4);
  console.log(`step: cpu ${base.toFixed(1)} ms, wall ${wall.toFixed(0)} ms, loss ${loss}`);
  const d = await bench.call("b", "dispatches");
  if (times > 0) {
    const rows = [];
    for (const name of Object.keys(d)) {
      await bench.call("b", "repeat", { [name]: times });
      const [c] = await measure(steps);
      rows.push([(c - base) / times, name]);
    }
    for (const [c, name] of rows.sort((a, b) => b[0] - a[0])) console.log(c.toFixed(2).padStart(8), name);
  }
});
