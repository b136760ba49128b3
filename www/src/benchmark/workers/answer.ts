/** What the page asks of a worker: to call one of its methods. */
export interface Question {
  id: number;
  method: string;
  args: unknown[];
}

/** What it called for, or why there is nothing. */
export type Answer = { id: number; value: unknown } | { id: number; error: string };

type Methods = Record<string, (...args: never[]) => unknown>;

/** The worker's side: answers each question by calling the method of that name. */
export function answer(methods: Methods): void {
  self.onmessage = async ({ data: { id, method, args } }: MessageEvent<Question>) => {
    const say = (words: Answer): void => self.postMessage(words);
    try {
      const called = methods[method] as ((...args: unknown[]) => unknown) | undefined;
      if (!called) throw new Error(`This worker has no method "${method}".`);
      say({ id, value: await called(...args) });
    } catch (thrown) {
      say({ id, error: thrown instanceof Error && thrown.message ? thrown.message : String(thrown) });
    }
  };
}
