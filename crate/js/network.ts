// Waiting for a network that went away.

/** Whoever is without a network for longer has other things to do. */
const LONGEST_MS = 10 * 60_000;

/** Waits while the browser says that there is no network, and tells of it. Node never says so. */
export async function untilOnline(tell: () => void): Promise<void> {
  if (globalThis.navigator?.onLine !== false || !globalThis.addEventListener) return;
  tell();
  await new Promise<void>((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener("online", over);
      resolve();
    };
    const timer = setTimeout(over, LONGEST_MS);
    globalThis.addEventListener("online", over);
  });
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
