// Works on a list ahead of whoever takes from it.

/** Work on an item that has begun. */
export interface Begun<Result> {
  result: Promise<Result>;
  /** What the item holds in memory. */
  bytes: number;
}

/** What is begun ahead holds no more than this and one item. */
const MOST_BYTES = 32 << 20;

/**
 * Gives the items in their order, each with what came of it. What the list itself throws is thrown after the items before it.
 * @param begin begins the work on an item. It does not reject
 * @param count of the items that are worked on at once
 */
export async function* inOrder<Item, Result>(
  items: Iterator<Item>,
  begin: (item: Item) => Begun<Result>,
  count: number,
): AsyncGenerator<[Item, Result]> {
  const begun: ({ item: Item } & Begun<Result>)[] = [];
  let held = 0;
  let end: { thrown?: unknown } | undefined;
  for (;;) {
    while (!end && begun.length < count && held < MOST_BYTES) {
      try {
        const next = items.next();
        if (next.done) end = {};
        else {
          const work = begin(next.value);
          begun.push({ item: next.value, ...work });
          held += work.bytes;
        }
      } catch (thrown) {
        end = { thrown };
      }
    }
    const first = begun.shift();
    if (!first) break;
    yield [first.item, await first.result];
    held -= first.bytes;
  }
  if (end && "thrown" in end) throw end.thrown;
}
