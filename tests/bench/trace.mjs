// How long a worker's thread is busy, seen by the browser itself: the tasks that its scheduler ran on that thread
// between two marks. Waiting for a GPU is not a task. `cpu` counts only the time the thread had a core.
const CATEGORIES = ["-*", "toplevel", "blink.user_timing"];

export async function traced(browser, page, work) {
  await browser.startTracing(page, { categories: CATEGORIES });
  let value;
  let trace;
  try {
    value = await work();
  } finally {
    trace = await browser.stopTracing();
  }
  return { value, events: JSON.parse(trace.toString("utf8")).traceEvents };
}

/** Milliseconds of tasks between the marks "<label> begins" and "<label> ends". */
export function busy(events, label) {
  const at = (name) => events.find((event) => event.cat?.includes("blink.user_timing") && event.name === name);
  const begins = at(`${label} begins`);
  const ends = at(`${label} ends`);
  if (!begins || !ends) throw new Error(`The trace holds no marks named "${label}".`);
  let wall = 0;
  let cpu = 0;
  for (const event of events) {
    if (event.name !== "ThreadControllerImpl::RunTask" || event.ph !== "X") continue;
    if (event.pid !== begins.pid || event.tid !== begins.tid) continue;
    const from = Math.max(event.ts, begins.ts);
    const to = Math.min(event.ts + event.dur, ends.ts);
    if (to <= from) continue;
    const part = event.dur > 0 ? (to - from) / event.dur : 1; // a task that a mark cuts counts in part
    wall += to - from;
    cpu += (event.tdur ?? event.dur) * part;
  }
  return { wall: wall / 1000, cpu: cpu / 1000, span: (ends.ts - begins.ts) / 1000 };
}
