// @ts-check
// How long tasks hold the page's main thread.

/** @typedef {import("playwright-core").Page} Page */

/**
 * @typedef {{
 *   entries: number[],
 *   longest: number,
 *   busy: number,
 *   span: number,
 * }} MainThreadUse what holds the main thread while something is done, in milliseconds. `entries`: the browser's own long-task
 *   entries, by the clock. `longest`: the longest task, counting only the time that it had a core, which is what the page
 *   can do something about: on a machine that trains on all of its cores a task also waits for one. `busy`: all tasks, so
 *   counted. `span`: how long it went on.
 */

/**
 * @param {import("playwright-core").Browser} browser
 * @param {Page} page
 * @param {() => Promise<void>} work
 * @returns {Promise<MainThreadUse>}
 */
export async function mainThreadUse(browser, page, work) {
  await page.evaluate(() => {
    /** @type {any} */ const self = globalThis;
    self.longTasks = [];
    self.longTaskObserver = new PerformanceObserver((list) =>
      self.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    self.longTaskObserver.observe({ type: "longtask" });
  });
  await browser.startTracing(page, { categories: ["-*", "toplevel", "blink.user_timing"] });
  /** @type {Buffer} */
  let trace;
  try {
    await page.evaluate(() => void performance.mark("measuring begins"));
    await work();
    await page.evaluate(() => void performance.mark("measuring ends"));
  } finally {
    trace = await browser.stopTracing();
  }
  const entries = await page.evaluate(() => {
    /** @type {any} */ const self = globalThis;
    self.longTaskObserver.disconnect();
    return self.longTasks;
  });
  return { entries, ...measured(JSON.parse(trace.toString("utf8")).traceEvents) };
}

/** @param {any[]} events */
function measured(events) {
  const mark = (/** @type {string} */ name) =>
    events.find((event) => event.cat?.includes("blink.user_timing") && event.name === name);
  const [begins, ends] = [mark("measuring begins"), mark("measuring ends")];
  if (!begins || !ends) throw new Error("the trace has lost its marks");
  const tasks = events.filter(
    ({ name, ph, pid, tid, ts }) =>
      name === "ThreadControllerImpl::RunTask" &&
      ph === "X" &&
      pid === begins.pid &&
      tid === begins.tid &&
      ts >= begins.ts &&
      ts <= ends.ts,
  );
  if (tasks.length === 0) throw new Error("the trace has no tasks of the main thread");
  const durations = tasks.map(({ tdur, dur }) => (tdur ?? dur) / 1000);
  return {
    longest: Math.max(...durations),
    busy: durations.reduce((sum, duration) => sum + duration, 0),
    span: (ends.ts - begins.ts) / 1000,
  };
}
