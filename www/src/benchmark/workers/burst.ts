/** How long a burst goes on: until both are reached, and for one call of the step at least. */
export interface Plan {
  steps?: number;
  seconds?: number;
  /** Read the loss back every so many steps. */
  every?: number;
  /** The label of two marks that let a recording of the browser find this thread and this stretch of time. */
  label?: string;
}

export interface Burst {
  steps: number;
  /** Milliseconds a step for each call, reading back included. */
  milliseconds: number[];
  /** The losses that were read back. */
  losses: number[];
}

/** Does `count` steps, and gives the losses that it read. */
export type Train = (count: number) => Promise<number[]>;

/** Trains over and over and times each call. */
export async function burst(train: Train, { steps = 1, seconds = 0, every = 1, label = "" }: Plan): Promise<Burst> {
  const milliseconds: number[] = [];
  const losses: number[] = [];
  let done = 0;
  if (label) performance.mark(`${label} begins`);
  const begun = performance.now();
  for (;;) {
    const before = performance.now();
    const read = await train(every);
    const now = performance.now();
    milliseconds.push((now - before) / every);
    losses.push(...read);
    done += every;
    if (done >= steps && (now - begun) / 1000 >= seconds) break;
  }
  if (label) performance.mark(`${label} ends`);
  return { steps: done, milliseconds, losses };
}
