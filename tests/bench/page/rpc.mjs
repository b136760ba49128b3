/** Worker side: answers `{ id, method, args }` by calling `methods[method](...args)`. */
export function answer(methods) {
  self.onmessage = async ({ data: { id, method, args } }) => {
    try {
      self.postMessage({ id, value: await methods[method](...args) });
    } catch (error) {
      const text = error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error);
      self.postMessage({ id, error: text });
    }
  };
}
