// @ts-check
// Some of the lessons' runs, where all of them would take too long.

/**
 * The shortest of them, the shortest first.
 * @template T
 * @param {readonly T[]} files @param {(file: T) => number} secondsOf @param {number} count
 * @returns {T[]}
 */
export function shortestOf(files, secondsOf, count) {
  const timed = files.map((file) => ({ file, seconds: secondsOf(file) }));
  return timed
    .sort((one, other) => one.seconds - other.seconds)
    .slice(0, count)
    .map(({ file }) => file);
}
