// @ts-check
// Some of the lessons' runs, where all of them would take too long.

/**
 * The shortest of them, the shortest first. Of those with the same link, which several lessons may have, one alone.
 * @template T
 * @param {readonly T[]} files @param {(file: T) => number} secondsOf @param {(file: T) => string} linkOf @param {number} count
 * @returns {T[]}
 */
export function shortestOf(files, secondsOf, linkOf, count) {
  const byLink = new Map(files.toReversed().map((file) => [linkOf(file), file]));
  const timed = files
    .filter((file) => byLink.get(linkOf(file)) === file)
    .map((file) => ({ file, seconds: secondsOf(file) }));
  return timed
    .sort((one, other) => one.seconds - other.seconds)
    .slice(0, count)
    .map(({ file }) => file);
}
