/** Said of a story whose author wrote no closing sentence, or none that can be filled. It fits any recipes. */
export const DEFAULT_CLOSING: readonly string[] = [
  "{best | The best of them is {name}, {difference} better than the next. | None of them is clearly the best: the two best differ by {difference}, and up to {margin} may be luck.}",
];
