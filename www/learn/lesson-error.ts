/** What is wrong with a lesson, and where: it fails the build with this sentence. */
export class LessonError extends Error {
  override name = "LessonError";
  constructor(
    /** The file, as its author knows it: "learn/resnet/lesson.md". */
    readonly file: string,
    /** From 1; null of the whole file. */
    readonly line: number | null,
    readonly sentence: string,
  ) {
    super(`${file}${line === null ? "" : `, line ${line}`}: ${sentence}`);
  }
}

/** Where something stands in a file. */
export interface Place {
  file: string;
  line: number;
}

/** Throws the sentence with its place. */
export function refuse({ file, line }: Place, sentence: string): never {
  throw new LessonError(file, line, sentence);
}
