/**
 * Runs `step(every)` over and over and times each call, read-back included.
 * Goes on until both `steps` steps and `minSeconds` are reached, but stops after `maxSeconds` in any case.
 * Returns milliseconds a step for each call, and the losses that were read back.
 * The two marks let a trace of the browser find this thread and this stretch of time.
 */
export async function burst(step, { steps, minSeconds = 0, maxSeconds = Infinity, every = 1, mark = "" }) {
  const milliseconds = [];
  const losses = [];
  let done = 0;
  if (mark) performance.mark(`${mark} begins`);
  const begun = performance.now();
  for (;;) {
    const before = performance.now();
    const read = await step(every);
    const now = performance.now();
    milliseconds.push((now - before) / every);
    losses.push(...read);
    done += every;
    const seconds = (now - begun) / 1000;
    if (seconds >= maxSeconds || (done >= steps && seconds >= minSeconds)) break;
  }
  if (mark) performance.mark(`${mark} ends`);
  return { steps: done, milliseconds, losses };
}
