/** What a few runs of two recipes tell of their difference, and what is noise. */
import { errorOf, mean } from "../../outcome/evidence.js";

/** The shares of images that the runs of a recipe got right, one for each seed. */
export interface Sample {
  values: readonly number[];
  /** Of how many images each of them is a share. */
  images: number;
}

/** How two samples differ. */
export interface Difference {
  /** The first mean less the second. */
  points: number;
  /** A difference that is no larger may be noise: of the images, and of the seeds. */
  margin: number;
  verdict: "higher" | "lower" | "even";
}

/** Student's t for 95 %, both sides, for 1, 2, 3 … degrees of freedom; those beyond have the last, which is a little too large. */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
/** So many standard errors are noise where these are known, for 95 %. */
export const NORMAL = 1.96;
/** What the seeds of a short run spread by, where there is one of each recipe, which says nothing of others. */
const ASSUMED_DEVIATION = 0.02;

/** The sample standard deviation; null of a single value, which has no spread. */
export function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/**
 * How the first differs from the second, by Welch's t-test for the seeds (they need not spread alike), with the noise of the images added: all
 * runs are scored on the same few. Where one of them has a single run, it is taken to spread as the other does, and where both have, a spread is assumed.
 */
export function difference(first: Sample, second: Sample): Difference {
  const means = [mean(first.values), mean(second.values)] as const;
  const points = means[0] - means[1];
  const images = Math.hypot(errorOf(means[0], first.images), errorOf(means[1], second.images));
  const margin = Math.hypot(seedMargin(first.values, second.values), NORMAL * images);
  const verdict = Math.abs(points) > margin ? (points > 0 ? "higher" : "lower") : "even";
  return { points, margin, verdict };
}

/** What seeds alone may make of the difference of two means. */
function seedMargin(first: readonly number[], second: readonly number[]): number {
  const [one, other] = [deviation(first), deviation(second)];
  const known = one ?? other;
  if (known === null) return NORMAL * ASSUMED_DEVIATION * Math.SQRT2;
  const parts = [(one ?? known) ** 2 / first.length, (other ?? known) ** 2 / second.length] as const;
  const variance = parts[0] + parts[1];
  if (variance === 0) return 0;
  const freedom =
    one === null || other === null
      ? Math.max(first.length, second.length) - 1
      : variance ** 2 / (parts[0] ** 2 / (first.length - 1) + parts[1] ** 2 / (second.length - 1));
  return student(freedom) * Math.sqrt(variance);
}

/** Student's t also between whole degrees of freedom, as Welch has them: by a straight line over their reciprocals, which is too large by little. */
function student(freedom: number): number {
  const least = Math.min(Math.max(1, Math.floor(freedom)), STUDENT.length);
  const [larger, smaller] = [STUDENT[least - 1]!, STUDENT[least] ?? STUDENT[least - 1]!];
  const part = (1 / Math.min(freedom, least + 1) - 1 / (least + 1)) / (1 / least - 1 / (least + 1));
  return smaller + Math.min(1, Math.max(0, part)) * (larger - smaller);
}
