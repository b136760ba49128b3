// @ts-check
// Some of the lessons' runs, where all of them would take too long: in every lesson the shortest ones.

/**
 * So many, from each lesson in turns its next shortest.
 * @template {{ lesson: string }} T
 * @param {readonly T[]} files @param {(file: T) => number} secondsOf @param {number} count
 * @returns {T[]}
 */
export function shortestOf(files, secondsOf, count) {
  const seconds = new Map(files.map((file) => [file, secondsOf(file)]));
  const lessons = [...new Set(files.map(({ lesson }) => lesson))].map((lesson) =>
    files
      .filter((file) => file.lesson === lesson)
      .sort((one, other) => (seconds.get(one) ?? 0) - (seconds.get(other) ?? 0)),
  );
  const turns = Math.max(0, ...lessons.map(({ length }) => length));
  return Array.from({ length: turns }, (_, turn) => lessons.flatMap((each) => each[turn] ?? []))
    .flat()
    .slice(0, count);
}
