/** The curve of a run as a story draws it: few points, each the mean of as many steps. */
export interface ThinCurve {
  /** Each point is the mean of so many steps, the last of those that are left. */
  every: number;
  losses: readonly number[];
  /** How many steps there are. */
  steps: number;
}

/** More points are not told apart in a picture of a hand's width. */
const MOST_POINTS = 60;

/** @param steps of the whole run, so that the points of a run that goes on stay where they are */
export function thinCurve(loss: ArrayLike<number>, steps: number): ThinCurve {
  const every = Math.max(1, Math.ceil(Math.max(steps, loss.length) / MOST_POINTS));
  const losses = Array.from({ length: Math.ceil(loss.length / every) }, (_, at) => {
    const to = Math.min(loss.length, (at + 1) * every);
    let sum = 0;
    for (let step = at * every; step < to; step++) sum += loss[step]!;
    return Number((sum / (to - at * every)).toPrecision(4));
  });
  return { every, losses, steps: loss.length };
}

/** Its points: the last step of each, and the mean. What is no number is left out. */
export function pointsOf({ every, losses, steps }: ThinCurve): [step: number, loss: number][] {
  return losses.flatMap((loss, at): [number, number][] =>
    Number.isFinite(loss) ? [[Math.min(steps, (at + 1) * every), loss]] : [],
  );
}
